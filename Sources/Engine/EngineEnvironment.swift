package import Keystone
package import Logging
package import Loop
package import OpenStack
package import PluginKit
package import Protection

/// All that operations need from around the engine.
package struct EngineEnvironment: Sendable {
    package var loop: Loop
    /// Time and ids are parameters, so that they can be simulated.
    package var time: any TimeSource
    package var newID: @Sendable () -> String
    package var store: any OperationStore
    package var records: any RecordStore
    package var journal: any StepJournal
    package var providers: ProviderRegistry
    package var protectables: [any ProtectablePlugin]
    /// The clients of one operation or request.
    package var clients: @Sendable (_ context: RequestContext, _ operationID: String) -> ClientFactory
    package var settings: EngineSettings
    package var metrics: OperationMetrics
    package var log: Logger

    package init(
        loop: Loop, time: any TimeSource, newID: @escaping @Sendable () -> String, store: any OperationStore,
        records: any RecordStore, journal: any StepJournal, providers: ProviderRegistry,
        protectables: [any ProtectablePlugin],
        clients: @escaping @Sendable (_ context: RequestContext, _ operationID: String) -> ClientFactory,
        settings: EngineSettings, metrics: OperationMetrics = OperationMetrics(), log: Logger
    ) {
        self.loop = loop
        self.time = time
        self.newID = newID
        self.store = store
        self.records = records
        self.journal = journal
        self.providers = providers
        self.protectables = protectables
        self.clients = clients
        self.settings = settings
        self.metrics = metrics
        self.log = log
    }
}
