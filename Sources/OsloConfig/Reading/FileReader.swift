import Glibc

/// Reads a file of settings from disk, whatever lies there, within limits.
package enum FileReader {
    /// Far more than anybody configures; less than what would hurt.
    static let longestFile = 1 << 20

    static func read(_ path: String) throws(ConfigurationError) -> ParsedFile {
        try parse(try contents(of: path), path: path)
    }

    static func parse(_ bytes: [UInt8], path: String) throws(ConfigurationError) -> ParsedFile {
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            let line = firstLineThatIsNotText(bytes)
            throw ConfigurationError(.notText, .file(path: path, line: line), nil, "expected text in UTF-8")
        }
        // The mark that some editors put first is not part of the first line.
        let mark = "\u{feff}"
        return try DialectParser.parse(
            text.unicodeScalars.first == mark.unicodeScalars.first ? String(text.unicodeScalars.dropFirst()) : text,
            path: path)
    }

    /// `*.conf` of a directory, sorted by name, without hidden ones.
    package static func files(in directory: String) throws(ConfigurationError) -> [String] {
        guard let stream = opendir(directory) else {
            throw failure(of: directory, errno, expected: "a directory")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
                    String(cString: $0)
                }
            }
            if name.hasSuffix(".conf"), !name.hasPrefix(".") { names.append(name) }
        }
        names.sort { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
        return names.map { directory.hasSuffix("/") ? directory + $0 : directory + "/" + $0 }
    }

    private static func contents(of path: String) throws(ConfigurationError) -> [UInt8] {
        // Not blocking: opening a named pipe nobody writes to would otherwise never return.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw failure(of: path, errno, expected: "a file") }
        defer { close(descriptor) }

        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(of: path, errno, expected: "a file") }
        let kind = status.st_mode & S_IFMT
        // A character device is fine: /dev/null is how one says "no file at all".
        guard kind == S_IFREG || kind == S_IFCHR else {
            let found = kind == S_IFDIR ? "a directory" : "something else"
            throw ConfigurationError(
                .unreadableFile, .file(path: path, line: nil), nil, "expected a file, found \(found)")
        }

        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while bytes.count <= longestFile {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(of: path, errno, expected: "a file")
            }
            bytes += chunk[..<count]
        }
        throw ConfigurationError(
            .fileTooLarge, .file(path: path, line: nil), nil, "expected a file of at most \(longestFile) bytes")
    }

    private static func failure(of path: String, _ number: Int32, expected: String) -> ConfigurationError {
        let missing = number == ENOENT || number == ENOTDIR
        return ConfigurationError(
            missing ? .missingFile : .unreadableFile, .file(path: path, line: nil), nil,
            "expected \(expected) that can be read: \(String(cString: strerror(number)))")
    }

    private static func firstLineThatIsNotText(_ bytes: [UInt8]) -> Int? {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.firstIndex { $0.contains(0) || String(validating: $0, as: UTF8.self) == nil }.map { $0 + 1 }
    }
}
