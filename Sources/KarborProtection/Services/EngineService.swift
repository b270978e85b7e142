import Engine
import ServiceLifecycle

/// The engine as a part of the daemon: on a graceful stop everybody who waits leaves, and what had begun is let end.
struct EngineService: Service {
    let engine: OperationEngine

    func run() async throws {
        try? await gracefulShutdown()
        await engine.suspend()
    }
}
