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
    package var trustRecords: any TrustStore
    package var providers: ProviderRegistry
    package var protectables: [any ProtectablePlugin]
    package var trusts: any Trusts
    /// What the clients of all operations and requests share.
    package var cloud: ClientEnvironment
    package var settings: EngineSettings
    package var metrics: OperationMetrics
    package var progress: ProgressBoard
    /// Watches what all operations wait for.
    package let poller: Poller
    package var log: Logger

    package init(
        loop: Loop, time: any TimeSource, newID: @escaping @Sendable () -> String, store: any OperationStore,
        records: any RecordStore, journal: any StepJournal, trustRecords: any TrustStore,
        providers: ProviderRegistry, protectables: [any ProtectablePlugin], trusts: any Trusts,
        cloud: ClientEnvironment, settings: EngineSettings, metrics: OperationMetrics = OperationMetrics(),
        progress: ProgressBoard = ProgressBoard(), polling: PollingMetrics = PollingMetrics(), log: Logger
    ) {
        self.loop = loop
        self.time = time
        self.newID = newID
        self.store = store
        self.records = records
        self.journal = journal
        self.trustRecords = trustRecords
        self.providers = providers
        self.protectables = protectables
        self.trusts = trusts
        self.cloud = cloud
        self.settings = settings
        self.metrics = metrics
        poller = Poller(loop: loop, time: time, metrics: polling, log: log)
        self.progress = progress
        self.log = log
    }
}
