/// Reads a document of `size` bytes where that holds nobody up: a small one here, one over 64 KiB on the pool.
func readDocument<Value: Sendable, Failure: Error>(
    ofSize size: Int, _ read: @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
    guard size > 64 << 10 else { return try read() }
    return try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(Failure) -> Value in
        try read()
    }
}
