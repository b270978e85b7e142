import DequeModule

/// Who may use the wire: up to `hostLimit` requests to one origin at a time, the others in the order in which they came.
///
/// Invariants
/// 1. Nobody waits for an origin that has a free place.
/// 2. An origin without requests takes no memory.
struct AdmissionQueue<ID: Hashable> {
    enum Answer: Equatable {
        case go
        case wait
        case full
    }

    struct Line {
        var active = 0
        /// With those who have given up; `waiting` tells them apart.
        var queue = Deque<ID>()
        var givenUp = 0
    }

    private let hostLimit: Int
    private let waitingLimit: Int
    private(set) var lines: [String: Line] = [:]
    private var waiting: Set<ID> = []

    init(hostLimit: Int, waitingLimit: Int) {
        self.hostLimit = max(1, hostLimit)
        self.waitingLimit = waitingLimit
    }

    mutating func enter(_ id: ID, origin: String) -> Answer {
        guard lines[origin, default: Line()].active < hostLimit else {
            guard waiting.count < waitingLimit else { return .full }
            waiting.insert(id)
            lines[origin]?.queue.append(id)
            return .wait
        }
        lines[origin, default: Line()].active += 1
        return .go
    }

    /// Gives up waiting. The line is swept once most of it has given up.
    mutating func abandon(_ id: ID, origin: String) {
        guard waiting.remove(id) != nil, var line = lines.removeValue(forKey: origin) else { return }
        line.givenUp += 1
        if line.queue.count > 64, line.queue.count < 2 * line.givenUp {
            line.queue.removeAll { !waiting.contains($0) }
            line.givenUp = 0
        }
        lines[origin] = line
    }

    /// Gives a place back. Returns who has it now.
    mutating func leave(origin: String) -> ID? {
        guard var line = lines.removeValue(forKey: origin) else { return nil }
        var next: ID?
        while next == nil, let first = line.queue.popFirst() {
            next = waiting.remove(first)
            if next == nil { line.givenUp -= 1 }
        }
        if next == nil { line.active -= 1 }
        if line.active > 0 { lines[origin] = line }
        return next
    }
}
