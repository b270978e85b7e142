package import Keystone

/// Cinder's volumes, snapshots and backups, for one caller; version 3, microversion 3.43.
///
/// Every call ends within `timeout`. What is thrown is a `ServiceError`: `.notFound` where there is no such thing,
/// `.overLimit` with Cinder's own words where a quota is full. What is repeated is the session's affair; creating
/// never is. From any task, any number of calls at once.
package struct BlockStorageClient: Sendable {
    private let adapter: ServiceAdapter
    /// Its lists are of all projects, and not of the caller's alone; only an administrator's may be.
    private let listsAllProjects: Bool
    /// From a call until its answer, renewals of tokens included: later than this a call has no effect any more that it
    /// had not begun to have.
    package var timeout: Duration

    package init(adapter: ServiceAdapter, listsAllProjects: Bool = false, timeout: Duration = .seconds(60)) {
        self.adapter = adapter
        self.listsAllProjects = listsAllProjects
        self.timeout = timeout
    }

    // MARK: - Volumes

    /// The volumes of the caller's project, in pages of `pageSize` or of what Cinder gives.
    ///
    /// - Parameters:
    ///   - metadata: only those that have all of it.
    ///   - newestFirst: asks for that order, which is Cinder's own unless an operator has changed it.
    package func volumes(
        pageSize: Int? = nil, metadata: [String: String] = [:], newestFirst: Bool = false
    ) -> PagedSequence<Volume> {
        adapter.list(
            "volumes/detail", in: "volumes", filter: filter(metadata: metadata, newestFirst: newestFirst),
            pageSize: pageSize, timeout: timeout)
    }

    package func volume(_ id: String) async throws(ServiceError) -> Volume {
        try await adapter.get("volumes/\(id)", in: "volume", timeout: timeout)
    }

    package func createVolume(_ new: NewVolume) async throws(ServiceError) -> Volume {
        try await adapter.send(.post, "volumes", new, in: "volume", timeout: timeout)
    }

    /// Changes what is not nil.
    package func updateVolume(
        _ id: String, name: String? = nil, description: String? = nil
    ) async throws(ServiceError) -> Volume {
        let changes = ["name": name, "description": description].compactMapValues(\.self)
        return try await adapter.send(.put, "volumes/\(id)", changes, in: "volume", timeout: timeout)
    }

    /// Begins to delete it; it is gone when asking for it gives `.notFound`.
    package func deleteVolume(_ id: String) async throws(ServiceError) {
        try await adapter.delete("volumes/\(id)", timeout: timeout)
    }

    // MARK: - Snapshots

    package func snapshots(
        ofVolume volumeID: String? = nil, pageSize: Int? = nil, metadata: [String: String] = [:],
        newestFirst: Bool = false
    ) -> PagedSequence<VolumeSnapshot> {
        adapter.list(
            "snapshots/detail", in: "snapshots",
            filter: filter(volumeID: volumeID, metadata: metadata, newestFirst: newestFirst), pageSize: pageSize,
            timeout: timeout)
    }

    package func snapshot(_ id: String) async throws(ServiceError) -> VolumeSnapshot {
        try await adapter.get("snapshots/\(id)", in: "snapshot", timeout: timeout)
    }

    package func createSnapshot(_ new: NewVolumeSnapshot) async throws(ServiceError) -> VolumeSnapshot {
        try await adapter.send(.post, "snapshots", new, in: "snapshot", timeout: timeout)
    }

    package func deleteSnapshot(_ id: String) async throws(ServiceError) {
        try await adapter.delete("snapshots/\(id)", timeout: timeout)
    }

    // MARK: - Backups

    /// Cinder does not search backups by their metadata.
    package func backups(
        ofVolume volumeID: String? = nil, pageSize: Int? = nil, newestFirst: Bool = false
    ) -> PagedSequence<VolumeBackup> {
        adapter.list(
            "backups/detail", in: "backups", filter: filter(volumeID: volumeID, newestFirst: newestFirst),
            pageSize: pageSize, timeout: timeout)
    }

    package func backup(_ id: String) async throws(ServiceError) -> VolumeBackup {
        try await adapter.get("backups/\(id)", in: "backup", timeout: timeout)
    }

    package func createBackup(_ new: NewVolumeBackup) async throws(ServiceError) -> VolumeBackup {
        try await adapter.send(.post, "backups", new, in: "backup", timeout: timeout)
    }

    package func deleteBackup(_ id: String) async throws(ServiceError) {
        try await adapter.delete("backups/\(id)", timeout: timeout)
    }

    /// Begins to write a backup back, into `volumeID` or into a new volume of that name.
    package func restoreBackup(
        _ id: String, toVolume volumeID: String? = nil, name: String? = nil
    ) async throws(ServiceError) -> VolumeRestore {
        let target = ["volume_id": volumeID, "name": name].compactMapValues(\.self)
        return try await adapter.send(.post, "backups/\(id)/restore", target, in: "restore", timeout: timeout)
    }

    // MARK: - All of them

    /// How the things of a collection are doing, newest first. For those who look often: see `StorageState`.
    package func states(of collection: StorageCollection, pageSize: Int? = nil) -> PagedSequence<StorageState> {
        adapter.list(
            "\(collection.rawValue)/detail", in: collection.rawValue,
            filter: filter(metadata: [:], newestFirst: true), pageSize: pageSize, timeout: timeout)
    }

    // MARK: - Private

    private func filter(
        volumeID: String? = nil, metadata: [String: String] = [:], newestFirst: Bool
    ) -> [QueryItem] {
        var items = listsAllProjects ? [QueryItem("all_tenants", "1")] : []
        if newestFirst { items.append(QueryItem("sort", "created_at:desc")) }
        if let volumeID { items.append(QueryItem("volume_id", volumeID)) }
        if !metadata.isEmpty {
            // Cinder reads a Python dictionary here.
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)): \(quoted($0.value))" }
            items.append(QueryItem("metadata", "{\(pairs.joined(separator: ", "))}"))
        }
        return items
    }

    private func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
