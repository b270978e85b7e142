import Engine
import FoundationEssentials
import Keystone
import Loop
import Protection
import Telemetry
import TestSupport

/// Who asks for operations: a few projects with a few volumes each.
final class Users {
    struct Project {
        var user: String
        var id: String
        var plan: Plan
    }

    let world: World
    private(set) var projects: [Project] = []
    /// Restores that were accepted, with the project of each.
    private var restores: [(restore: Restore, project: Project)] = []
    /// Checkpoints of protects that were accepted.
    private(set) var accepted: [String] = []
    /// What was asked for and has not been answered.
    private(set) var waiting = 0
    /// How many answers were a refusal.
    private(set) var refusals = 0

    init(_ world: World) {
        self.world = world
        for number in 1...world.chance.one(of: [1, 1, 2]) {
            let user = "user\(number)"
            let project = "project\(number)-id"
            world.cloud.keystone.add(
                ScriptedKeystone.User(user, project: "project\(number)", roles: ["member"]))
            var resources: [Resource] = []
            for volume in 1...world.chance.one(of: [1, 1, 1, 2, 3]) {
                let id = "vol-\(number)-\(volume)"
                world.cloud.cinder.add(
                    CinderThing(
                        kind: .volumes, id: id, projectID: project, status: "available", name: "data \(volume)",
                        size: volume, content: "what \(id) holds"))
                resources.append(Resource(type: .volume, id: id, name: "data \(volume)"))
            }
            let plan = Plan(
                id: "plan-\(number)", projectID: project, name: "", description: nil, providerID: Life.providerID,
                resources: resources, parameters: Parameters(), createdAt: world.date)
            projects.append(Project(user: user, id: project, plan: plan))
        }
        world.cloud.keystone.add(
            ScriptedKeystone.User(
                SimulatedCloud.daemon, project: "service",
                roles: world.chance.isTrue(0.5) ? ["service"] : ["service", "admin"]))
    }

    /// Asks for something or other.
    func act(in life: Life) {
        if !restores.isEmpty, world.chance.isTrue(0.15) { return cancelRestore(in: life) }
        let project = world.chance.one(of: projects)
        let checkpoints = world.checkpoints.filter { $0.projectID == project.id && $0.status != .deleted }
        guard !checkpoints.isEmpty, !world.chance.isTrue(0.4) else { return protect(project, in: life) }
        let checkpoint = world.chance.one(of: checkpoints)
        let action = world.chance.number(below: 10)
        switch checkpoint.status {
        case .available where action < 5: restore(checkpoint, in: life)
        case .available where action < 6: verify(checkpoint, in: life)
        case .protecting where action < 2: restore(checkpoint, in: life)
        case .protecting where action < 6: cancel(checkpoint, in: life)
        default: delete(checkpoint, in: life)
        }
    }

    func protect(_ project: Project, in life: Life) {
        let caller = caller(of: project)
        ask("protect \(project.plan.id)", in: life) { [admission = life.admission] in
            try await admission.protect(project.plan, extraInfo: [:], quota: -1, caller: caller).id
        } then: {
            self.accepted.append($0)
        }
    }

    func restore(_ checkpoint: Checkpoint, in life: Life, then report: @escaping (String) -> Void = { _ in }) {
        guard let caller = caller(of: checkpoint) else { return }
        let request = RestoreRequest(
            providerID: Life.providerID, checkpointID: checkpoint.id, restoreTarget: nil, parameters: Parameters())
        let project = projects.first { $0.id == checkpoint.projectID }
        let made = Locked<Restore?>(nil)
        ask("restore \(checkpoint.id)", in: life) { [admission = life.admission] in
            let restore = try await admission.restore(request, caller: caller)
            made.withLock { $0 = restore }
            return restore.id
        } then: {
            if let project, let restore = made.withLock({ $0 }) { self.restores.append((restore, project)) }
            report($0)
        }
    }

    /// Cancels a restore, which may have ended.
    private func cancelRestore(in life: Life) {
        let (restore, project) = world.chance.one(of: restores)
        let caller = caller(of: project)
        ask("cancel restore \(restore.id)", in: life) { [admission = life.admission] in
            try await admission.cancel(restore, caller: caller)
            return restore.id
        } then: { _ in
        }
    }

    private func cancel(_ checkpoint: Checkpoint, in life: Life) {
        guard let caller = caller(of: checkpoint) else { return }
        ask("cancel \(checkpoint.id)", in: life) { [admission = life.admission] in
            try await admission.cancelProtect(
                checkpointID: checkpoint.id, providerID: Life.providerID, caller: caller)
            return checkpoint.id
        } then: { _ in
        }
    }

    func verify(_ checkpoint: Checkpoint, in life: Life) {
        guard let caller = caller(of: checkpoint) else { return }
        let request = VerificationRequest(
            providerID: Life.providerID, checkpointID: checkpoint.id, parameters: Parameters())
        ask("verify \(checkpoint.id)", in: life) { [admission = life.admission] in
            try await admission.verify(request, caller: caller).id
        } then: { _ in
        }
    }

    func delete(_ checkpoint: Checkpoint, in life: Life) {
        guard let caller = caller(of: checkpoint) else { return }
        ask("delete \(checkpoint.id)", in: life) { [admission = life.admission] in
            try await admission.delete(checkpointID: checkpoint.id, providerID: Life.providerID, caller: caller)
            return checkpoint.id
        } then: { _ in
        }
    }

    /// A life has ended, and whoever asked it hears no more.
    func forgetWaiting() { waiting = 0 }

    private func ask(
        _ what: String, in life: Life, _ request: @escaping @Sendable () async throws -> String,
        then report: @escaping (String) -> Void
    ) {
        world.tell("user: \(what)")
        waiting += 1
        // All of it runs on the one thread.
        nonisolated(unsafe) let (users, report) = (self, report)
        Task { [border = life.border, world] in
            let outcome: Result<String, any Error>
            do { outcome = .success(try await request()) } catch { outcome = .failure(error) }
            guard !border.isClosed else { return }
            users.waiting -= 1
            switch outcome {
            case .success(let id):
                world.tell("user: \(what): accepted, \(id)")
                report(id)
            case .failure(let error):
                world.tell("user: \(what): \(error)")
                users.refusals += 1
            }
        }
    }

    private func caller(of checkpoint: Checkpoint) -> Caller? {
        projects.first { $0.id == checkpoint.projectID }.map(caller)
    }

    private func caller(of project: Project) -> Caller {
        let life = Duration.seconds(world.chance.one(of: [3600, 3600, 600]))
        let value = world.cloud.keystone.issue(to: project.user, life: life)
        var token = Token(value: Secret(value), user: .init(id: project.user + "-id", name: project.user))
        token.project = .init(id: project.id)
        token.issuedAt = world.date
        token.expiresAt = world.date + (life / .seconds(1))
        token.roles = [.init(id: "member-id", name: "member")]
        token.catalog = ServiceCatalog([
            .init(
                type: "volumev3", name: "cinderv3",
                endpoints: [.init(interface: "public", url: "http://\(SimulatedCloud.cinder)/v3/\(project.id)")])
        ])
        return Caller(RequestContext(token: token, requestID: "req-" + world.newID()))
    }
}
