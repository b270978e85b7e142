import DequeModule
import FoundationEssentials
import Protection

/// Decides which operation begins next. A value: it starts nothing and waits for nothing.
///
/// Whoever drives it adds operations, takes what may begin until there is nothing, reports each end, and takes again.
///
/// Invariants:
/// 1. At most `limit` run, and at most `projectLimit` of one project, where these are not 0. What was cancelled begins beyond
///    them: it has nothing to do but to clean up.
/// 2. Projects take turns: between two beginnings of one project each other one that waits and may has begun one.
/// 3. Those of one project begin in the order in which they came, but for those that are held back.
/// 4. What must await an operation that came before it is held back until that has ended.
///
/// States:
/// - none -> reserved: `reserve`, for an operation that is not to begin yet
/// - reserved -> none: `withdraw`
/// - none, reserved -> waiting: `add`
/// - none, reserved -> held back: `add`, where it must await another
/// - held back -> waiting: `ended` or `withdraw` of the last that it awaits
/// - waiting -> running: `takeNext`
/// - running -> none: `ended`
struct OperationQueue: Sendable {
    private struct Project {
        var waiting: Deque<Operation> = []
        var running = 0
        /// Whether it stands in `turns`.
        var hasTurn = false
    }

    private let limit: Int
    private let projectLimit: Int
    private var projects: [String: Project] = [:]
    /// Projects with something that waits and room to run it, next first.
    private var turns: Deque<String> = []
    private var cancelled: Deque<Operation> = []
    /// Their ids, by checkpoint.
    private var heldBack: [String: [String]] = [:]
    /// All but the ended ones, in the order in which they came, by checkpoint: whom one must await is among those of its own.
    private var inHand: [String: [Operation]] = [:]
    private var running: [String: Operation] = [:]
    private(set) var waitingCount = 0

    /// 0 is without limit.
    init(limit: Int, projectLimit: Int) {
        self.limit = limit
        self.projectLimit = projectLimit
    }

    var runningCount: Int { running.count }

    /// Gives `operation` its place before those that come later. It does not begin until it is added.
    mutating func reserve(_ operation: Operation) {
        inHand[operation.checkpointID, default: []].append(operation)
    }

    /// Takes back what was reserved.
    mutating func withdraw(_ operation: Operation) {
        leave(operation)
    }

    mutating func add(_ operation: Operation) {
        waitingCount += 1
        let others = inHand[operation.checkpointID, default: []]
        if let reserved = others.first(where: { $0.id == operation.id }) {
            place(reserved)
        } else {
            inHand[operation.checkpointID] = others + [operation]
            place(operation)
        }
    }

    /// The next operation to begin, which is running from now on; nil if none may begin now.
    mutating func takeNext() -> Operation? {
        guard let operation = cancelled.popFirst() ?? nextInTurn() else { return nil }
        waitingCount -= 1
        running[operation.id] = operation
        projects[operation.projectID, default: Project()].running += 1
        giveTurn(operation.projectID)
        return operation
    }

    mutating func ended(_ id: String) {
        guard let operation = running.removeValue(forKey: id) else { return }
        projects[operation.projectID]?.running -= 1
        giveTurn(operation.projectID)
        if let project = projects[operation.projectID], project.running == 0, project.waiting.isEmpty {
            projects[operation.projectID] = nil
        }
        leave(operation)
    }

    /// Notes that an operation was cancelled: it begins at once if it waits for its turn. What is held back still awaits another.
    mutating func cancel(_ id: String, onCheckpoint checkpointID: String, at date: Date) {
        guard let place = inHand[checkpointID]?.firstIndex(where: { $0.id == id }) else { return }
        inHand[checkpointID]?[place].cancelledAt = date
        guard let operation = inHand[checkpointID]?[place],
            let turn = projects[operation.projectID]?.waiting.firstIndex(where: { $0.id == id })
        else { return }
        projects[operation.projectID]?.waiting.remove(at: turn)
        giveTurn(operation.projectID)
        cancelled.append(operation)
    }

    /// Those of a checkpoint that are in hand, in the order in which they came.
    func operations(onCheckpoint id: String) -> [Operation] { inHand[id, default: []] }

    /// Forgets all that has not begun.
    mutating func removeWaiting() {
        var rest = OperationQueue(limit: limit, projectLimit: projectLimit)
        for operation in running.values {
            rest.running[operation.id] = operation
            rest.projects[operation.projectID, default: Project()].running += 1
            rest.inHand[operation.checkpointID, default: []].append(operation)
        }
        self = rest
    }

    private mutating func place(_ operation: Operation) {
        let earlier = inHand[operation.checkpointID, default: []].prefix { $0.id != operation.id }
        if earlier.contains(where: operation.mustAwait) {
            heldBack[operation.checkpointID, default: []].append(operation.id)
        } else if operation.cancelledAt != nil {
            cancelled.append(operation)
        } else {
            projects[operation.projectID, default: Project()].waiting.append(operation)
            giveTurn(operation.projectID)
        }
    }

    private mutating func nextInTurn() -> Operation? {
        guard limit <= 0 || running.count < limit, let id = turns.popFirst() else { return nil }
        projects[id]?.hasTurn = false
        return projects[id]?.waiting.popFirst()
    }

    /// Puts a project among those that take turns, or removes it, as it now should be.
    private mutating func giveTurn(_ id: String) {
        guard let project = projects[id] else { return }
        let hasRoom = projectLimit <= 0 || project.running < projectLimit
        let isDue = hasRoom && !project.waiting.isEmpty
        guard isDue != project.hasTurn else { return }
        if isDue { turns.append(id) } else { turns.removeAll { $0 == id } }
        projects[id]?.hasTurn = isDue
    }

    /// Removes an operation from those in hand, and lets those go that awaited it alone.
    private mutating func leave(_ operation: Operation) {
        let rest = inHand[operation.checkpointID, default: []].filter { $0.id != operation.id }
        inHand[operation.checkpointID] = rest.isEmpty ? nil : rest
        guard let held = heldBack.removeValue(forKey: operation.checkpointID) else { return }
        for operation in rest where held.contains(operation.id) { place(operation) }
    }
}
