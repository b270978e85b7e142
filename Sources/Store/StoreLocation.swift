/// Where the store's file is, as `[database] connection` says.
///
/// The rule is SQLAlchemy's, since that is whose option it is: after `sqlite:///` stands a path, which is absolute where
/// it begins with another slash (`sqlite:////var/lib/karbor/store.sqlite`). A relative one is relative to `state_path`,
/// as a daemon's working directory means nothing. A driver (`sqlite+pysqlite`) and a query (`?timeout=5`) are ignored.
///
/// Everything else, such as the `mysql+pymysql://…` of an operator's existing file, leads to the default file and a
/// warning: it is no reason not to start. No warning repeats the connection, which may hold a password.
package struct StoreLocation: Sendable, Equatable {
    package enum Warning: Sendable, Equatable {
        case otherDatabase(String)
        case inMemory
        case malformed
    }

    package static let defaultFileName = "karbor-protection.sqlite"

    package var path: String
    package var warning: Warning?

    package init(connection: String?, statePath: String) {
        let folder = statePath.hasSuffix("/") ? statePath : statePath + "/"
        path = folder + Self.defaultFileName
        guard let connection, !connection.isEmpty else { return }

        guard let mark = connection.firstRange(of: "://") else {
            warning = .malformed
            return
        }
        let dialect = connection[..<mark.lowerBound].prefix { $0 != "+" }.lowercased()
        let rest = connection[mark.upperBound...].prefix { $0 != "?" }
        guard dialect == "sqlite" else {
            let isName = !dialect.isEmpty && dialect.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            warning = isName ? .otherDatabase(dialect) : .malformed
            return
        }
        switch rest {
        case "", "/", "/:memory:", ":memory:":
            warning = .inMemory
        case _ where !rest.hasPrefix("/") || rest.hasPrefix("/file:") || rest.hasSuffix("/"):
            warning = .malformed
        default:
            let file = rest.dropFirst()
            path = file.hasPrefix("/") ? String(file) : folder + file
        }
    }

    /// What to tell the operator; nil where all is well.
    package var warningMessage: String? {
        let reason: String
        switch warning {
        case nil: return nil
        case .otherDatabase(let dialect): reason = "names a \(dialect) database, which this service does not use"
        case .inMemory: reason = "names a database in memory, in which no operation would survive a restart"
        case .malformed: reason = "is no URL of an SQLite file"
        }
        return "[database] connection \(reason); the store is \(path)"
    }
}
