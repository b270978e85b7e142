import Engine
import FoundationEssentials
import HTTPTransport
import Keystone
import Logging
import Loop
import OpenStack
import Plugins
import Protection
import Store
import Telemetry

/// One life of the daemon: what `Daemon` puts together, with the real store, between a world's clock, network and bank.
final class Life: @unchecked Sendable {
    let world: World
    let border: Border
    let desk: StoreDesk
    let store: SQLiteStore
    let engine: OperationEngine
    let admission: OperationAdmission
    private let tokens: ServiceTokenSource
    /// Nil until the engine has started: then whether it could.
    private(set) var hasStarted: Bool?

    static let providerID = "provider"

    init(_ world: World, store path: String, _ settings: EngineSettings) throws {
        self.world = world
        border = Border()
        desk = StoreDesk(world, border)
        let time = SimulatedTime(world.agenda, border)
        let loop = Loop(executor: world.executor, time: time)
        let log = Self.log(world, border)
        store = try world.now {
            try await SQLiteStore.open(
                StoreLocation(connection: "sqlite:///" + path, statePath: "/"),
                sealingKey: try SealingKey(StoreFiles.sealingKey, origin: "simulation"), newOwnerID: "owner")
        }
        let transport = SimulatedTransport(world, border)
        let authURL = "http://\(SimulatedCloud.keystone)/v3"
        let credential = CurrentCredential(
            Credential(
                authURL: authURL,
                method: .password(
                    user: .name(SimulatedCloud.daemon, domain: .id("default")), password: Secret("secret")),
                scope: .project(.name("service", domain: .id("default")))))
        let identity = try IdentityClient(authURL: authURL, transport: transport, time: time)
        let jitter = Jitter { world.chance.fraction() }
        tokens = ServiceTokenSource(
            issuer: TokenIssuer(identity: identity, credential: credential), loop: loop, time: time, jitter: jitter,
            log: log)
        let trusts = KeystoneTrusts(
            identity: identity, credential: credential, tokens: tokens, transport: transport, loop: loop, time: time,
            jitter: jitter, log: log)
        let clients = ClientEnvironment(
            transport: transport, tokens: tokens, identity: identity, trusts: trusts, time: time,
            allowExpiredWindow: .seconds(settings.allowExpiredWindow))
        let provider = Provider(
            id: Self.providerID, name: "", description: "",
            checkpoints: CheckpointCollection(bank: SimulatedBank(world.bank, world, border)),
            leases: LeaseCollection(place: "simulated", bank: SimulatedBank(world.leases, world, border)),
            plugins: [VolumeBackupPlugin()])
        let records = SimulatedStore(store: store, desk: desk)
        let environment = EngineEnvironment(
            loop: loop, time: time, newID: { world.newID() }, store: records, records: records, journal: records,
            trustRecords: records, providers: ProviderRegistry([provider]), protectables: [VolumeProtectable()],
            trusts: trusts, cloud: clients, settings: settings, log: log)
        engine = OperationEngine(environment)
        admission = OperationAdmission(environment: environment, engine: engine)
        tokens.start()
        loop.spawn { [weak self, engine] in
            do {
                try await engine.start()
                self?.hasStarted = true
            } catch {
                self?.hasStarted = false
            }
        }
    }

    var isIdle: Bool {
        get throws {
            let engine = engine
            return try world.now { await engine.inFlight } == (0, 0)
        }
    }

    /// Ends all that goes on in it without a trace outside, and lets go of its files.
    func end() throws {
        world.trace.isMuted = true
        defer { world.trace.isMuted = false }
        border.close()
        let (engine, store) = (engine, store)
        Task { await engine.stopWaiting() }
        tokens.stop()
        try world.drain()
        // A request that waits for a trust's token would end by its deadline, which comes no more: beyond the border it does nothing.
        if try !isIdle { world.tell("a task of the life that is over waits on") }
        try world.now { await store.close() }
    }

    private static func log(_ world: World, _ border: Border) -> Logger {
        guard world.trace.isKept else {
            var log = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
            log.logLevel = .critical
            return log
        }
        var log = Logger(label: "simulation") { _ in TracingLogHandler(world: world) }
        log.logLevel = .debug
        return log
    }
}
