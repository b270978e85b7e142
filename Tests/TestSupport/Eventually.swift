/// Thrown by `eventually` when it was not.
package struct NotEventually: Error {}

/// Returns when `condition` holds; throws if it does not within `limit`. For what happens on another task soon.
package func eventually(within limit: Duration = .seconds(30), _ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < end else { throw NotEventually() }
        try await Task.sleep(for: .milliseconds(2))
    }
}
