/// A row of the queue that is an operation no more: it cannot be gone on with, only ended.
package struct DamagedOperation: Sendable, Equatable {
    package var id: String
    /// Where the row still says so.
    package var providerID: String?
    package var checkpointID: String?
    /// What about the row is not as it was written.
    package var reason: String

    package init(id: String, providerID: String?, checkpointID: String?, reason: String) {
        self.id = id
        self.providerID = providerID
        self.checkpointID = checkpointID
        self.reason = reason
    }
}
