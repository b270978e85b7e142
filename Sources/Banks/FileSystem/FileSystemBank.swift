import FoundationEssentials
package import Loop
package import Protection

/// A bank in a folder of a file system: Karbor's `karbor-fs-bank-plugin`.
///
/// The object of a key is the file `<path>/<container><key>`. The path is made at the first write. What an object holds is
/// written as it is: this kind of bank has no place for the format. Symbolic links below the path are never followed: one
/// is no object, may be replaced or deleted as a name, and makes what lies behind it unreachable with `.invalidKey`.
///
/// Calls block on lanes of their own and on no caller's thread. An object is at most 64 MiB, since it is in memory whole.
package final class FileSystemBank: Bank {
    package static let defaultContainer = "karbor"
    package static let defaultObjectLimit = 64 << 20

    private static let laneCount = 3
    private static let laneLimit = 1024

    let folder: BankFolder
    private let time: any TimeSource
    /// One key's calls all run on one of these, and so take effect in their order.
    private let lanes: [BankLane]
    /// A long listing holds up no object.
    private let listingLane: BankLane

    /// Throws `.invalidKey` unless `path` is a path and `container` the name of a folder in it. Touches no file.
    package convenience init(
        path: String, container: String = defaultContainer, time: any TimeSource
    ) throws(BankError) {
        try self.init(path: path, container: container, time: time, faults: nil)
    }

    init(
        path: String, container: String = defaultContainer, time: any TimeSource, patience: Duration = .seconds(60),
        objectLimit: Int = defaultObjectLimit, faults: FileFaults?
    ) throws(BankError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw BankError(.invalidKey, "file_system_bank_path is no path")
        }
        guard (try? BankKey(parts: [container])) != nil, container != StagingFolder.name else {
            throw BankError(.invalidKey, "bank_object_container is no name of a folder: \(container.debugDescription)")
        }
        folder = BankFolder(path: path, container: container, objectLimit: objectLimit, faults: faults)
        self.time = time
        lanes = (1...Self.laneCount).map { number in
            BankLane(label: "bank.\(number)", time: time, patience: patience, limit: Self.laneLimit)
        }
        listingLane = BankLane(label: "bank.list", time: time, patience: patience, limit: Self.laneLimit)
    }

    package func put(_ bytes: [UInt8], format: BankFormat, at key: BankKey) async throws(BankError) {
        try await run("write", key) { [folder, time] parts throws(FileError) in
            try folder.put(bytes, at: parts, now: Int(time.date().timeIntervalSince1970))
        }
    }

    package func get(_ key: BankKey) async throws(BankError) -> [UInt8] {
        try await run("read", key) { [folder] parts throws(FileError) in try folder.get(parts) }
    }

    package func delete(_ key: BankKey) async throws(BankError) {
        try await run("delete", key) { [folder] parts throws(FileError) in try folder.delete(parts) }
    }

    package func list(
        prefix: BankKey, order: BankOrder, after marker: BankKey?, limit: Int?
    ) async throws(BankError) -> [BankKey] {
        try await run("list", prefix, on: listingLane) { [folder] parts throws(FileError) in
            try folder.list(parts, order: order, after: marker, limit: limit ?? .max)
        }
    }

    private func run<T: Sendable>(
        _ verb: String, _ key: BankKey, on lane: BankLane? = nil,
        _ body: @Sendable @escaping (_ parts: [String]) throws(FileError) -> T
    ) async throws(BankError) -> T {
        let parts = key.parts.map(String.init)
        guard let first = parts.first, first != StagingFolder.name else {
            throw BankError(.invalidKey, "cannot \(verb) \(key): \(StagingFolder.name) is the bank's own")
        }
        let lane = lane ?? lanes[Int(UInt(bitPattern: key.hashValue) % UInt(lanes.count))]
        return try await lane.run { () throws(BankError) in
            do throws(FileError) {
                return try body(parts)
            } catch {
                throw BankError(error, trying: "cannot \(verb) \(key)")
            }
        }
    }
}
