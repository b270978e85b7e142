import FoundationEssentials
import Protection
import TestSupport
import Testing

@Suite struct CheckpointTests {
    private func plan(extraInfo: JSONValue = nil) -> Plan {
        Plan(
            id: "plan", projectID: "project", name: "n", description: nil, providerID: "provider",
            resources: [Resource(type: .volume, id: "v", name: "vol", extraInfo: extraInfo)], parameters: Parameters(),
            createdAt: Date(timeIntervalSince1970: 0))
    }

    private static let text = """
        {"version": "0.9", "id": "c", "status": "available", "owner_id": null, "provider_id": "p", "project_id": "j", \
        "protection_plan": {"id": "l"}, "extra_info": null, "created_at": "2026-11-24", "timestamp": 1795524753}
        """

    private func code(_ text: String) -> BankError.Code? {
        do throws(BankError) {
            _ = try Checkpoint(index: Array(text.utf8))
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a new checkpoint is protecting, and says what Karbor says`() throws {
        let checkpoint = Checkpoint(
            id: "c", plan: plan(), ownerID: "o", extraInfo: #"{"a": 1}"#,
            at: Date(timeIntervalSince1970: 1_795_524_753.7))
        #expect(
            JSONValue.object(checkpoint.index).encoded == """
                {"version": "0.9", "id": "c", "status": "protecting", "owner_id": "o", "provider_id": "provider", \
                "project_id": "project", "protection_plan": {"id": "plan", "name": "n", "provider_id": "provider", \
                "resources": [{"id": "v", "type": "OS::Cinder::Volume", "name": "vol", "extra_info": null}]}, \
                "extra_info": "{\\"a\\": 1}", "created_at": "2026-11-24", "timestamp": 1795524753}
                """)
        #expect(checkpoint.planID == "plan")
        #expect(checkpoint.resourceGraph == nil)
        #expect(try Checkpoint(index: checkpoint.indexBytes) == checkpoint)
    }

    @Test func `a plan's extra information is kept as JSON text`() {
        let resource = plan(extraInfo: ["availability_zone": "nova"]).protectionPlan["resources"]?.array?.first
        #expect(resource?["extra_info"] == #"{"availability_zone": "nova"}"#)
    }

    @Test(
        arguments: [
            (0, "1970-01-01"), (86_399, "1970-01-01"), (86_400, "1970-01-02"), (951_782_400, "2000-02-29"),
            (1_795_524_753, "2026-11-24"), (1_795_564_799, "2026-11-24"), (1_795_564_800, "2026-11-25"),
            (4_102_444_799, "2099-12-31"), (253_402_300_799, "9999-12-31"),
        ] as [(Double, String)])
    func `the day is the one of its second in UTC`(seconds: Double, day: String) {
        let checkpoint = Checkpoint(
            id: "c", plan: plan(), ownerID: "o", extraInfo: nil, at: Date(timeIntervalSince1970: seconds + 0.999))
        #expect(checkpoint.createdAt == day)
        #expect(checkpoint.timestamp == Int64(seconds))
    }

    @Test func `status and graph are changed in place, what is not known is written back`() throws {
        let text = Self.text.replacing(#""timestamp""#, with: #""future": [1, {"x": null}], "timestamp""#)
        var checkpoint = try Checkpoint(index: Array(text.utf8))
        checkpoint.status = .errorDeleting
        checkpoint.resourceGraph = "[{}, []]"
        #expect(
            String(decoding: checkpoint.indexBytes, as: UTF8.self)
                == text.replacing("available", with: "error-deleting").dropLast() + #", "resource_graph": "[{}, []]"}"#)
        checkpoint.resourceGraph = nil
        #expect(checkpoint.index["resource_graph"] == JSONValue.null)
    }

    @Test func `every state that Karbor knows is read, no other`() {
        for status in [
            "protecting", "available", "error", "deleting", "deleted", "error-deleting", "wait_copying", "copying",
            "finished",
        ] {
            #expect(code(Self.text.replacing("available", with: status)) == nil, "\(status)")
        }
        for status in ["", "Available", "restoring"] {
            #expect(code(Self.text.replacing("available", with: status)) == .corrupted, "\(status)")
        }
    }

    @Test(arguments: [
        "", "null", "[]", "{}", "\u{0}", "not json", "{\"version\": 0.9}", "\"0.9\"", "[[[[", "{\"version\": \"0.9\"}",
    ])
    func `what is no index object is corrupted`(text: String) {
        #expect(code(text) == .corrupted)
    }

    @Test(arguments: ["version", "id", "status", "provider_id", "project_id", "created_at", "timestamp"])
    func `an index object without one of its members, or with another kind of it, is corrupted`(member: String) throws {
        let whole = try #require(try JSONValue(parsing: Self.text).object)
        var index = whole
        index[member] = nil
        #expect(code(JSONValue.object(index).encoded) == .corrupted)
        for value: JSONValue in [nil, true, .number(1.5), [], [:], member == "timestamp" ? "1" : 1] {
            index[member] = value
            #expect(code(JSONValue.object(index).encoded) == .corrupted, "\(value)")
        }
    }

    @Test(arguments: ["owner_id", "protection_plan", "extra_info"])
    func `the other members may be missing, or anything`(member: String) throws {
        var index = try #require(try JSONValue(parsing: Self.text).object)
        index[member] = nil
        #expect(code(JSONValue.object(index).encoded) == nil)
        for value: JSONValue in [nil, 1, "a", []] {
            index[member] = value
            let checkpoint = try Checkpoint(index: JSONValue.object(index).encodedBytes)
            _ = (checkpoint.ownerID, checkpoint.planID, checkpoint.extraInfo)
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func `a damaged index object is corrupted or read, and never traps`(
        seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        var bytes = Array(Self.text.utf8)
        for _ in 0...Int.random(in: 0...4, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            if Bool.random(using: &random) {
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            } else {
                bytes.remove(at: place)
            }
        }
        do throws(BankError) {
            let checkpoint = try Checkpoint(index: bytes)
            #expect((try? Checkpoint(index: checkpoint.indexBytes)) == checkpoint, "seed \(seed)")
        } catch {
            #expect(error.code == .corrupted, "seed \(seed)")
        }
    }
}
