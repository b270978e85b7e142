extension Configuration {
    /// Reads everything a program is configured by.
    ///
    /// - Parameters:
    ///   - sources: what the command line names. A file among them replaces the files that `search` finds, a directory
    ///     its directories, and what is left of the found ones is read first. A leading `~` is the home directory.
    ///   - search: nil reads nothing but `sources`, as for a provider's file.
    ///   - environment: of `OS_<GROUP>__<OPTION>` and `HOME`.
    /// - Throws: what prevents reading at all. A value that is wrong is an error only of whoever reads it.
    package static func load(
        registry: OptionRegistry,
        sources: [ConfigurationSource],
        search: ConfigurationSearch? = nil,
        environment: [String: String] = [:],
        overrides: [ConfigurationOverride] = []
    ) throws(ConfigurationError) -> Configuration {
        var paths: [String] = []
        if let search {
            let namesFile = sources.contains { if case .file = $0 { true } else { false } }
            let namesDirectory = sources.contains { if case .directory = $0 { true } else { false } }
            if !namesFile { paths += search.files() }
            if !namesDirectory {
                for directory in search.configurationDirectories() { paths += try FileReader.files(in: directory) }
            }
        }
        for source in sources {
            switch source {
            case .file(let path): paths.append(expandingHome(path, environment))
            case .directory(let path): paths += try FileReader.files(in: expandingHome(path, environment))
            }
        }
        var files: [ParsedFile] = []
        for path in paths { files.append(try FileReader.read(path)) }
        return Configuration(registry: registry, files: files, environment: environment, overrides: overrides)
    }

    private static func expandingHome(_ path: String, _ environment: [String: String]) -> String {
        guard path == "~" || path.hasPrefix("~/"), let home = environment["HOME"] else { return path }
        return home + path.dropFirst()
    }
}
