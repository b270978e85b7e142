import Loop
import Protection

/// Where calls for the store wait until everybody has nothing else to do. Then they are really made: those that read one after
/// another, those that write all together, so that they share commits; and their results come a little later.
///
/// SQLite's threads are real. Which of them is quicker shows nowhere, as nothing goes on before all have returned.
final class StoreDesk: @unchecked Sendable {
    private struct Call {
        var name: String
        var writes: Bool
        /// Makes it, and gives what is to be done when the result comes.
        var make: @Sendable () async -> @Sendable () -> Void
    }

    private let world: World
    private let border: Border
    private var waiting: [Call] = []

    init(_ world: World, _ border: Border) {
        self.world = world
        self.border = border
    }

    var hasWork: Bool { !waiting.isEmpty }

    func call<Value: Sendable>(
        _ name: String, writes: Bool = true, _ body: @escaping @Sendable () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        typealias Outcome = Result<Value, StoreError>
        let dead = Outcome.failure(StoreError(.corrupted, "the process has ended"))
        let outcome: Outcome = await border.call(dead: dead) { answer in
            // Called on the one thread only, as all of this is.
            nonisolated(unsafe) let answer = answer
            waiting.append(
                Call(name: name, writes: writes) {
                    let outcome: Outcome
                    do throws(StoreError) { outcome = .success(try await body()) } catch { outcome = .failure(error) }
                    return { answer(outcome) }
                })
            guard world.isTroubled, world.chance.isTrue(world.trouble.store) else { return }
            waiting.removeLast()
            let error = StoreError(world.chance.one(of: [.full, .unavailable]), "the store had a hiccup")
            world.tell("store: \(name): \(error.code.rawValue)")
            world.agenda.add(after: world.chance.length(upTo: .seconds(5))) { answer(.failure(error)) }
        }
        return try outcome.get()
    }

    /// Makes calls that wait, the first `count` of them, and arranges for their results.
    func work(count: Int = .max) throws {
        let due = waiting.prefix(count)
        waiting.removeFirst(due.count)
        // The thread alone that drains the queue touches it.
        nonisolated(unsafe) var results: [@Sendable () -> Void] = []
        for call in due where !call.writes {
            let expected = results.count + 1
            Task { results.append(await call.make()) }
            try world.wait { results.count == expected }
        }
        let writes = due.filter(\.writes)
        nonisolated(unsafe) var written: [(@Sendable () -> Void)?] = Array(repeating: nil, count: writes.count)
        nonisolated(unsafe) var left = writes.count
        for (index, call) in writes.enumerated() {
            Task {
                written[index] = await call.make()
                left -= 1
            }
        }
        try world.wait { left == 0 }
        results += written.compactMap(\.self)
        for call in due { world.tell("store: \(call.name)") }
        for result in results {
            world.agenda.add(after: world.chance.length(upTo: .milliseconds(500)), result)
        }
    }
}
