import FoundationEssentials
import Keystone
import Protection

/// Gets an operation its trust before it is admitted, while its user's token is good.
struct TrustAcquisition: Sendable {
    /// A user's operations of one hour need trusts of different ends.
    private static let attempts = 8
    /// How long another end is tried: somebody waits for the answer.
    private static let patience = Duration.seconds(5)

    let environment: EngineEnvironment

    private var policy: TrustPolicy { environment.settings.trusts }

    /// The operation with its trust, or with the reason why it has none. Throws where it must not go on without.
    func acquire(for operation: Operation, context: RequestContext) async throws(ServiceFault) -> Operation {
        guard isWanted(by: operation) else { return operation }
        do {
            return try await make(for: operation, context)
        } catch {
            guard policy == .on else {
                var operation = operation
                operation.trustRefusal = FailureReason.text(of: error)
                return operation
            }
            throw fault(error)
        }
    }

    private func isWanted(by operation: Operation) -> Bool {
        switch policy {
        case .off: false
        case .on: true
        case .auto: operation.acceptableUntil < operation.deadline
        }
    }

    private func make(for operation: Operation, _ context: RequestContext) async throws -> Operation {
        let end = environment.time.now() + Self.patience
        var attempt = 1
        while true {
            let record = TrustRecord(
                operationID: operation.id, trustorID: context.userID, projectID: context.projectID ?? "",
                expiresAt: environment.settings.trustEnd(of: operation, attempt: attempt),
                begunAt: environment.time.date())
            do {
                try await environment.trustRecords.begin(record)
                let id = try await environment.trusts.make(for: context, until: record.expiresAt)
                try await environment.trustRecords.finishTrust(of: operation.id, trustID: id)
                var operation = operation
                operation.trustID = id
                operation.acceptableUntil = record.expiresAt
                return operation
            } catch {
                // Nothing was made. After any other error something may have been, and is looked for: see `TrustRemover`.
                if isRefusal(error) { try await environment.trustRecords.forgetTrust(of: operation.id) }
                guard isTaken(error) else { throw error }
                guard attempt < Self.attempts, environment.time.now() < end else { throw Self.crowded(after: error) }
            }
            attempt += 1
        }
    }

    private func isTaken(_ error: any Error) -> Bool {
        (error as? ServiceError)?.code == .conflict || (error as? StoreError)?.code == .conflict
    }

    private func isRefusal(_ error: any Error) -> Bool {
        guard let error = error as? ServiceError else { return false }
        return [.conflict, .forbidden, .userTokenGone, .invalidRequest].contains(error.code)
    }

    private static func crowded(after error: any Error) -> ServiceFault {
        ServiceFault(
            .unavailable,
            "No end was free for another trust: too many operations of this user were begun in this project within an hour.",
            detail: FailureReason.text(of: error))
    }

    private func fault(_ error: any Error) -> ServiceFault {
        if let fault = error as? ServiceFault { return fault }
        guard let error = error as? ServiceError else { return ServiceFault(cause: error) }
        guard error.disposition == .callersFault else { return ServiceFault(error, trying: "Making a trust failed") }
        return ServiceFault(
            .badRequest,
            """
            The operation needs a trust, which Keystone does not let this token make (an application credential's, or a \
            trust's own, cannot): \(FailureReason.text(of: error))
            """)
    }
}
