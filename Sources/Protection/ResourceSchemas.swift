/// What is taken and kept for one type of resource: JSON schemas of the parameters of its plugin, and of what that saves.
///
/// `{}` takes anything.
package struct ResourceSchemas: Sendable {
    package var options: JSONValue
    package var restore: JSONValue
    package var verify: JSONValue
    package var savedInfo: JSONValue

    package init(
        options: JSONValue = [:], restore: JSONValue = [:], verify: JSONValue = [:], savedInfo: JSONValue = [:]
    ) {
        self.options = options
        self.restore = restore
        self.verify = verify
        self.savedInfo = savedInfo
    }
}
