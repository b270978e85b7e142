import FoundationEssentials
import HTTPTransport
import Keystone
import Logging
import Loop
import OpenStack
import Protection
import Telemetry
import TestSupport

@testable import Engine
@testable import Plugins

/// The engine with the volume plugin, over real sockets, before a fake Cinder.
struct VolumeRig {
    let cinder: FakeCinder
    let disk: MemoryDisk
    let mortal: Mortal
    let engine: OperationEngine
    let admission: OperationAdmission
    let checkpoints: CheckpointCollection

    init(
        _ cinder: FakeCinder, disk: MemoryDisk = MemoryDisk(), mortal: Mortal = Mortal(),
        settings: EngineSettings = EngineSettings()
    ) throws {
        self.cinder = cinder
        self.disk = disk
        self.mortal = mortal
        let loop = Loop(label: "test")
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let transport = CurlTransport(loop: loop)
        let identity = try IdentityClient(authURL: "http://127.0.0.1:1/v3", transport: transport, time: loop)
        let tokens = ServiceTokenSource(
            issuer: TokenIssuer { _ throws(ServiceError) in
                var token = Token(value: Secret("service-token"), user: .init(id: "karbor"))
                token.issuedAt = Date()
                token.expiresAt = Date().addingTimeInterval(3600)
                token.roles = [.init(name: "service")]
                return token
            }, loop: loop, log: log)
        tokens.start()
        let clients = ClientEnvironment(transport: transport, tokens: tokens, identity: identity, time: loop)
        let store = MemoryStore(disk: disk, process: mortal)
        checkpoints = CheckpointCollection(bank: ProcessBank(disk: disk))
        let bank = CheckpointCollection(bank: ProcessBank(disk: disk, process: mortal))
        let time = QuickTime(date: Date())
        cinder.change { $0.date = { time.date() } }
        let environment = EngineEnvironment(
            loop: loop, time: time, newID: { UUID().uuidString.lowercased() }, store: store,
            records: store, journal: store, trustRecords: store,
            providers: ProviderRegistry([
                Provider(
                    id: "provider", name: "", description: "", checkpoints: bank,
                    plugins: [VolumeBackupPlugin()])
            ]), protectables: [],
            trusts: NoTrusts(), cloud: clients, settings: settings, log: log)
        engine = OperationEngine(environment)
        admission = OperationAdmission(environment: environment, engine: engine)
    }

    private var caller: Caller {
        var token = Token(value: Secret("user-token"), user: .init(id: "user"))
        token.project = .init(id: "p")
        token.expiresAt = Date().addingTimeInterval(3600)
        token.catalog = ServiceCatalog([
            .init(
                type: "volumev3", name: "cinderv3",
                endpoints: [.init(interface: "public", url: "http://\(cinder.server.authority)/v3/p")])
        ])
        return Caller(RequestContext(token: token, requestID: "req-1"))
    }

    /// Protects volumes and returns their checkpoint as it is afterwards.
    func protect(_ parameters: JSONValue = [:], volumes: [String] = ["v"]) async throws -> Checkpoint {
        let plan = Plan(
            id: "plan", projectID: "p", name: "", description: nil, providerID: "provider",
            resources: volumes.map { Resource(type: .volume, id: $0, name: $0) },
            parameters: Parameters(["OS::Cinder::Volume": parameters]), createdAt: Date())
        let checkpoint = try await admission.protect(plan, extraInfo: [:], quota: -1, caller: caller)
        try await settle()
        return try await checkpoints.checkpoint(checkpoint.id)
    }

    func restore(_ checkpoint: Checkpoint, _ parameters: JSONValue = [:]) async throws -> Restore? {
        let restore = try await admission.restore(
            RestoreRequest(
                providerID: "provider", checkpointID: checkpoint.id, restoreTarget: nil,
                parameters: Parameters(["OS::Cinder::Volume": parameters])), caller: caller)
        try await settle()
        return disk.rows.restores[restore.id]
    }

    func verify(_ checkpoint: Checkpoint) async throws -> Verification? {
        let verification = try await admission.verify(
            VerificationRequest(providerID: "provider", checkpointID: checkpoint.id, parameters: Parameters()),
            caller: caller)
        try await settle()
        return disk.rows.verifications[verification.id]
    }

    func delete(_ checkpoint: Checkpoint) async throws -> Checkpoint {
        try await admission.delete(checkpointID: checkpoint.id, providerID: "provider", caller: caller)
        try await settle()
        return try await checkpoints.checkpoint(checkpoint.id)
    }

    var errorInfo: String? { disk.rows.operations.last.flatMap { disk.rows.logs[$0.id]?.errorInfo } }

    /// What the last operation's log says of its progress.
    var progress: JSONValue? { disk.rows.operations.last.flatMap { disk.rows.logs[$0.id]?.extraInfo["progress"] } }

    func section(_ checkpoint: Checkpoint) throws -> BankSection {
        try checkpoints.section(of: checkpoint.id, resourceID: "v")
    }

    /// Until nothing is left to do, or nobody to do it.
    func settle() async throws {
        try await eventually {
            if mortal.isDead { return true }
            return await engine.inFlight == (0, 0)
        }
    }
}
