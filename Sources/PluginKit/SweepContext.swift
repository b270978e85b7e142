import FoundationEssentials
package import Logging
package import OpenStack
package import Protection

/// What a sweep may use. Its clients and waits are as in a hook's `ResourceContext`.
package struct SweepContext: Sendable {
    package let operation: Operation
    /// The operation's resources that are of the plugin's types.
    package let resources: [Resource]
    package let clients: ClientFactory
    package let waiting: any Waiting
    package let results: any StepResults
    /// Those that ended, and whose result is therefore kept.
    package let kept: Set<ResourceKey>
    package let log: Logger
    private let types: [String: ResourceType]

    package init(
        operation: Operation, resources: [Resource], clients: ClientFactory, waiting: any Waiting,
        results: any StepResults, kept: Set<ResourceKey>, log: Logger
    ) {
        self.operation = operation
        self.resources = resources
        self.clients = clients
        self.waiting = waiting
        self.results = results
        self.kept = kept
        self.log = log
        types = Dictionary(resources.map { ($0.id, $0.type) }, uniquingKeysWith: { first, _ in first })
    }

    /// The resource for which a thing with this metadata was made by the operation; by any one for the checkpoint, where the
    /// operation deletes that. Nil for a thing of somebody else.
    package func owner(of metadata: [String: String]) -> ResourceKey? {
        guard let marker = Marker(in: metadata), marker.checkpointID == operation.checkpointID,
            operation.kind == .delete || marker.operationID == operation.id,
            let type = types[marker.resourceID] ?? resources.first?.type
        else { return nil }
        return ResourceKey(type: type, id: marker.resourceID)
    }

    /// What all that `owner` finds has among its metadata.
    package var commonMetadata: [String: String] {
        operation.kind == .delete
            ? Marker.metadata(ofCheckpoint: operation.checkpointID) : Marker.metadata(ofOperation: operation.id)
    }

    /// Nothing is older that the operation made, by a service's clock: ISO 8601 in UTC, which sorts as text. Nil where that
    /// is not known.
    package var madeAfter: String? {
        operation.kind == .delete ? nil : operation.madeAfter
    }

    /// One more than there are likely to be, in bounds: the page size of a list.
    package var pageSize: Int { min(1000, max(64, resources.count + resources.count / 4)) }
}

/// What steps of an operation's resources returned.
package protocol StepResults: Sendable {
    /// Nil where the step was never finished.
    func result<Result: Decodable>(
        of step: String, for resource: ResourceKey, as type: Result.Type
    ) throws -> Result?
}

extension Operation {
    /// What the operation makes is younger than this, by a service's clock that is no more than an hour behind ours.
    package var madeAfter: String {
        String(submittedAt.addingTimeInterval(-3600).formatted(.iso8601).prefix(19))
    }
}
