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

    package func marks(_ metadata: [String: String]) -> Bool {
        self.metadata.allSatisfy { metadata[$0.key] == $0.value }
    }

    /// Whether it was made for the same resource of the same checkpoint, by whichever operation.
    package func marksCheckpoint(_ metadata: [String: String]) -> Bool {
        metadata[Key.checkpoint] == checkpointID && metadata[Key.resource] == resourceID
    }

    private enum Key {
        static let operation = "karbor_operation_id"
        static let checkpoint = "karbor_checkpoint_id"
        static let resource = "karbor_resource_id"
    }
}
