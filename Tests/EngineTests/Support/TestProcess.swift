import FoundationEssentials
import Keystone
import Logging
import Loop
import OpenStack
import OrderedCollections
import PluginKit
import Protection
import Synchronization
import Telemetry
import TestSupport

@testable import Engine

/// One life of the daemon, as far as the engine goes, on what a `MemoryDisk` and a `World` hold.
struct TestProcess: Sendable {
    static let project = "a-project"

    let disk: MemoryDisk
    /// Another one where it shares its bank with others.
    let bankDisk: MemoryDisk
    let world: World
    let mortal: Mortal
    let bank: ProcessBank
    let leaseBank: ProcessBank
    /// Until it is set to false again, the bank can only be read.
    let isReadOnly: Switch
    let store: MemoryStore
    let environment: EngineEnvironment
    let engine: OperationEngine
    let admission: OperationAdmission

    init(
        disk: MemoryDisk = MemoryDisk(), bankDisk: MemoryDisk? = nil, owner: String = "the-daemon",
        world: World = World(), mortal: Mortal = Mortal(),
        time: any TimeSource = QuickTime(), settings: EngineSettings = EngineSettings(), sealBroken: Bool = false,
        trusts: TrustWorld = TrustWorld(), providers: [String] = ["provider"],
        protectables: [any ProtectablePlugin] = [FamilyProtectable()],
        metrics: OperationMetrics = OperationMetrics(), turn: @escaping WorldPlugin.Turn = { _, _ in }
    ) throws {
        self.disk = disk
        self.world = world
        self.mortal = mortal
        self.bankDisk = bankDisk ?? disk
        bank = ProcessBank(disk: self.bankDisk, process: mortal)
        leaseBank = ProcessBank(disk: self.bankDisk, process: mortal, isForLeases: true)
        isReadOnly = Switch()
        var store = MemoryStore(disk: disk, process: mortal)
        store.sealBroken = sealBroken
        store.owner = owner
        self.store = store
        let loop = Loop(label: "test")
        let clients = try NoCloud.clients(loop: loop, time: time)
        let checkpoints = CheckpointCollection(bank: ReadOnlyBank(bank: bank, isReadOnly: isReadOnly))
        let leases = LeaseCollection(place: "memory", bank: leaseBank)
        let plugin = WorldPlugin(world: world, process: mortal, turn: turn)
        environment = EngineEnvironment(
            loop: loop, time: time, newID: { UUID().uuidString.lowercased() }, store: store, records: store,
            journal: store, trustRecords: store,
            providers: ProviderRegistry(
                providers.map {
                    Provider(
                        id: $0, name: $0, description: "", checkpoints: checkpoints, leases: leases, plugins: [plugin])
                }), protectables: protectables,
            trusts: TestTrusts(trusts, process: mortal), cloud: clients, settings: settings,
            metrics: metrics, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        engine = OperationEngine(environment)
        admission = OperationAdmission(environment: environment, engine: engine)
    }

    // MARK: What a user does

    static func caller(
        project: String = project, isAdmin: Bool = false, expiresAt: Date? = Date(timeIntervalSince1970: 1_700_003_600)
    ) -> Caller {
        var token = Token(value: Secret("a-token"), user: Token.Principal(id: "a-user"))
        token.project = Token.Principal(id: project)
        token.expiresAt = expiresAt
        return Caller(RequestContext(token: token, requestID: "req-1", isAdmin: isAdmin))
    }

    static func plan(_ ids: [String], provider: String = "provider") -> Plan {
        Plan(
            id: "a-plan", projectID: project, name: "plan", description: nil, providerID: provider,
            resources: ids.map {
                Resource(type: $0.hasPrefix("server") ? .server : .volume, id: $0, name: $0)
            }, parameters: Parameters(), createdAt: Date(timeIntervalSince1970: 1_700_000_000))
    }

    func protect(_ ids: String..., caller: Caller = Self.caller()) async throws -> Checkpoint {
        try await admission.protect(Self.plan(ids), extraInfo: [:], quota: -1, caller: caller)
    }

    func restore(_ checkpoint: Checkpoint) async throws -> Restore {
        try await admission.restore(
            RestoreRequest(
                providerID: "provider", checkpointID: checkpoint.id, restoreTarget: nil,
                parameters: Parameters()), caller: Self.caller())
    }

    // MARK: What a test sees

    /// Returns when nothing runs and nothing waits.
    func settle() async throws {
        try await eventually { await engine.inFlight == (0, 0) }
    }

    /// Until it has died or has nothing to do.
    func settleOrDie() async throws {
        try await eventually {
            if mortal.isDead { return true }
            return await engine.inFlight == (0, 0)
        }
    }

    var checkpoints: CheckpointCollection { CheckpointCollection(bank: ProcessBank(disk: bankDisk)) }

    func status(_ checkpoint: Checkpoint) async throws -> CheckpointStatus {
        try await checkpoints.checkpoint(checkpoint.id).status
    }

    /// The log of the only operation, or of the last one.
    var log: OperationLog? { disk.rows.operations.last.flatMap { disk.rows.logs[$0.id] } }
}

/// Each server `server-x` has the volumes `x-1` and `x-2`.
struct FamilyProtectable: ProtectablePlugin {
    var type: ResourceType = .volume
    var parentTypes: [ResourceType] { [.server] }

    func list(
        _ clients: ClientFactory, parameters: OrderedDictionary<String, JSONValue>
    ) async throws -> [Resource] { [] }

    func show(
        _ id: String, _ clients: ClientFactory, parameters: OrderedDictionary<String, JSONValue>
    ) async throws -> Resource {
        switch id {
        case "gone": throw ProtectableFault.notFound(id: id, reason: "no such volume")
        case "broken": throw ProtectableFault.invalidStatus(id: id, status: "error")
        case "down": throw ServiceError(.unavailable, "come back later", serviceType: "volumev3", status: 503)
        default:
            // The code of an error is the id of what is refused with it.
            guard let code = ServiceError.Code(rawValue: id) else {
                return Resource(type: .volume, id: id, name: id)
            }
            throw ServiceError(code, "because 127.0.0.1 said so", serviceType: "volumev3")
        }
    }

    func dependents(of parent: Resource, _ clients: ClientFactory) async throws -> [Resource] {
        let family = parent.id.dropFirst("server-".count)
        return (1...2).map { Resource(type: type, id: "\(family)-\($0)", name: "") }
    }
}
