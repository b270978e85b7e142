/// An endpoint's URL as operators and Keystone write it, with placeholders for the caller's ids.
struct EndpointTemplate {
    let text: String

    /// `$(project_id)s`, Keystone's way of writing it, means the same as `%(project_id)s`.
    init(_ text: String) {
        self.text = text.replacing("$(", with: "%(")
    }

    var hasPlaceholder: Bool { text.contains("%(") }

    /// Nil if a placeholder is unknown, or known and the caller has no such id.
    func expanded(projectID: String?, userID: String?) -> String? {
        var result = text
        for (name, value) in [("project_id", projectID), ("tenant_id", projectID), ("user_id", userID)] {
            let placeholder = "%(\(name))s"
            guard result.contains(placeholder) else { continue }
            guard let value, !value.isEmpty else { return nil }
            result = result.replacing(placeholder, with: PercentEncoding.encode(value))
        }
        return result.contains("%(") ? nil : result
    }
}

extension EndpointSettings {
    /// Whether `endpoint`, if there is one, is an `http` or `https` URL for a user of a project.
    package var hasUsableEndpoint: Bool {
        guard let endpoint else { return true }
        return EndpointTemplate(endpoint).expanded(projectID: "project", userID: "user").flatMap { BaseURL($0) } != nil
    }
}
