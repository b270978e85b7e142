package import FoundationEssentials

/// What is known of the trust that was made, or may have been made, for an operation.
///
/// It is written before Keystone is asked for the trust, and outlives the operation: until the trust is certainly gone.
package struct TrustRecord: Sendable, Equatable {
    package var operationID: String
    package var trustorID: String
    package var projectID: String
    /// No other trust of this user to the daemon ends in the same second, so that this tells which it is.
    package var expiresAt: Date
    /// When Keystone was asked.
    package var begunAt: Date
    /// Nil while Keystone has not answered.
    package var trustID: String?

    package init(
        operationID: String, trustorID: String, projectID: String, expiresAt: Date, begunAt: Date,
        trustID: String? = nil
    ) {
        self.operationID = operationID
        self.trustorID = trustorID
        self.projectID = projectID
        self.expiresAt = expiresAt
        self.begunAt = begunAt
        self.trustID = trustID
    }
}
