/// What stands in one file, before anybody asks what it means.
struct ParsedFile: Sendable, Equatable {
    struct Header: Sendable, Equatable {
        let group: String
        let line: Int
    }

    struct Assignment: Sendable, Equatable {
        let group: String
        let name: String
        let value: String
        /// The first, if it goes over several.
        let line: Int
    }

    let path: String
    var headers: [Header] = []
    var assignments: [Assignment] = []
}
