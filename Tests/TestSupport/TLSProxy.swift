import Foundation

/// TLS in front of a server that speaks plain TCP: a child process, ended when this is let go of.
package final class TLSProxy: Sendable {
    package let port: Int
    private let process: Process

    /// Listens on 127.0.0.1 with the certificate and key in these PEM files, and forwards to `target` on the same host.
    package init(target: Int, certificate: String, key: String) throws {
        let output = Pipe()
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.program, String(target), certificate, key]
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            process.terminate()
            throw ScriptError.malformed("no port from the TLS proxy: \(line)")
        }
        self.port = port
    }

    deinit { process.terminate() }

    /// Ends by itself when the test process has gone, since its parent is another one then.
    private static let program = """
        import os, socket, ssl, sys, threading
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        listener.settimeout(1)
        parent = os.getppid()
        print(listener.getsockname()[1], flush=True)
        def pump(source, sink):
            try:
                while data := source.recv(65536):
                    sink.sendall(data)
            except OSError:
                pass
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        def serve(raw):
            try:
                client = context.wrap_socket(raw, server_side=True)
            except OSError:
                raw.close()
                return
            server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            threading.Thread(target=pump, args=(server, client), daemon=True).start()
            pump(client, server)
        while os.getppid() == parent:
            try:
                raw, _ = listener.accept()
            except socket.timeout:
                continue
            raw.settimeout(None)
            threading.Thread(target=serve, args=(raw,), daemon=True).start()
        """
}
