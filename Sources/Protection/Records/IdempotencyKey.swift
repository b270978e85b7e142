/// By what a client knows its own request again: one of the same key, to the same path of the same project, is the same.
package struct IdempotencyKey: Sendable, Hashable {
    package var projectID: String
    /// Without what a client may add to it or leave away: as it is routed.
    package var path: String
    package var text: String

    package init(projectID: String, path: String, text: String) {
        self.projectID = projectID
        self.path = path
        self.text = text
    }
}
