import Banks
import Engine
import FoundationEssentials
import Keystone
import Logging
import Loop
import Protection
import Store
import Telemetry

/// Durable steps through engine and store: one operation whose resources make one step after another, all at once.
///
/// Prints what a step costs, and how many writes shared a commit.
struct StepsBenchmark: Sendable {
    /// Of the store and the bank.
    let folder: String
    let steps: Int
    let inFlight: Int

    func run() async throws {
        let store = try await SQLiteStore.open(
            StoreLocation(connection: nil, statePath: folder),
            sealingKey: SealingKey(Secret([UInt8](repeating: 7, count: SealingKey.byteCount)), origin: "benchmark"),
            newOwnerID: "benchmark")
        // Nobody is asked.
        let clients = try BenchmarkClients(cinder: "http://127.0.0.1:1", keystone: "http://127.0.0.1:1/v3")
        let environment = try environment(store, clients)
        let engine = OperationEngine(environment)
        let admission = OperationAdmission(environment: environment, engine: engine)

        let before = (cpu: processorTime(), store: store.statistics, time: clients.loop.now())
        _ = try await admission.protect(plan, extraInfo: [:], quota: -1, caller: Caller(clients.context))
        while await engine.inFlight != (0, 0) { try await clients.loop.sleep(for: .milliseconds(2)) }
        let wall = before.time.duration(to: clients.loop.now()) / .microseconds(1)
        let used = processorTime() - before.cpu
        let writes = store.statistics.writes - before.store.writes
        let commits = store.statistics.commits - before.store.commits
        print("steps \(steps) cpu_us \(used / Double(steps)) wall_us \(wall / Double(steps))", terminator: " ")
        print("writes \(writes) commits \(commits)")
        await store.close()
        await clients.shutdown()
    }

    private var plan: Plan {
        Plan(
            id: "a-plan", projectID: "p", name: "plan", description: nil, providerID: "steps",
            resources: (0..<inFlight).map { Resource(type: .volume, id: "volume-\($0)", name: "data") },
            parameters: Parameters(), createdAt: Date())
    }

    private func environment(_ store: SQLiteStore, _ clients: BenchmarkClients) throws -> EngineEnvironment {
        let bank = try FileSystemBank(path: folder + "/bank", time: clients.loop)
        let provider = Provider(
            id: "steps", name: "steps", description: "", checkpoints: CheckpointCollection(bank: bank),
            plugins: [StepsPlugin(steps: steps / inFlight)])
        return EngineEnvironment(
            loop: clients.loop, time: clients.loop, newID: { UUID().uuidString.lowercased() }, store: store,
            records: store, journal: store, trustRecords: store, providers: ProviderRegistry([provider]),
            protectables: [], trusts: NoTrusts(), cloud: clients.environment,
            settings: EngineSettings(maxTasksPerOperation: inFlight),
            log: Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() })
    }
}

/// Nobody asks for one.
private struct NoTrusts: Trusts {
    func make(for context: RequestContext, until end: Date) async throws(ServiceError) -> String { throw none }
    func find(for trustorID: String, in projectID: String, until end: Date) async throws(ServiceError) -> String? {
        nil
    }
    func delete(_ id: String) async throws(ServiceError) { throw none }

    private var none: ServiceError { ServiceError(.forbidden, "there are no trusts", serviceType: "identity") }
}
