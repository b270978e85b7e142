import HTTPTypes
import Keystone
import OpenStack
import TestSupport
import Testing

/// Lists that come in pages.
@Suite struct BlockStorageListTests {
    /// Ten volumes, in pages of `limit`, whose links name another host, as behind a proxy.
    let paged: CinderRig.Answer = { _, path, _ in
        let query = path.split(separator: "?").last.map(String.init) ?? ""
        let items = query.split(separator: "&").map { $0.split(separator: "=").map(String.init) }
        let limit = items.first { $0[0] == "limit" }.flatMap { Int($0[1]) } ?? 1000
        let first = items.first { $0[0] == "marker" }.flatMap { Int($0[1].dropFirst()) }.map { $0 + 1 } ?? 0
        let end = min(first + limit, 10)
        let volumes = (first..<end).map { #"{"id": "v\#($0)", "status": "available"}"# }.joined(separator: ", ")
        let next =
            #"[{"rel": "next", "href": "https://192.0.2.1/v3/x/volumes/detail?limit=\#(limit)&marker=v\#(end - 1)"}]"#
        return ScriptedResponse(
            200, text: #"{"volumes": [\#(volumes)]\#(end < 10 ? #", "volumes_links": \#(next)"# : "")}"#)
    }

    @Test(arguments: [(nil, 1), (10, 1), (4, 3), (5, 2), (1, 10)] as [(Int?, Int)])
    func `a list is whole, whatever its pages are`(pageSize: Int?, requests: Int) async throws {
        try await withCinder(paged) { rig in
            let volumes = try await rig.factory().blockStorage.volumes(pageSize: pageSize).all()
            #expect(volumes.map(\.id) == (0..<10).map { "v\($0)" })
            #expect(rig.cinder.requests.count == requests)
            #expect(rig.cinder.requests.allSatisfy { $0.path.hasPrefix("/v3/demo-project/volumes/detail") })
        }
    }

    @Test func `no page is asked for before it is wanted`() async throws {
        try await withCinder(paged) { rig in
            for try await volume in rig.factory().blockStorage.volumes(pageSize: 2) where volume.id == "v3" { break }
            #expect(rig.cinder.requests.count == 2)
        }
    }

    @Test func `a list longer than its limit is an error`() async throws {
        try await withCinder(paged) { rig in
            let error = try await serviceError { _ = try await rig.factory().blockStorage.volumes().all(limit: 9) }
            #expect(error.code == .responseTooLarge)
        }
    }

    @Test func `pages that go round in circles end`() async throws {
        let circling: CinderRig.Answer = { _, _, _ in
            ScriptedResponse(
                200, text: #"{"volumes": [], "volumes_links": [{"rel": "next", "href": "http://h/?marker=v1"}]}"#)
        }
        try await withCinder(circling) { rig in
            let error = try await serviceError { _ = try await rig.factory().blockStorage.volumes().all() }
            #expect(error.code == .invalidResponse)
            #expect(rig.cinder.requests.count == 2)
        }
    }

    @Test(arguments: StorageCollection.allCases)
    func `how the things of a collection are doing is read newest first`(collection: StorageCollection) async throws {
        let name = collection.rawValue
        let thing = """
            {"id": "1", "status": "error", "size": 3, "created_at": "2026-01-02T03:04:05.000000", "name": 7,
             "fail_reason": "full", "metadata": "none"}
            """
        try await withCinder({ _, _, _ in ScriptedResponse(200, text: #"{"\#(name)": [\#(thing), {"id": "2"}]}"#) }) {
            rig in
            let states = try await rig.factory().blockStorage.states(of: collection, pageSize: 9).all()
            #expect(
                states == [
                    StorageState(
                        id: "1", status: "error", size: 3, failReason: "full", createdAt: "2026-01-02T03:04:05.000000"),
                    StorageState(id: "2", status: "unknown"),
                ])
            let path = try #require(rig.cinder.requests.last?.path)
            #expect(path == "/v3/demo-project/\(name)/detail?sort=created_at%3Adesc&limit=9")
        }
    }

    @Test func `snapshots and backups of a volume, and what carries our mark`() async throws {
        let answer: CinderRig.Answer = { _, path, _ in
            ScriptedResponse(
                200,
                text: path.contains("snapshots")
                    ? #"{"snapshots": [{"id": "s1", "status": "available", "volume_id": "v1", "metadata": {"k": "it's"}}]}"#
                    : #"{"backups": [{"id": "b1", "status": "restoring", "volume_id": "v1", "metadata": {"k": "v"}}]}"#)
        }
        try await withCinder(answer) { rig in
            let client = rig.factory().blockStorage
            let snapshots = try await client.snapshots(ofVolume: "v1", metadata: ["k": "it's", "a": "b"]).all()
            #expect(snapshots.map(\.id) == ["s1"])
            let path = try #require(rig.cinder.requests.last?.path)
            #expect(
                path
                    == "/v3/demo-project/snapshots/detail?volume_id=v1&metadata=%7B%27a%27%3A%20%27b%27%2C%20%27k%27%3A%20%27it%5C%27s%27%7D"
            )
            let backups = try await client.backups(ofVolume: "v1").all()
            #expect(backups.map(\.status) == ["restoring"])
            #expect(rig.cinder.requests.last?.path == "/v3/demo-project/backups/detail?volume_id=v1")
        }
    }
}
