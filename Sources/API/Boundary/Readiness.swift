/// Gives what is not ready, nothing where all is well. Answers at once from what is known; asks nobody.
package typealias Readiness = @Sendable () async -> [Impediment]
