package import Engine
import FoundationEssentials
package import Loop
package import Protection

/// All that the API stands on.
package struct APIServices: Sendable {
    package var records: any RecordStore
    package var quotas: any QuotaStore
    package var processes: any ServiceStore
    package var operations: any OperationService
    package var protectables: any ProtectableService
    package var answers: any AnswerStore
    package var progress: any ProgressService
    /// Those that were loaded at start, in the order of their ids.
    package var providers: [ProviderDescription]
    package var authenticator: any Authenticator
    package var readiness: Readiness
    package var time: any TimeSource
    /// Makes the id of a new plan.
    package var newID: @Sendable () -> String

    package init(
        records: any RecordStore, quotas: any QuotaStore, processes: any ServiceStore,
        operations: any OperationService, protectables: any ProtectableService, answers: any AnswerStore,
        progress: any ProgressService, providers: [ProviderDescription],
        authenticator: any Authenticator, readiness: @escaping Readiness, time: any TimeSource,
        newID: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() }
    ) {
        self.records = records
        self.quotas = quotas
        self.processes = processes
        self.operations = operations
        self.protectables = protectables
        self.answers = answers
        self.progress = progress
        self.providers = providers
        self.authenticator = authenticator
        self.readiness = readiness
        self.time = time
        self.newID = newID
    }
}
