import FoundationEssentials
import Protection
import TestSupport
import Testing

@testable import Engine

struct OperationQueueTests {
    private static let date = Date(timeIntervalSince1970: 1_700_000_000)

    private func operation(
        _ id: String, _ kind: OperationKind = .protect, project: String = "p", checkpoint: String? = nil,
        cancelled: Bool = false
    ) -> Protection.Operation {
        Operation(
            id: id, kind: kind, projectID: project, userID: "u", requestID: "r", providerID: "provider",
            checkpointID: checkpoint ?? "of \(id)", submittedAt: Self.date, deadline: .distantFuture,
            acceptableUntil: .distantFuture, cancelledAt: cancelled ? Self.date : nil)
    }

    private func takeAll(_ queue: inout OperationQueue) -> [String] {
        var taken: [String] = []
        while let operation = queue.takeNext() { taken.append(operation.id) }
        return taken
    }

    @Test func `projects take turns`() {
        var queue = OperationQueue(limit: 1, projectLimit: 0)
        for number in 1...4 { queue.add(operation("a\(number)", project: "a")) }
        queue.add(operation("b1", project: "b"))
        queue.add(operation("c1", project: "c"))
        queue.add(operation("b2", project: "b"))
        var order: [String] = []
        while let next = queue.takeNext() {
            order.append(next.id)
            queue.ended(next.id)
        }
        #expect(order == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"])
        #expect(queue.waitingCount == 0)
    }

    @Test func `a project at its limit waits, and keeps nobody else from running`() {
        var queue = OperationQueue(limit: 4, projectLimit: 2)
        for number in 1...5 { queue.add(operation("a\(number)", project: "a")) }
        queue.add(operation("b1", project: "b"))
        #expect(takeAll(&queue) == ["a1", "b1", "a2"])
        queue.ended("b1")
        #expect(takeAll(&queue) == [])
        queue.ended("a2")
        #expect(takeAll(&queue) == ["a3"])
        #expect(queue.runningCount == 2)
        #expect(queue.waitingCount == 2)
    }

    @Test func `what was cancelled begins beyond the limits`() {
        var queue = OperationQueue(limit: 1, projectLimit: 1)
        for id in ["a1", "a2", "a3"] { queue.add(operation(id)) }
        #expect(takeAll(&queue) == ["a1"])
        queue.cancel("a3", onCheckpoint: "of a3", at: Self.date)
        let next = queue.takeNext()
        #expect(next?.id == "a3")
        #expect(next?.cancelledAt == Self.date)
        #expect(takeAll(&queue) == [])
        queue.ended("a3")
        #expect(takeAll(&queue) == [])
        queue.ended("a1")
        #expect(takeAll(&queue) == ["a2"])
        queue.add(operation("a4", cancelled: true))
        #expect(takeAll(&queue) == ["a4"])
    }

    @Test func `a delete awaits what came before it on its checkpoint, also what is only reserved`() {
        var queue = OperationQueue(limit: 0, projectLimit: 0)
        let protect = operation("protect", checkpoint: "c")
        queue.reserve(protect)
        queue.add(operation("delete", .delete, checkpoint: "c"))
        #expect(takeAll(&queue) == [])
        queue.cancel("protect", onCheckpoint: "c", at: Self.date)
        queue.add(protect)
        let next = queue.takeNext()
        #expect(next?.id == "protect")
        #expect(next?.cancelledAt == Self.date)
        #expect(takeAll(&queue) == [])
        queue.ended("protect")
        #expect(takeAll(&queue) == ["delete"])
    }

    @Test func `a reservation that is withdrawn holds nobody back`() {
        var queue = OperationQueue(limit: 0, projectLimit: 0)
        let protect = operation("protect", checkpoint: "c")
        queue.reserve(protect)
        queue.add(operation("delete", .delete, checkpoint: "c"))
        queue.withdraw(protect)
        #expect(takeAll(&queue) == ["delete"])
    }

    @Test func `restores of one checkpoint run together`() {
        var queue = OperationQueue(limit: 0, projectLimit: 0)
        queue.add(operation("r1", .restore, checkpoint: "c"))
        queue.add(operation("r2", .restore, checkpoint: "c"))
        queue.add(operation("d", .delete, checkpoint: "c"))
        #expect(takeAll(&queue) == ["r1", "r2"])
        queue.ended("r2")
        #expect(takeAll(&queue) == [])
        queue.ended("r1")
        #expect(takeAll(&queue) == ["d"])
    }

    @Test func `what waits is forgotten, what runs is not`() {
        var queue = OperationQueue(limit: 1, projectLimit: 0)
        queue.add(operation("r", .restore, checkpoint: "c"))
        queue.add(operation("d", .delete, checkpoint: "c"))
        queue.add(operation("x"))
        #expect(takeAll(&queue) == ["r"])
        queue.removeWaiting()
        #expect(queue.waitingCount == 0)
        #expect(queue.runningCount == 1)
        queue.ended("r")
        #expect(takeAll(&queue) == [])
    }

    /// Any sequence of calls: the limits hold, nothing is lost or begun twice, and everybody gets their turn.
    @Test(arguments: 1...200) func `random calls keep the invariants`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limit = Int.random(in: 0...4, using: &random)
        let projectLimit = Int.random(in: 0...2, using: &random)
        var queue = OperationQueue(limit: limit, projectLimit: projectLimit)
        var added: [String: Protection.Operation] = [:]
        var running: [String: Protection.Operation] = [:]
        var begun: Set<String> = []
        var cancelled: Set<String> = []
        func takeAll() {
            while let next = queue.takeNext() {
                #expect(begun.insert(next.id).inserted)
                running[next.id] = next
                if cancelled.contains(next.id) { continue }
                #expect(limit == 0 || running.count <= limit)
                #expect(projectLimit == 0 || running.values.count { $0.projectID == next.projectID } <= projectLimit)
            }
            for one in running.values {
                for other in running.values where other.id < one.id { #expect(!one.mustAwait(other)) }
            }
        }
        for number in 0..<60 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0...2:
                let kind = [OperationKind.protect, .restore, .delete][Int.random(in: 0..<3, using: &random)]
                let new = operation(
                    String(format: number), kind, project: "p\(Int.random(in: 0..<3, using: &random))",
                    checkpoint: "c\(Int.random(in: 0..<8, using: &random))")
                added[new.id] = new
                queue.add(new)
            case 3:
                guard let id = added.keys.sorted().randomElement(using: &random), let one = added[id] else { break }
                if !begun.contains(id) { cancelled.insert(id) }
                queue.cancel(id, onCheckpoint: one.checkpointID, at: Self.date)
            default:
                guard let id = running.keys.sorted().randomElement(using: &random) else { break }
                running[id] = nil
                queue.ended(id)
            }
            takeAll()
            #expect(queue.runningCount == running.count)
            #expect(queue.waitingCount == added.count - begun.count)
        }
        while let id = running.keys.sorted().first {
            running[id] = nil
            queue.ended(id)
            takeAll()
        }
        #expect(begun == Set(added.keys))
    }
}

extension String {
    /// With leading zeros, so that they sort as they came.
    fileprivate init(format number: Int) { self = String(repeating: "0", count: 3 - "\(number)".count) + "\(number)" }
}
