package import FoundationEssentials

/// Something that a user asked for and that goes on after the answer: one entry of the durable queue.
///
///     queued  -> running    the engine claims it
///     running -> ended      its flow came to an end; a restart of the daemon leaves it running
///     queued  -> ended      it could not be begun
package struct Operation: Sendable, Equatable {
    package enum State: String, Sendable {
        case queued, running, ended
    }

    /// Also the id of its operation log.
    package var id: String
    package var kind: OperationKind
    package var state: State
    package var projectID: String
    /// Who asked. Nothing here reads it: it stays in the store, for an operator who wants to know, when the caller's context
    /// is gone.
    package var userID: String
    package var requestID: String
    package var providerID: String
    package var checkpointID: String
    package var planID: String?
    package var restoreID: String?
    package var verificationID: String?
    package var parameters: Parameters
    /// For a protect: what the checkpoint keeps as its extra information.
    package var extraInfo: JSONValue
    package var submittedAt: Date
    /// When it must have ended, whatever it waits for.
    package var deadline: Date
    /// Until when it can act in the user's name: by the user's token, the service token beside it, or by its trust.
    package var acceptableUntil: Date
    /// The trust by which it goes on when the user's token is no longer accepted.
    package var trustID: String?
    /// Why it has none, though it was to have one.
    package var trustRefusal: String?
    /// When its user cancelled it.
    package var cancelledAt: Date?

    package init(
        id: String, kind: OperationKind, state: State = .queued, projectID: String, userID: String, requestID: String,
        providerID: String, checkpointID: String, planID: String? = nil, restoreID: String? = nil,
        verificationID: String? = nil, parameters: Parameters = Parameters(), extraInfo: JSONValue = .null,
        submittedAt: Date, deadline: Date, acceptableUntil: Date, trustID: String? = nil, trustRefusal: String? = nil,
        cancelledAt: Date? = nil
    ) {
        self.id = id
        self.kind = kind
        self.state = state
        self.projectID = projectID
        self.userID = userID
        self.requestID = requestID
        self.providerID = providerID
        self.checkpointID = checkpointID
        self.planID = planID
        self.restoreID = restoreID
        self.verificationID = verificationID
        self.parameters = parameters
        self.extraInfo = extraInfo
        self.submittedAt = submittedAt
        self.deadline = deadline
        self.acceptableUntil = acceptableUntil
        self.trustID = trustID
        self.trustRefusal = trustRefusal
        self.cancelledAt = cancelledAt
    }
}
