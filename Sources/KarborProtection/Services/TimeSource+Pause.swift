import Loop

extension TimeSource {
    /// Waits; false when it is time to stop.
    func pause(for duration: Duration) async -> Bool {
        do {
            try await sleep(for: duration)
            return true
        } catch {
            return false
        }
    }
}
