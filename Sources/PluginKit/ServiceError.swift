package import struct Keystone.ServiceError

/// What a client throws: see its `code` and `disposition`. A plugin switches on `.notFound` and little else, since whatever
/// may pass is ridden out by steps and waits.
package typealias ServiceError = Keystone.ServiceError
