/// What the journal keeps of a hook that has ended, so that it does not run again: what it reported until then.
struct HookMark: Codable, Sendable {
    var status: String?
    /// The id under which the resource is restored, once it has one.
    var newID: String?
    /// How large the resource is, as far as it had told.
    var bytes: Int64?

    private enum CodingKeys: String, CodingKey {
        case status, bytes
        case newID = "new_id"
    }
}
