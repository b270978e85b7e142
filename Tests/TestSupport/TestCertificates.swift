import Foundation

/// Certificates for tests of TLS, made by the `openssl` command in a folder that goes with them.
package final class TestCertificates: Sendable {
    private let folder: URL

    package init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "karbor-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    package struct Pair: Sendable {
        package let certificate: String
        package let key: String
    }

    /// A certificate that vouches for itself, for `name` as openssl writes it: `IP:127.0.0.1` or `DNS:localhost`.
    package func selfSigned(for name: String) throws -> Pair {
        let pair = newPair()
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=karbor test", "-addext", "subjectAltName=\(name)", "-keyout", pair.key,
            "-out", pair.certificate)
        return pair
    }

    /// The same, but its time was over before it began.
    package func expired(for name: String) throws -> Pair {
        let pair = newPair()
        let request = path("request.pem")
        try openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=karbor test",
            "-addext", "subjectAltName=\(name)", "-keyout", pair.key, "-out", request)
        try openssl(
            "x509", "-req", "-in", request, "-signkey", pair.key, "-copy_extensions", "copy", "-days", "-1",
            "-out", pair.certificate)
        return pair
    }

    private func newPair() -> Pair {
        let name = UUID().uuidString
        return Pair(certificate: path(name + ".pem"), key: path(name + ".key"))
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private func openssl(_ arguments: String...) throws {
        let status = try ChildProcess.run("/usr/bin/openssl", arguments)
        guard status == 0 else { throw ScriptError.malformed("openssl \(arguments) ended with \(status)") }
    }
}
