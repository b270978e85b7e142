import Engine
import Foundation
import HTTPTypes
import Protection
import Testing

@testable import API

/// The recorded session with Karbor, played again: same requests, same answers, from the first to the last.
@Suite struct GoldenTests {
    /// Where we answer otherwise than was recorded, and why.
    private static let deviations: [Int: (status: Int, kind: String?, why: String)] = [
        1: (300, nil, "recorded under Python 3, on which the versions break"),
        7: (400, "badRequest", "an unknown type is the caller's mistake"),
        14: (400, "badRequest", "a plan without resources is the caller's mistake"),
        15: (400, "badRequest", "an id that is no UUID is the caller's mistake"),
        36: (404, "itemNotFound", "the form of all other errors"),
    ]

    /// Values that are given back as they came, where Karbor turned them into Python's texts.
    private static func corrected(_ value: JSONValue) -> JSONValue {
        let text = value.encoded.replacingOccurrences(of: "\"force\": \"False\"", with: "\"force\": false")
        return (try? JSONValue(parsing: text)) ?? value
    }

    @Test func `the recorded session with Karbor is answered the same`() async throws {
        let api = try TestAPI { configuration in
            configuration.quotaPlans = -1
            configuration.quotaCheckpoints = -1
        }
        try prepare(api)
        try await api.run { client in
            for recording in try Recording.all() {
                try before(recording, api)
                let answer = try await play(recording, client)
                check(answer, against: recording)
            }
        }
    }

    private func play(_ recording: Recording, _ client: APIClient) async throws -> Answer {
        let bytes = recording.body.map { $0.string.map { Array($0.utf8) } ?? $0.encodedBytes }
        return try await client.send(
            recording.method, recording.path, bytes: bytes, as: recording.number == 35 ? nil : "member",
            headers: ["X-Forwarded-Host": "127.0.0.1:8799"])
    }

    private func check(_ answer: Answer, against recording: Recording) {
        let what = Comment(rawValue: recording.name)
        #expect(answer.header("Content-Type") == "application/json", what)
        #expect(answer.header("X-Openstack-Request-Id")?.hasPrefix("req-") == true, what)
        #expect(answer.header("X-Openstack-Request-Id") == answer.header("X-Compute-Request-Id"), what)
        #expect(answer.header("Www-Authenticate") == recording.headers["Www-Authenticate"]?.string, what)
        if let deviation = Self.deviations[recording.number] {
            #expect(answer.status == deviation.status, what)
            if let kind = deviation.kind { #expect(answer.kind == kind, what) }
            return
        }
        #expect(answer.status == recording.status, what)
        guard recording.answer != "" else {
            #expect(answer.text.isEmpty, what)
            return
        }
        // Compared as text: the order of keys is a part of it.
        #expect(answer.json.removing("verify_schema").encoded == Self.corrected(recording.answer).encoded, what)
    }

    // MARK: What happened between the requests

    private func prepare(_ api: TestAPI) throws {
        let listed = try Recording("08-instances-list").answer["instances"]?.array ?? []
        api.protectables.volumes.withLock { $0 = listed.map { ProtectableInstance(resource: Resource(recorded: $0)) } }
    }

    private func before(_ recording: Recording, _ api: TestAPI) throws {
        let answer = recording.answer
        switch recording.number {
        case 10: api.nextID.withLock { $0 = answer["plan"]?["id"]?.string }
        case 17: api.operations.state.withLock { $0.nextCheckpointID = answer["checkpoint"]?["id"]?.string }
        case 18, 19, 38: api.operations.become(answer["checkpoint"])
        case 23: api.operations.state.withLock { $0.nextRestoreID = answer["restore"]?["id"]?.string }
        case 24:
            api.records.rows.withLock { rows in
                rows.restores[0].status = .success
                rows.restores[0].resources = ResourceReport(recorded: answer["restore"])
            }
        case 26: api.operations.state.withLock { $0.nextVerificationID = answer["verification"]?["id"]?.string }
        case 27:
            api.records.rows.withLock { rows in
                rows.verifications[0].status = .success
                rows.verifications[0].resources = ResourceReport(recorded: answer["verification"])
            }
        case 29:
            let logs = answer["operation_logs"]?.array ?? []
            api.records.rows.withLock { $0.logs = logs.map(OperationLog.init(recorded:)) }
        case 37:
            let later = try Recording("38-checkpoint-after-delete").answer["checkpoint"]
            try api.addCheckpoint(
                id: later?["id"]?.string ?? "", planID: later?["protection_plan"]?["id"]?.string ?? "",
                name: "plan-one", volume: "920a2682-85da-4e78-aca9-33753ebe7ca1", status: .available)
        default: break
        }
    }
}
