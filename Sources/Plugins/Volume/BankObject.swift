/// The objects that a plugin keeps in its resource's part of the bank, by Karbor's names.
enum BankObject {
    /// Plain text: `protecting`, `available`, `deleting`, `deleted`, `error`.
    static let status = "status"
    /// JSON: what the plugin needs to restore the resource.
    static let metadata = "metadata"
}
