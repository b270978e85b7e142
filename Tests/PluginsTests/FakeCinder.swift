import Foundation
import HTTPTypes
import Loop
import OrderedCollections
import Protection
import TestSupport

/// Cinder as far as backups go: a real HTTP server whose things come to rest after they have been looked at.
final class FakeCinder: Sendable {
    struct State: Sendable {
        var volumes: OrderedDictionary<String, JSONValue> = [:]
        var snapshots: OrderedDictionary<String, JSONValue> = [:]
        var backups: OrderedDictionary<String, JSONValue> = [:]
        /// The bodies of all POST and PUT requests, by `METHOD collection`.
        var asked: [(String, JSONValue)] = []
        /// What a new backup comes to, and why.
        var backupFailure: String?
        var restoreFailure = false
        /// How many of the next requests of a kind (`LIST backups`, `DELETE backups`) meet a 500 and do nothing.
        var hiccups: [String: Int] = [:]
        /// How many of the next requests of a kind do what they are for, and are answered with a gateway's 504.
        var lostAnswers: [String: Int] = [:]
        /// How many of the next deletions of a collection are answered with 202 and never happen.
        var droppedDeletions: [String: Int] = [:]
        /// How many of the next restores find that somebody else has just begun one of the same backup.
        var rivalRestores = 0
        /// Which of all POST requests is answered with a gateway's 504, counted from 1.
        var lostPost = 0
        /// Called with the number of each POST request once it has done what it is for.
        var landed: (@Sendable (Int) -> Void)?
        var posts = 0
        /// How often each kind was asked for: `POST backups`, `LIST snapshots`, `GET volumes`.
        var requests: [String: Int] = [:]
        var date: @Sendable () -> Date = { Date() }
        /// How many of the next POST requests for a collection make two things, as a proxy that sends them twice.
        var doubledPosts: [String: Int] = [:]
        var lastNumber = 0

        mutating func newID(_ kind: String) -> String {
            lastNumber += 1
            return "\(kind)-\(lastNumber)"
        }
    }

    let server: ScriptedServer
    private let box: Box

    /// Apart, so that the server does not hold the fake that holds it.
    final class Box: Sendable {
        let state = Locked(State())
    }

    init(volumes: [String]) throws {
        let box = Box()
        self.box = box
        box.state.withLock { state in
            for id in volumes {
                state.volumes[id] = ["id": .string(id), "status": "available", "size": 3, "metadata": [:]]
            }
        }
        server = try ScriptedServer(answering: { request in box.state.withLock { FakeCinder.answer(request, &$0) } })
    }

    var state: State { box.state.withLock { $0 } }
    func change(_ body: (inout State) -> Void) { box.state.withLock { body(&$0) } }
    func asked(_ what: String) -> [JSONValue] { state.asked.filter { $0.0 == what }.map(\.1) }

    private static func answer(_ request: ScriptedRequest, _ state: inout State) -> ScriptedResponse {
        let path = request.path.split(separator: "?").first.map(String.init) ?? ""
        let parts = path.split(separator: "/").dropFirst(2).map(String.init)
        let verb = parts.last == "detail" ? "LIST" : request.method.rawValue
        let kind = "\(verb) \(parts.first ?? "")"
        state.requests[kind, default: 0] += 1
        if let left = state.hiccups[kind], left > 0 {
            state.hiccups[kind] = left - 1
            return json(500, ["computeFault": ["message": "something broke", "code": 500]])
        }
        let response = act(request, parts, &state)
        if request.method == .post {
            state.posts += 1
            state.landed?(state.posts)
            if state.posts == state.lostPost { return ScriptedResponse(504) }
        }
        if let left = state.lostAnswers[kind], left > 0 {
            state.lostAnswers[kind] = left - 1
            return ScriptedResponse(504)
        }
        return response
    }

    private static func act(_ request: ScriptedRequest, _ parts: [String], _ state: inout State) -> ScriptedResponse {
        guard let collection = parts.first, let things = keyPath(collection) else { return json(404, ["x": [:]]) }
        let body = (try? JSONValue(parsing: request.body)) ?? [:]
        let singular = String(collection.dropLast())
        if !request.body.isEmpty {
            state.asked.append(("\(request.method.rawValue) \(parts.last == "restore" ? "restore" : collection)", body))
        }
        switch (request.method, parts.count) {
        case (.get, 2) where parts[1] == "detail":
            return list(collection, request.path, things, &state)
        case (.post, 1):
            if let left = state.doubledPosts[collection], left > 0 {
                state.doubledPosts[collection] = left - 1
                _ = create(singular, body[singular] ?? [:], things, &state)
            }
            return create(singular, body[singular] ?? [:], things, &state)
        case (.post, 3): return restore(parts[1], body["restore"]?["volume_id"]?.string ?? "", &state)
        default: break
        }
        guard parts.count == 2, let thing = state[keyPath: things][parts[1]] else {
            return json(404, ["itemNotFound": ["message": .string("\(singular) could not be found."), "code": 404]])
        }
        switch request.method {
        case .get:
            state[keyPath: things][parts[1]] = next(thing, state)
            return json(200, [singular: thing])
        case .put:
            for (key, value) in body[singular]?.object ?? [:] {
                state[keyPath: things][parts[1]] = state[keyPath: things][parts[1]]?.setting(key, value)
            }
            return json(200, [singular: state[keyPath: things][parts[1]] ?? [:]])
        case .delete:
            guard ["available", "error", "error_restoring"].contains(thing["status"]?.string) else {
                return json(
                    400,
                    ["badRequest": ["message": .string("Invalid \(singular): its status is in the way"), "code": 400]])
            }
            if let left = state.droppedDeletions[collection], left > 0 {
                state.droppedDeletions[collection] = left - 1
                return ScriptedResponse(202)
            }
            state[keyPath: things][parts[1]] = thing.setting("status", "deleting")
            return ScriptedResponse(202)
        default: return ScriptedResponse(405)
        }
    }

    /// Newest first, in pages; what a watcher has been shown goes on, as what is asked for one by one.
    private static func list(
        _ collection: String, _ path: String, _ things: WritableKeyPath<State, OrderedDictionary<String, JSONValue>>,
        _ state: inout State
    ) -> ScriptedResponse {
        let query = URLComponents(string: path)?.queryItems ?? []
        let item = { (name: String) in query.first { $0.name == name }?.value }
        var all = Array(state[keyPath: things].values.reversed())
        if let marker = item("marker"), let place = all.firstIndex(where: { $0["id"]?.string == marker }) {
            all.removeFirst(place + 1)
        }
        let page = Array(all.prefix(item("limit").flatMap { Int($0) } ?? 1000))
        var body: JSONValue = [collection: .array(page)]
        if page.count < all.count, let last = page.last?["id"]?.string {
            let next = "http://192.0.2.1/?sort=created_at:desc&limit=\(page.count)&marker=\(last)"
            body = body.setting("\(collection)_links", [["rel": "next", "href": .string(next)]])
        }
        if item("sort") == "created_at:desc" {
            for id in page.compactMap({ $0["id"]?.string }) {
                state[keyPath: things][id] = state[keyPath: things][id].flatMap { next($0, state) }
            }
        }
        return json(200, body)
    }

    private static func keyPath(_ name: String) -> WritableKeyPath<State, OrderedDictionary<String, JSONValue>>? {
        switch name {
        case "volumes": \.volumes
        case "snapshots": \.snapshots
        case "backups": \.backups
        default: nil
        }
    }

    private static func create(
        _ singular: String, _ new: JSONValue,
        _ things: WritableKeyPath<State, OrderedDictionary<String, JSONValue>>, _ state: inout State
    ) -> ScriptedResponse {
        if singular == "backup", let snapshot = new["snapshot_id"]?.string,
            state.snapshots[snapshot]?["status"] != "available"
        {
            return json(400, ["badRequest": ["message": "Invalid snapshot: it must be available", "code": 400]])
        }
        if let volume = new["volume_id"]?.string, let status = state.volumes[volume]?["status"],
            !["available", "in-use"].contains(status.string)
        {
            state.volumes[volume] = next(state.volumes[volume] ?? [:], state)
            return json(400, ["badRequest": ["message": "Invalid volume: it is busy", "code": 400]])
        }
        let id = state.newID(singular)
        var thing = new.setting("id", .string(id)).setting("status", "creating")
            .setting("created_at", .string(state.date().formatted(.iso8601).prefix(19) + ".000000"))
        if singular == "backup" { thing = thing.setting("size", 3) }
        state[keyPath: things][id] = thing
        return json(202, [singular: thing])
    }

    private static func restore(_ id: String, _ volume: String, _ state: inout State) -> ScriptedResponse {
        if state.rivalRestores > 0 {
            state.rivalRestores -= 1
            state.backups[id] = state.backups[id]?.setting("status", "restoring")
        }
        guard state.backups[id]?["status"] == "available", state.volumes[volume]?["status"] == "available" else {
            return json(400, ["badRequest": ["message": "Invalid backup: backup or volume is busy", "code": 400]])
        }
        state.volumes[volume] = state.volumes[volume]?.setting("status", "restoring-backup").setting(
            "name", "of the backup")
        state.backups[id] = state.backups[id]?.setting("status", "restoring")
        return json(202, ["restore": ["backup_id": .string(id), "volume_id": .string(volume)]])
    }

    /// What becomes of a thing once it has been looked at; nil when it is gone.
    private static func next(_ thing: JSONValue, _ state: State) -> JSONValue? {
        switch thing["status"]?.string {
        case "creating":
            if let reason = state.backupFailure, thing["id"]?.string?.hasPrefix("backup") == true {
                return thing.setting("status", "error").setting("fail_reason", .string(reason))
            }
            return thing.setting("status", "available")
        case "restoring": return thing.setting("status", "available")
        case "restoring-backup": return thing.setting("status", state.restoreFailure ? "error_restoring" : "available")
        case "attaching": return thing.setting("status", "in-use")
        case "deleting": return nil
        default: return thing
        }
    }

    private static func json(_ status: Int, _ body: JSONValue) -> ScriptedResponse {
        ScriptedResponse(status, [.contentType: "application/json"], body.encodedBytes)
    }
}

extension JSONValue {
    func setting(_ key: String, _ value: JSONValue) -> JSONValue {
        var members = object ?? [:]
        members[key] = value
        return .object(members)
    }
}
