import Foundation
import Protection
import TestSupport
import Testing

@testable import Banks

/// A checkpoint of one volume as Karbor 1.6.0 wrote it (`Golden/`), read by us, and the same one written by us.
@Suite struct GoldenBankTests {
    private static let checkpointID = "4c3444d1-ce4e-482c-a462-7b82ec045e0f"
    private static let providerID = "cf56bd3e-97a7-4078-b6d5-f36246333fd9"
    private static let projectID = "f5b331114d114003ace39727aca7b044"
    private static let planID = "bbedb899-a713-40aa-868a-3f7fe55926b9"
    private static let volumeID = "248066a4-b709-4412-82a6-767fb45efcc8"
    private static let volumeMetadata: JSONValue = [
        "volume_id": "248066a4-b709-4412-82a6-767fb45efcc8", "backup_id": "be623a98-4f8c-4b1c-a2f8-c1c2b6c1e8b9",
    ]

    private let golden: String

    init() throws {
        golden = try #require(Bundle.module.url(forResource: "Golden", withExtension: nil)).path
    }

    private func collection(_ path: String) throws -> CheckpointCollection {
        CheckpointCollection(bank: try FileSystemBank(path: path, time: ManualTime()))
    }

    @Test func `Karbor's checkpoint is shown as it is`() async throws {
        let checkpoint = try await collection(golden).checkpoint(Self.checkpointID)
        #expect(checkpoint.status == .available)
        #expect(checkpoint.providerID == Self.providerID)
        #expect(checkpoint.projectID == Self.projectID)
        #expect(checkpoint.planID == Self.planID)
        #expect(checkpoint.createdAt == "2026-11-24")
        #expect(checkpoint.timestamp == 1_795_524_753)
        #expect(checkpoint.ownerID == "b81aa767-5d7e-4ffc-887c-a614b68d9a92")
        #expect(checkpoint.extraInfo == #"{"created_by": "manual"}"#)
        #expect(checkpoint.protectionPlan["resources"]?.array?.first?["name"] == "data-1")
        let written = try Data(
            contentsOf: URL(filePath: "\(golden)/karbor/checkpoints/\(Self.checkpointID)/index.json"))
        #expect(checkpoint.indexBytes == Array(written), "what is read and written back is the same text")
    }

    @Test func `Karbor's checkpoint is found by provider, plan and day, up and down, and by nobody else`() async throws
    {
        let collection = try collection(golden)
        func ids(_ query: CheckpointQuery, provider: String = Self.providerID) async throws -> [String] {
            try await collection.list(query, provider: provider, today: "2026-11-25") { id, reason in
                Issue.record("\(id): \(reason)")
            }.map(\.id)
        }
        for order in [BankOrder.ascending, .descending] {
            for project in [Self.projectID, nil] {
                let found = [Self.checkpointID]
                #expect(try await ids(CheckpointQuery(projectID: project, order: order)) == found)
                #expect(try await ids(CheckpointQuery(projectID: project, planID: Self.planID, order: order)) == found)
                let days = CheckpointQuery(projectID: project, startDate: "2026-11-24", order: order, limit: 5)
                #expect(try await ids(days) == found)
            }
        }
        #expect(try await ids(CheckpointQuery(projectID: "another")) == [])
        #expect(try await ids(CheckpointQuery(projectID: Self.projectID, startDate: "2026-11-25")) == [])
        #expect(try await ids(CheckpointQuery(projectID: Self.projectID, planID: Self.planID), provider: "other") == [])
        #expect(try await ids(CheckpointQuery(projectID: Self.projectID, marker: Self.checkpointID)) == [])
    }

    @Test func `Karbor's backup of the volume is read`() async throws {
        let section = try collection(golden).section(of: Self.checkpointID, resourceID: Self.volumeID)
        #expect(try await section.names() == ["metadata", "status"])
        #expect(try await section.text(at: "status") == "available")
        #expect(try await section.json(at: "metadata") == Self.volumeMetadata)
    }

    @Test func `what we write for the same plan lies in the same places and says the same`() async throws {
        let folder = TemporaryFolder()
        let ours = try collection(folder.path)
        let plan = Plan(
            id: Self.planID, projectID: Self.projectID, name: "plan-one", description: nil, providerID: Self.providerID,
            resources: [
                Resource(type: .volume, id: Self.volumeID, name: "data-1", extraInfo: ["availability_zone": "nova"])
            ], parameters: Parameters(), createdAt: Date(timeIntervalSince1970: 0))
        var checkpoint = Checkpoint(
            id: Self.checkpointID, plan: plan, ownerID: "b81aa767-5d7e-4ffc-887c-a614b68d9a92",
            extraInfo: #"{"created_by": "manual"}"#, at: Date(timeIntervalSince1970: 1_795_524_753.9))
        try await ours.create(checkpoint)
        checkpoint.resourceGraph =
            #"[{"0x0": ["OS::Cinder::Volume", "248066a4-b709-4412-82a6-767fb45efcc8", "data-1", "{\"availability_zone\": \"nova\"}"]}, []]"#
        checkpoint.status = .available
        try await ours.update(checkpoint)
        let section = try ours.section(of: Self.checkpointID, resourceID: Self.volumeID)
        try await section.put(text: "available", at: "status")
        try await section.put(Self.volumeMetadata, at: "metadata")

        let paths = try files(golden)
        #expect(paths.count == 6)
        #expect(try files(folder.path) == paths)
        for path in paths {
            let theirs = try Data(contentsOf: URL(filePath: "\(golden)/\(path)"))
            let written = try Data(contentsOf: URL(filePath: "\(folder.path)/\(path)"))
            if path.hasSuffix("index.json") || path.hasSuffix("metadata") {
                #expect(try JSONValue(parsing: Array(written)) == JSONValue(parsing: Array(theirs)), "\(path)")
            } else {
                #expect(written == theirs, "\(path)")
            }
        }
    }

    @Test func `Karbor's checkpoint is retired from every index`() async throws {
        let folder = TemporaryFolder()
        try FileManager.default.copyItem(atPath: "\(golden)/karbor", toPath: folder.path("karbor"))
        let collection = try collection(folder.path)
        var checkpoint = try await collection.checkpoint(Self.checkpointID)
        checkpoint.status = .deleted
        try await collection.update(checkpoint)
        try await collection.retire(checkpoint)
        #expect(
            try files(folder.path) == files(golden).filter { $0.hasPrefix("karbor/checkpoints/") },
            "the index objects are gone, the rest stays as Karbor leaves it")
        #expect(!FileManager.default.fileExists(atPath: folder.path("karbor/indices")))
    }

    private func files(_ path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(path)/\($0)", isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }
}
