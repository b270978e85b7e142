import API
import Engine
import FoundationEssentials
import HTTPTransport
import Keystone
import Logging
import Loop
import OpenStack
import OsloConfig
import Plugins
import Protection
import ServiceLifecycle
import Store
import Telemetry

/// The composition root: makes the parts, joins them, and lets them start and stop in order.
///
/// Start: store, tokens, engine, API; READY when the API listens. Stop, on SIGTERM or SIGINT: the API answers what it has
/// begun, the engine lets go of what waits, then tokens, connections and the store. Whatever was not done goes on at the
/// next start.
struct Daemon: Sendable {
    let settings: DaemonSettings
    let configuration: Configuration
    let logControl: LogControl
    /// Reads the configuration again, for a reload.
    let reloaded: @Sendable () throws -> Configuration

    func run() async throws {
        let log = Logger(label: "karbor.protection")
        log.notice("starting", metadata: ["version": "\(BuildVersion.current)", "state_path": "\(settings.statePath)"])
        for warning in StartWarnings.all(settings, configuration) { log.warning("\(warning)") }

        let loop = Loop(label: "karbor.loop")
        let key = try SealingKey.load(
            credentialsDirectory: ProcessEnvironment.all["CREDENTIALS_DIRECTORY"], statePath: settings.statePath)
        let store = try await SQLiteStore.open(
            settings.store, sealingKey: key, newOwnerID: UUID().uuidString.lowercased())
        let clients = try CloudClients(settings, loop: loop)
        let providers = loadProviders(loop, log)
        let environment = EngineEnvironment(
            loop: loop, time: loop, newID: { UUID().uuidString.lowercased() }, store: store, records: store,
            journal: store, providers: providers, protectables: [VolumeProtectable()],
            clients: { [cloud = clients.environment] context, operationID in
                ClientFactory(context: context, operationID: operationID, environment: cloud)
            },
            settings: settings.engine, log: Logger(label: "karbor.engine"))
        let engine = OperationEngine(environment)

        clients.tokens.start()
        try await engine.start()
        let group = ServiceGroup(
            configuration: group(
                [
                    ClosingService { await store.close() },
                    ClosingService { await clients.transport.shutdown() },
                    ClosingService { clients.tokens.stop() },
                    EngineService(engine: engine),
                    HeartbeatService(
                        store: store, binary: "karbor-protection", host: settings.host,
                        interval: settings.reportInterval, time: loop, log: log),
                    ReloadService(notifier: ServiceNotifier(), log: log) { try reload(clients) },
                    api(environment, engine, store, clients, log),
                    StatusService(
                        notifier: ServiceNotifier(), status: status(engine, clients, providers), time: loop),
                ], log))
        try await group.run()
        log.notice("stopped")
    }

    /// What can change without a restart: the level of the log, its files, and the service's own credential.
    private func reload(_ clients: CloudClients) throws {
        let configuration = try reloaded()
        let settings = try DaemonSettings(configuration)
        logControl.level = try configuration.get(LoggingOptions.debug) ? .debug : .info
        try logControl.reopen()
        try clients.replaceCredential(settings)
    }

    private func group(_ services: [any Service], _ log: Logger) -> ServiceGroupConfiguration {
        // At lower levels it prints the services themselves.
        var quiet = Logger(label: "karbor.services")
        quiet.logLevel = .notice
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        if settings.gracefulShutdownTimeout > .zero {
            group.maximumGracefulShutdownDuration = settings.gracefulShutdownTimeout
        }
        return group
    }

    private func loadProviders(_ loop: Loop, _ log: Logger) -> Engine.ProviderRegistry {
        let loader = ProviderLoader(time: loop, pollInterval: settings.pollInterval)
        var providers: [Provider] = []
        for file in settings.providerDirectory.map(ProviderFiles.files) ?? [] {
            switch loader.load(file) {
            case .loaded(let provider, _):
                log.info("provider loaded", metadata: ["provider_id": "\(provider.id)", "file": "\(file)"])
                providers.append(provider)
            case .disabled: log.info("provider not enabled", metadata: ["file": "\(file)"])
            // As upstream: one broken file takes no other provider away.
            case .failed(let reason):
                log.error("provider not loaded", metadata: ["file": "\(file)", "reason": "\(reason)"])
            }
        }
        if providers.isEmpty { log.warning("there are no providers: nothing can be protected") }
        return Engine.ProviderRegistry(providers)
    }

    private func api(
        _ environment: EngineEnvironment, _ engine: OperationEngine, _ store: SQLiteStore, _ clients: CloudClients,
        _ log: Logger
    ) -> APIServer {
        let validator = TokenValidator(
            identity: clients.identity, tokens: clients.tokens, settings: settings.validation, time: environment.time)
        let services = APIServices(
            records: store, quotas: store, processes: store,
            operations: OperationAdmission(environment: environment, engine: engine),
            protectables: ProtectableCatalog(environment: environment),
            providers: ProviderDirectory(registry: environment.providers),
            authenticator: KeystoneAuthenticator(validator: validator),
            readiness: { impediments(clients, environment.providers) }, time: environment.time,
            newID: environment.newID)
        let status = status(engine, clients, environment.providers)
        var apiLog = Logger(label: "karbor.api")
        apiLog.logLevel = .info
        return APIServer(configuration: settings.api, services: services, logger: apiLog) { port in
            let line = await status()
            _ = ServiceNotifier().ready(status: line)
            log.notice("ready", metadata: ["port": "\(port ?? 0)", "status": "\(line)"])
        }
    }

    private func impediments(_ clients: CloudClients, _ providers: Engine.ProviderRegistry) -> [Impediment] {
        var found: [Impediment] = []
        if !clients.tokens.status.isUsable {
            found.append(Impediment(component: "keystone", reason: clients.tokens.status.summary))
        }
        if providers.providers.isEmpty {
            found.append(Impediment(component: "provider", reason: "no provider is loaded"))
        }
        return found
    }

    private func status(
        _ engine: OperationEngine, _ clients: CloudClients, _ providers: Engine.ProviderRegistry
    ) -> @Sendable () async -> String {
        let store = settings.store.warningMessage
        return {
            let (running, waiting) = await engine.inFlight
            let stranded = await engine.stranded
            let parts = [
                "\(running) operations running, \(waiting) waiting",
                stranded == 0 ? nil : "\(stranded) without their provider", "\(providers.providers.count) providers",
                clients.tokens.status.summary, store,
            ]
            return parts.compactMap(\.self).joined(separator: "; ")
        }
    }
}
