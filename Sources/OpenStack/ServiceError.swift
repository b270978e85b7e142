package import Keystone

// What plugins catch, so that they need not know where it comes from.
package typealias ServiceError = Keystone.ServiceError
