/// A file or a directory of files to read, in the order of the command line.
package enum ConfigurationSource: Sendable, Equatable {
    /// Must exist.
    case file(String)
    /// Must exist; every `*.conf` in it is read, sorted by name.
    case directory(String)
}
