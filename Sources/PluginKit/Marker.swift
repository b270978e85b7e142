/// Tells whose a thing in another service is.
package struct Marker: Sendable, Equatable {
    package var operationID: String
    package var checkpointID: String
    package var resourceID: String

    package init(operationID: String, checkpointID: String, resourceID: String) {
        self.operationID = operationID
        self.checkpointID = checkpointID
        self.resourceID = resourceID
    }

    /// As metadata, where the service keeps some.
    package var metadata: [String: String] {
        [Key.operation: operationID, Key.checkpoint: checkpointID, Key.resource: resourceID]
    }

    /// What `metadata` says; nil where it is not ours.
    package init?(in metadata: [String: String]) {
        guard let checkpointID = metadata[Key.checkpoint], let resourceID = metadata[Key.resource] else { return nil }
        self.init(
            operationID: metadata[Key.operation] ?? "", checkpointID: checkpointID, resourceID: resourceID)
    }

    /// What all that an operation makes has in common, as metadata.
    package static func metadata(ofOperation id: String) -> [String: String] { [Key.operation: id] }

    /// What all that was made for a checkpoint has in common, by whichever operation.
    package static func metadata(ofCheckpoint id: String) -> [String: String] { [Key.checkpoint: id] }

    package func marks(_ metadata: [String: String]) -> Bool {
        self.metadata.allSatisfy { metadata[$0.key] == $0.value }
    }

    private enum Key {
        static let operation = "karbor_operation_id"
        static let checkpoint = "karbor_checkpoint_id"
        static let resource = "karbor_resource_id"
    }
}
