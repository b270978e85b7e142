import Loop
import Protection

/// How far what is under way is, for those who ask.
package protocol ProgressService: Sendable {
    /// Of the protect or delete that works on a checkpoint, of a restore or of a verification, by the id of any of them; nil where
    /// none runs.
    func progress(of id: String) -> OperationProgress?
}

/// The progress of all operations that run.
///
/// One operation at a time is found by an id: no two change one checkpoint together. Where one begins before the one before it
/// has left, it takes its place.
package final class ProgressBoard: ProgressService {
    private struct Entry {
        var operationID: String
        var ledger: ResultLedger
    }

    private let entries = Locked<[String: Entry]>([:])

    package init() {}

    func begin(_ operation: Operation, _ ledger: ResultLedger) {
        entries.withLock { $0[operation.subject] = Entry(operationID: operation.id, ledger: ledger) }
    }

    func end(_ operation: Operation) {
        entries.withLock { entries in
            if entries[operation.subject]?.operationID == operation.id { entries[operation.subject] = nil }
        }
    }

    package func progress(of id: String) -> OperationProgress? {
        entries.withLock { $0[id]?.ledger }?.progress
    }

    /// All together. The end is the last one's, known when all of theirs are.
    package var total: OperationProgress {
        let all = entries.withLock { Array($0.values) }.map(\.ledger.progress)
        var total = all.reduce(into: OperationProgress()) { sum, one in
            sum.stepsDone += one.stepsDone
            sum.stepsTotal += one.stepsTotal
            sum.bytesDone = sum.bytesDone.addingReportingOverflow(one.bytesDone).partialValue
            sum.bytesTotal = sum.bytesTotal.addingReportingOverflow(one.bytesTotal).partialValue
        }
        let ends = all.compactMap(\.estimatedEnd)
        total.estimatedEnd = ends.count == all.count ? ends.max() : nil
        return total
    }
}

extension Operation {
    /// The id of what a user watches while it runs.
    fileprivate var subject: String { restoreID ?? verificationID ?? checkpointID }
}
