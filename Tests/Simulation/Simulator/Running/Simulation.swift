import Engine
import Foundation
import Loop
import Protection

/// One seed, from its beginning to the judgement.
///
///     troubled -> quiet      the time has come; nothing goes wrong any more, and no life ends
///     quiet    -> judged     nobody waits for anything
///     judged   -> restored   whatever says that it can be restored was restored, and judged again
///     restored -> emptied    whatever was not deleted was deleted, and judged again
final class Simulation {
    private let options: SimulationOptions
    private let world: World
    private let users: Users
    private let files: StoreFiles
    private let settings: EngineSettings
    private var life: Life?
    private var crashes: ArraySlice<Int>
    private var idlePoints = 0
    /// Operations whose rows were looked at after their end.
    private var seen: Set<String> = []

    /// How often something happens, and for how long in the world, until it is said that a seed does not end.
    private static let longest = (events: 200_000, time: Duration.seconds(20 * 86_400))

    init(_ options: SimulationOptions, executor: SimulatedExecutor) throws {
        self.options = options
        world = World(options, executor: executor)
        users = Users(world)
        files = StoreFiles(folder: options.folder)
        crashes = world.trouble.crashes[...]
        settings = EngineSettings(
            maxConcurrentOperations: world.chance.one(of: [0, 0, 1, 2]),
            maxTasksPerOperation: world.chance.one(of: [64, 64, 1]),
            allowExpiredWindow: world.window / .seconds(1),
            maxOperationDuration: world.chance.one(of: [604_800, 604_800, 600, 90]),
            trusts: world.chance.one(of: [.off, .off, .auto, .on]))
        try files.prepare(world)
        try files.begin()
    }

    var trace: Trace { world.trace }

    func run() throws {
        defer { files.remove() }
        do {
            try begin()
            for _ in 0..<world.chance.number(1...4) { arrangeAct() }
            try goOn()
            try judge()
            try restoreAll()
            if world.chance.isTrue(0.4) { try deleteAll() }
        } catch {
            try? life?.end()
            throw error
        }
        try life?.end()
        life = nil
    }

    private func arrangeAct() {
        let earliest = world.chance.one(of: [0, 0, 0.5])
        let share = earliest + (1 - earliest) * world.chance.fraction() * 0.9
        world.agenda.add(after: world.trouble.quiet * share * world.chance.one(of: [0.05, 1])) { [unowned self] in
            act()
        }
    }

    /// Whoever finds nobody asks again a little later.
    private func act() {
        if let life, life.hasStarted == true {
            users.act(in: life)
        } else {
            world.agenda.add(after: .milliseconds(300)) { [unowned self] in act() }
        }
    }

    // MARK: - Lives

    private func begin() throws {
        world.tell("a life begins")
        idlePoints = 0
        life = try Life(world, store: files.current, settings)
    }

    /// The process ends here and now: its files are as they are on the disk.
    private func crash() throws {
        world.tell("a life ends")
        try files.advance()
        try life?.end()
        life = nil
        users.forgetWaiting()
        try begin()
    }

    private var isTimeToDie: Bool {
        if life?.hasStarted == false { return true }
        guard world.isTroubled, let point = crashes.first, idlePoints >= point else { return false }
        crashes.removeFirst()
        return true
    }

    // MARK: - Going on

    /// Until everybody has come to rest, after the time has come.
    private func goOn() throws {
        let end = world.agenda.now + Self.longest.time
        for event in 0..<Self.longest.events {
            try world.drain()
            guard let life else { throw Finding("there is no life") }
            idlePoints += 1
            if life.desk.hasWork {
                if isTimeToDie {
                    // Some of what it was about to write is written.
                    try life.desk.work(count: world.chance.number(below: 3))
                    try crash()
                } else {
                    try life.desk.work()
                }
                continue
            }
            if isTimeToDie {
                try crash()
                continue
            }
            if event % 8 == 0, try isOver(life) { return }
            guard world.agenda.runNext() else { throw Finding("nothing is left to happen, and not all has ended") }
            guard world.agenda.now < end else { throw Finding("it does not end: \(try whatGoesOn(life))") }
        }
        throw Finding("too much happens: \(try life.map(whatGoesOn) ?? "")")
    }

    private func isOver(_ life: Life) throws -> Bool {
        guard !world.isTroubled, life.hasStarted == true, users.waiting == 0, world.cloud.isAtRest else { return false }
        guard try life.isIdle else { return false }
        let store = life.store
        guard try world.now({ try await store.superfluousTrusts() }).isEmpty else { return false }
        return true
    }

    private func whatGoesOn(_ life: Life) throws -> String {
        let (engine, store) = (life.engine, life.store)
        let (running, waiting) = try world.now { await engine.inFlight }
        let trusts = try world.now { try await store.superfluousTrusts() }.count
        let operations = try world.now { try await store.unfinished() }.operations.map {
            "\($0.kind.rawValue) \($0.id)"
        }
        return "\(running) run, \(waiting) wait (\(operations.joined(separator: ", "))), \(users.waiting) users wait, "
            + "\(trusts) trusts are superfluous, \(world.cloud.cinder.inTransition) things change"
    }

    // MARK: - Judging

    @discardableResult
    private func judge() throws -> Judge {
        guard let life else { throw Finding("there is no life") }
        let judge = try Judge(world, users, life.store, seen: &seen)
        try judge.judge()
        return judge
    }

    private func restoreAll() throws {
        guard let life else { return }
        var restores: [String] = []
        let available = world.checkpoints.filter { $0.status == .available }
        for checkpoint in available {
            users.restore(checkpoint, in: life) { restores.append($0) }
        }
        guard !available.isEmpty else { return }
        try goOn()
        guard restores.count == available.count else {
            throw Finding(
                "not every checkpoint that is available can be restored: \(restores.count) of \(available.count)")
        }
        let judge = try judge()
        for restore in judge.restores where restores.contains(restore.id) && restore.status != .success {
            let reasons = restore.resources.reason.values.filter { !$0.isEmpty }
            throw Finding("checkpoint \(restore.checkpointID) is available and cannot be restored: \(reasons)")
        }
    }

    private func deleteAll() throws {
        guard let life else { return }
        let all = world.checkpoints.filter { $0.status != .deleted }
        guard !all.isEmpty else { return }
        for checkpoint in all { users.delete(checkpoint, in: life) }
        try goOn()
        try judge()
        for checkpoint in world.checkpoints where checkpoint.status != .deleted {
            throw Finding("checkpoint \(checkpoint.id) cannot be deleted: it is \(checkpoint.status.rawValue)")
        }
        let ours = world.cloud.cinder.things.values.first {
            $0.kind != .volumes && $0.metadata["karbor_checkpoint_id"] != nil
        }
        if let ours { throw Finding("all is deleted, but for \(ours.id), which is \(ours.status)") }
    }
}
