/// What Cinder keeps, by its names in paths and answers.
package enum StorageCollection: String, Sendable, CaseIterable {
    case volumes, snapshots, backups
}
