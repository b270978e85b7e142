import FoundationEssentials
import Loop
import PluginKit
import Protection

/// What is known of an operation's steps, in memory: read once from the journal, then kept up with it.
final class StepLedger: Sendable {
    private let state: Locked<State>

    private struct State {
        var records: [String: StepRecord]
        /// Resources with a step, by their path: only their hooks are worth remembering as done.
        var resources: Set<String>
        /// Steps whose last attempt the service has refused: there is nothing to be found of it.
        var refused: Set<String> = []
        /// Resources of which a hook has begun in this run, and those of which the last one has ended.
        var begun: Set<ResourceKey> = []
        var finished: Set<ResourceKey> = []
    }

    init(_ records: [StepRecord]) {
        state = Locked(
            State(
                records: Dictionary(records.map { ($0.path, $0) }, uniquingKeysWith: { $1 }),
                resources: Set(records.map { Self.parent(of: $0.path) })))
    }

    /// Whether nothing was ever begun.
    var isEmpty: Bool { state.withLock(\.records.isEmpty) }

    func record(_ path: String) -> StepRecord? { state.withLock { $0.records[path] } }

    func note(_ record: StepRecord) {
        state.withLock {
            $0.records[record.path] = record
            $0.refused.remove(record.path)
            $0.resources.insert(Self.parent(of: record.path))
        }
    }

    /// Of the attempts before the one that counts: they may still have an effect until that record settles.
    static func doubtPath(_ path: String) -> String { "\(doubts)\(path)" }
    private static let doubts = "operation/doubt/"

    func refuse(_ path: String) { state.withLock { _ = $0.refused.insert(path) } }
    func isRefused(_ path: String) -> Bool { state.withLock { $0.refused.contains(path) } }

    /// By when all has happened that was asked for and not answered; nil where all was.
    var settlesAt: Date? {
        state.withLock { state in
            state.records.values.lazy.filter { $0.result == nil || $0.path.hasPrefix(Self.doubts) }
                .map(\.settlesAt).max()
        }
    }

    /// The steps of a resource that may have made something of which nothing is known.
    func openSteps(of key: ResourceKey) -> [String] {
        let prefix = key.journalPath + "/"
        return state.withLock { state in
            state.records.values.filter {
                $0.result == nil && $0.settlesAt > $0.begunAt && $0.path.hasPrefix(prefix)
            }.map { String($0.path.dropFirst(prefix.count)) }.sorted()
        }
    }

    /// What the steps of resources are known to have made, by path: those that returned an id.
    var things: [(resource: String, step: String, id: String)] {
        state.withLock(\.records).values.sorted { $0.path < $1.path }.compactMap { record in
            guard let slash = record.path.lastIndex(of: "/"),
                let id = record.result.flatMap({ try? JSONDecoder().decode(String.self, from: Data($0)) })
            else { return nil }
            let resource = record.path[..<slash].replacing("/", with: "#")
            return (String(resource), String(record.path[record.path.index(after: slash)...]), id)
        }
    }

    func result<Result: Decodable>(at path: String, as type: Result.Type) throws -> Result? {
        guard let bytes = record(path)?.result else { return nil }
        do {
            return try JSONDecoder().decode(Result.self, from: Data(bytes))
        } catch {
            throw StoreError(.corrupted, "what step \(path) returned cannot be read")
        }
    }

    func hasSteps(of key: ResourceKey) -> Bool { state.withLock { $0.resources.contains(key.journalPath) } }

    func markBegun(_ key: ResourceKey) { state.withLock { _ = $0.begun.insert(key) } }
    func markFinished(_ key: ResourceKey) { state.withLock { _ = $0.finished.insert(key) } }

    /// Whether there may be something of the resource's to clean up: also when only an earlier run had come so far.
    func hasBegun(_ key: ResourceKey) -> Bool {
        state.withLock { $0.begun.contains(key) || $0.resources.contains(key.journalPath) }
    }

    func isFinished(_ key: ResourceKey) -> Bool {
        state.withLock { state in
            let mark = HookID(resource: key, hook: .complete).path
            return state.finished.contains(key) || state.records[mark]?.result != nil
        }
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
    }
}

extension ResourceKey {
    /// Under which the journal keeps the steps of a resource.
    var journalPath: String { "\(type)/\(id)" }
}

extension StepLedger: StepResults {
    func result<Result: Decodable>(
        of step: String, for resource: ResourceKey, as type: Result.Type
    ) throws -> Result? {
        try result(at: "\(resource.journalPath)/\(step)", as: type)
    }
}
