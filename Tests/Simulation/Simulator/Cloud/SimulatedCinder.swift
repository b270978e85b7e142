import HTTPTypes
import Loop
import OrderedCollections
import Protection
import TestSupport

/// Cinder's volumes, snapshots and backups, as its API has them: what is asked for is begun at once and done later, a thing in
/// the wrong state is a 400, lists come in pages. It knows no tokens: `SimulatedCloud` does.
final class SimulatedCinder {
    private(set) var things: OrderedDictionary<String, CinderThing> = [:]
    /// How many are on their way from one state to another.
    private(set) var inTransition = 0
    /// How many things were ever made.
    private var lastNumber = 0
    private let pageLimit: Int
    /// Lets something happen after a while of Cinder's own.
    private let later: (@escaping () -> Void) -> Void
    /// Whether something that can go wrong does.
    private let fails: () -> Bool

    init(pageLimit: Int, later: @escaping (@escaping () -> Void) -> Void, fails: @escaping () -> Bool) {
        self.pageLimit = pageLimit
        self.later = later
        self.fails = fails
    }

    func add(_ thing: CinderThing) { things[thing.id] = thing }

    func all(_ kind: CinderThing.Kind) -> [CinderThing] { things.values.filter { $0.kind == kind } }

    func answer(_ request: ScriptedRequest) -> ScriptedResponse {
        let path = request.path.prefix { $0 != "?" }.split(separator: "/").dropFirst().map(String.init)
        guard path.count >= 2, let kind = CinderThing.Kind(rawValue: path[1]) else { return .missing("page") }
        let project = path[0]
        let body = request.body.isEmpty ? [:] : (try? JSONValue(parsing: request.body)) ?? [:]
        switch (request.method, path.count) {
        case (.get, 3) where path[2] == "detail": return list(kind, of: project, request.path)
        case (.post, 2): return create(kind, in: project, body)
        default: break
        }
        guard path.count >= 3, let thing = things[path[2]], thing.kind == kind, thing.projectID == project else {
            return .missing(String(kind.rawValue.dropLast()).capitalized)
        }
        switch (request.method, path.count) {
        case (.get, 3): return .json(200, [thing.singular: thing.json])
        case (.put, 3): return update(thing, body)
        case (.delete, 3): return delete(thing)
        case (.post, 4) where path[3] == "restore": return restore(thing, body["restore"] ?? [:])
        default: return .missing("page")
        }
    }

    // MARK: - Lists

    private func list(_ kind: CinderThing.Kind, of project: String, _ path: String) -> ScriptedResponse {
        let query = CinderQuery(path)
        var found = things.values.filter {
            $0.kind == kind && ($0.projectID == project || query["all_tenants"] == "1") && query.wants($0)
        }
        if !query.isAscending { found.reverse() }
        if let marker = query["marker"] {
            guard let index = found.firstIndex(where: { $0.id == marker }) else {
                // Cinder says so of a marker that was deleted meanwhile.
                return things[marker] == nil ? .missing("Marker") : .json(200, [kind.rawValue: []])
            }
            found.removeFirst(index + 1)
        }
        let limit = min(query["limit"].flatMap { Int($0) } ?? pageLimit, pageLimit)
        let page = found.prefix(limit)
        var answer: JSONValue = [kind.rawValue: .array(page.map(\.json))]
        if page.count < found.count, let last = page.last {
            let href = "http://elsewhere.test\(path.prefix { $0 != "?" })?\(query.next(after: last.id, limit: limit))"
            answer = answer.setting(
                "\(kind.rawValue)_links", .array([["rel": "next", "href": .string(href)]]))
        }
        return .json(200, answer)
    }

    // MARK: - Making

    private func create(_ kind: CinderThing.Kind, in project: String, _ body: JSONValue) -> ScriptedResponse {
        let new = body[String(kind.rawValue.dropLast())] ?? [:]
        var thing = CinderThing(
            kind: kind, id: "", projectID: project, status: "creating", name: new["name"]?.string,
            description: new["description"]?.string, size: Int(new["size"]?.integer ?? 0))
        for (key, value) in new["metadata"]?.object ?? [:] { thing.metadata[key] = value.string }
        if kind != .volumes {
            guard let id = new["volume_id"]?.string, let volume = things[id], volume.kind == .volumes,
                volume.projectID == project
            else { return .missing("Volume") }
            thing.volumeID = id
            thing.size = volume.size
            thing.content = volume.content
            if kind == .snapshots || new["snapshot_id"]?.string == nil, volume.status != "available" {
                return .bad("Invalid volume: it is \(volume.status)")
            }
        }
        if kind == .backups, let id = new["snapshot_id"]?.string {
            guard let snapshot = things[id], snapshot.kind == .snapshots else { return .missing("Snapshot") }
            guard snapshot.status == "available" else { return .bad("Invalid snapshot: it is \(snapshot.status)") }
            thing.snapshotID = id
            thing.content = snapshot.content
        }
        lastNumber += 1
        thing.id = "\(thing.singular)-made-\(lastNumber)"
        things[thing.id] = thing
        // What is backed up is busy meanwhile.
        let source = kind == .backups ? thing.snapshotID ?? thing.volumeID : nil
        if let source { things[source]?.status = "backing-up" }
        move(thing.id) { [self] id in
            if let source, things[source]?.status == "backing-up" { things[source]?.status = "available" }
            let hasFailed = fails()
            things[id]?.status = hasFailed ? "error" : "available"
            if hasFailed, kind == .backups { things[id]?.failReason = "the backup service is out of tape" }
        }
        var answer = thing.json
        // As it is, of a backup the answer has only that.
        if kind == .backups { answer = ["id": .string(thing.id), "name": .optional(thing.name)] }
        return .json(202, [thing.singular: answer])
    }

    // MARK: - Changing

    private func update(_ thing: CinderThing, _ body: JSONValue) -> ScriptedResponse {
        let changes = body[thing.singular] ?? [:]
        if let name = changes["name"]?.string { things[thing.id]?.name = name }
        if let description = changes["description"]?.string { things[thing.id]?.description = description }
        return .json(200, [thing.singular: things[thing.id]?.json ?? [:]])
    }

    private func delete(_ thing: CinderThing) -> ScriptedResponse {
        let deletable =
            switch thing.kind {
            case .volumes: ["available", "error", "error_restoring", "error_extending", "error_deleting"]
            case .snapshots: ["available", "error", "error_deleting"]
            case .backups: ["available", "error"]
            }
        guard deletable.contains(thing.status) else {
            return .bad("Invalid \(thing.singular): its status \(thing.status) is in the way")
        }
        if thing.kind == .volumes, things.values.contains(where: { $0.kind == .snapshots && $0.volumeID == thing.id }) {
            return .bad("Invalid volume: it has dependent snapshots")
        }
        things[thing.id]?.status = "deleting"
        move(thing.id) { [self] id in things[id] = nil }
        return ScriptedResponse(202)
    }

    private func restore(_ backup: CinderThing, _ request: JSONValue) -> ScriptedResponse {
        guard backup.kind == .backups else { return .missing("page") }
        guard let id = request["volume_id"]?.string, let volume = things[id], volume.kind == .volumes else {
            return .missing("Volume")
        }
        guard backup.status == "available" else { return .bad("Invalid backup: it is \(backup.status)") }
        guard volume.status == "available", volume.size >= backup.size else {
            return .bad("Invalid volume: it is \(volume.status), or too small")
        }
        things[backup.id]?.status = "restoring"
        things[id]?.status = "restoring-backup"
        things[id]?.content = "half of \(backup.content)"
        move(backup.id) { [self] backupID in
            things[backupID]?.status = "available"
            let hasFailed = fails()
            things[id]?.status = hasFailed ? "error_restoring" : "available"
            if !hasFailed { things[id]?.content = backup.content }
            things[id]?.name = "as the backup's volume was named"
        }
        return .json(
            202,
            [
                "restore": [
                    "backup_id": .string(backup.id), "volume_id": .string(id), "volume_name": .optional(volume.name),
                ]
            ])
    }

    private func move(_ id: String, _ change: @escaping (String) -> Void) {
        inTransition += 1
        later { [self] in
            inTransition -= 1
            change(id)
        }
    }
}

extension ScriptedResponse {
    fileprivate static func json(_ status: Int, _ value: JSONValue) -> ScriptedResponse {
        ScriptedResponse(status, [.contentType: "application/json"], value.encodedBytes)
    }

    fileprivate static func missing(_ what: String) -> ScriptedResponse {
        json(404, ["itemNotFound": ["message": .string("\(what) could not be found."), "code": 404]])
    }

    fileprivate static func bad(_ message: String) -> ScriptedResponse {
        json(400, ["badRequest": ["message": .string(message), "code": 400]])
    }
}
