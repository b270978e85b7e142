import Foundation
import Store
import Telemetry

/// The files of the stores of a seed: one for each life, which begins with a copy of what the last one left on the disk.
final class StoreFiles {
    private let folder: String
    private var number = 0

    init(folder: String) { self.folder = folder }

    static let sealingKey = Secret((0..<UInt8(SealingKey.byteCount)).map { $0 })

    private var template: String { folder + "/template.sqlite" }
    var current: String { folder + "/life-\(number).sqlite" }

    /// An empty store, made once, as its schema takes longer than a life.
    func prepare(_ world: World) throws {
        guard !FileManager.default.fileExists(atPath: template) else { return }
        let template = template
        try world.now {
            let store = try await SQLiteStore.open(
                StoreLocation(connection: "sqlite:///" + template, statePath: "/"),
                sealingKey: try SealingKey(Self.sealingKey, origin: "simulation"), newOwnerID: "owner")
            await store.close()
        }
    }

    func begin() throws { try copy(template) }

    /// The next life's store, as the present one's is on the disk.
    func advance() throws {
        let last = current
        number += 1
        try copy(last)
    }

    private func copy(_ source: String) throws {
        for suffix in ["", "-wal"] {
            guard let bytes = FileManager.default.contents(atPath: source + suffix) else {
                if suffix.isEmpty { throw Finding("there is no store \(source)") }
                continue
            }
            guard
                FileManager.default.createFile(
                    atPath: current + suffix, contents: bytes, attributes: [.posixPermissions: 0o600])
            else { throw Finding("\(current) cannot be written") }
        }
    }

    func remove() {
        for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where file.hasPrefix("life-") {
            try? FileManager.default.removeItem(atPath: folder + "/" + file)
        }
    }
}
