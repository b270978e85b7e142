import Engine
import Foundation
import Protection
import Testing

@testable import API

/// What is under way carries its progress beside Karbor's keys; all else has Karbor's alone.
@Suite struct ProgressTests {
    private let progress = OperationProgress(
        stepsDone: 1, stepsTotal: 2, bytesDone: 3 << 30, bytesTotal: 12 << 30,
        estimatedEnd: Date(timeIntervalSince1970: 1_795_524_753))

    private func checkAll(
        _ api: TestAPI, one: String, member: String, list: String, id: String, isShown: Bool
    ) async throws {
        let expected = isShown ? progress.json : JSONValue?.none
        try await api.run { client in
            let shown = try await client.get(one).json[member]
            #expect(shown?["progress"] == expected, "\(one)")
            let rows = try await client.get(list).json.object?.values.first?.array ?? []
            let row = rows.first { $0["id"]?.string == id }
            #expect(row != nil && row?["progress"] == expected, "\(list)")
            if isShown { #expect(shown?.object?.keys.last == "progress") }
        }
    }

    @Test(arguments: [CheckpointStatus.protecting, .deleting, .available, .error])
    func `a checkpoint shows it while it is under way`(status: CheckpointStatus) async throws {
        let api = try TestAPI()
        let id = try api.addCheckpoint(status: status).id
        api.progress.known.withLock { $0[id] = progress }
        let path = "providers/\(FakeProviders.infra)/checkpoints"
        try await checkAll(
            api, one: "\(path)/\(id)", member: "checkpoint", list: path, id: id,
            isShown: status == .protecting || status == .deleting)
    }

    @Test(arguments: [RestoreStatus.inProgress, .success, .fail])
    func `a restore shows it while it is in progress`(status: RestoreStatus) async throws {
        let api = try TestAPI()
        let id = api.addRestore(status: status).id
        api.progress.known.withLock { $0[id] = progress }
        try await checkAll(
            api, one: "restores/\(id)", member: "restore", list: "restores", id: id, isShown: status == .inProgress)
    }

    @Test func `what waits for its turn has none`() async throws {
        let api = try TestAPI()
        let id = api.addRestore(status: .inProgress).id
        try await api.run { client in
            let shown = try await client.get("restores/\(id)").json["restore"]
            #expect(shown?.object?.keys.contains("progress") == false)
        }
    }
}
