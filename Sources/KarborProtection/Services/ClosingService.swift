import ServiceLifecycle

/// Something that runs by itself and is closed at the end, after everything that was started after it.
struct ClosingService: Service {
    let close: @Sendable () async -> Void

    func run() async throws {
        try? await gracefulShutdown()
        await close()
    }
}
