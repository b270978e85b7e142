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
/// Start: store, tokens, engine, API; READY when the API listens. Stop, on SIGTERM or SIGINT: the engine lets go of what
/// waits, the API answers what it has begun, what is in flight to other services ends, then tokens, connections and the
/// store. Whatever was not done goes on at the next start.
struct Daemon: Sendable {
    let settings: DaemonSettings
    let configuration: Configuration
    let logControl: LogControl
    /// Reads the configuration again, for a reload.
    let reloaded: @Sendable () throws -> Configuration

    private let notifier = ServiceNotifier()

    init(
        settings: DaemonSettings, configuration: Configuration, logControl: LogControl,
        reloaded: @escaping @Sendable () throws -> Configuration
    ) {
        self.settings = settings
        self.configuration = configuration
        self.logControl = logControl
        self.reloaded = reloaded
    }

    func run() async throws {
        let log = Logger(label: "karbor.protection")
        log.notice("starting", metadata: ["version": "\(BuildVersion.current)", "state_path": "\(settings.statePath)"])
        if let warning = DescriptorLimit.raise() { log.warning("\(warning)") }
        for warning in StartWarnings.all(settings, configuration) { log.warning("\(warning)") }

        let metrics = settings.metrics.map { DaemonMetrics($0, startTime: Date().timeIntervalSince1970) }
        let loop = Loop(label: "karbor.loop")
        let key = try SealingKey.load(
            credentialsDirectory: ProcessEnvironment.all["CREDENTIALS_DIRECTORY"], statePath: settings.statePath)
        let store = try await SQLiteStore.open(
            settings.store, sealingKey: key, newOwnerID: UUID().uuidString.lowercased())
        let clients = try CloudClients(settings, loop: loop)
        let providers = loadProviders(loop, log)
        let environment = EngineEnvironment(
            loop: loop, time: loop, newID: { UUID().uuidString.lowercased() }, store: store, records: store,
            journal: store, trustRecords: store, providers: providers, protectables: [VolumeProtectable()],
            trusts: clients.trusts, cloud: clients.environment, settings: settings.engine,
            log: Logger(label: "karbor.engine"))
        let engine = OperationEngine(environment)

        metrics?.observe(clients.tokens)
        metrics?.observe(environment.progress)
        clients.tokens.start()
        try await engine.start()
        let status = status(engine, environment, clients, providers)
        var services: [any Service] = [
            ClosingService { await store.close() },
            ClosingService { await clients.transport.shutdown() },
            ClosingService { clients.tokens.stop() },
            ClosingService { await engine.suspend() },
            ReloadService(notifier: notifier, status: status, log: log) { try reload(clients) },
            api(environment, engine, store, clients, metrics, status, log),
            StatusService(notifier: notifier, status: status, time: loop) {
                limitShutdown(log)
                await engine.stopWaiting()
            },
        ]
        if settings.reportInterval > .zero {
            let heartbeat = HeartbeatService(
                store: store, binary: "karbor-protection", host: settings.host, interval: settings.reportInterval,
                time: loop, log: log)
            services.insert(heartbeat, at: 1)
        }
        services.insert(RetentionService(store: store, retention: settings.retention, time: loop, log: log), at: 1)
        // The last to stop: how a stop goes can be read too.
        if let metrics { services.insert(metrics.service(), at: 0) }
        try await ServiceGroup(configuration: group(services)).run()
        log.notice("stopped")
    }

    /// What can change without a restart: the level of the log, its files, and who the service is in Keystone. Whatever
    /// can fail comes first, so that a reload that fails changes nothing.
    private func reload(_ clients: CloudClients) throws {
        let configuration = try reloaded()
        let settings = try DaemonSettings(configuration)
        let (old, new) = (self.settings.credential.credential, settings.credential.credential)
        guard new.authURL == old.authURL, new.trust == old.trust else {
            throw SettingsError("another auth_url, cafile or insecure is taken over by a restart only")
        }
        let level: Logger.Level = try configuration.get(LoggingOptions.debug) ? .debug : .info
        try logControl.reopen()
        logControl.level = level
        clients.replaceCredential(new)
    }

    /// The services are cancelled when `graceful_shutdown_timeout` is over; what does not heed that gets a little longer.
    private func limitShutdown(_ log: Logger) {
        guard settings.gracefulShutdownTimeout > .zero else { return }
        ShutdownLimit.begin(settings.gracefulShutdownTimeout + .seconds(5), log)
    }

    private func group(_ services: [any Service]) -> ServiceGroupConfiguration {
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

    private func loadProviders(_ loop: Loop, _ log: Logger) -> ProviderRegistry {
        let loader = ProviderLoader(time: loop, pollInterval: settings.pollInterval)
        var providers: [Provider] = []
        for (file, outcome) in providerFiles(loader, log) {
            switch outcome {
            case .loaded(let provider, _, let bankFault):
                log.info("provider loaded", metadata: ["provider_id": "\(provider.id)", "file": "\(file)"])
                if let bankFault {
                    log.warning(
                        "the bank of a provider cannot be used",
                        metadata: ["provider_id": "\(provider.id)", "reason": "\(bankFault)"])
                }
                providers.append(provider)
            case .disabled: log.info("provider not enabled", metadata: ["file": "\(file)"])
            // As upstream: one broken file takes no other provider away.
            case .failed(let reason):
                log.error("provider not loaded", metadata: ["file": "\(file)", "reason": "\(reason)"])
            }
        }
        if providers.isEmpty { log.warning("there are no providers: nothing can be protected") }
        return ProviderRegistry(providers)
    }

    private func providerFiles(
        _ loader: ProviderLoader, _ log: Logger
    ) -> [(file: String, outcome: ProviderLoader.Outcome)] {
        do {
            return try loader.loadAll(in: settings.providerDirectory)
        } catch {
            log.error("the directory of provider files cannot be read", metadata: ["reason": "\(error)"])
            return []
        }
    }

    private func api(
        _ environment: EngineEnvironment, _ engine: OperationEngine, _ store: SQLiteStore, _ clients: CloudClients,
        _ metrics: DaemonMetrics?, _ status: @escaping @Sendable () async -> String, _ log: Logger
    ) -> APIServer {
        let validator = TokenValidator(
            identity: clients.identity, tokens: clients.tokens, settings: settings.validation, time: environment.time)
        let services = APIServices(
            records: store, quotas: store, processes: store,
            operations: OperationAdmission(environment: environment, engine: engine),
            protectables: ProtectableCatalog(environment: environment), answers: store,
            progress: environment.progress,
            providers: environment.providers.descriptions,
            authenticator: KeystoneAuthenticator(validator: validator),
            readiness: { impediments(clients, store, environment.providers) }, time: environment.time,
            newID: environment.newID)
        return APIServer(configuration: settings.api, services: services, logger: Logger(label: "karbor.api")) { port in
            // Without the metrics that are wanted it is not ready, and about to end.
            guard await metrics?.isListening() ?? true else { return }
            let line = await status()
            notifier.ready(status: line)
            log.notice("ready", metadata: ["port": "\(port ?? 0)", "status": "\(line)"])
        }
    }

    private func impediments(
        _ clients: CloudClients, _ store: SQLiteStore, _ providers: ProviderRegistry
    ) -> [Impediment] {
        [
            Impediment(clients.tokens.status), store.isWritable ? nil : .storeFailing,
            providers.providers.isEmpty ? .noProvider : nil,
        ].compactMap(\.self)
    }

    private func status(
        _ engine: OperationEngine, _ environment: EngineEnvironment, _ clients: CloudClients,
        _ providers: ProviderRegistry
    ) -> @Sendable () async -> String {
        let store = settings.store.warningMessage
        return {
            let (running, waiting) = await engine.inFlight
            let stranded = await engine.stranded
            let progress = environment.progress.total.summary(at: environment.time.date()).map { " (\($0))" } ?? ""
            let parts = [
                "\(running) operations running\(progress), \(waiting) waiting",
                stranded == 0 ? nil : "\(stranded) without their provider", "\(providers.providers.count) providers",
                clients.tokens.status.summary, store,
            ]
            return parts.compactMap(\.self).joined(separator: "; ")
        }
    }
}
