import Glibc
import TestSupport

/// A listening socket whose queue is full, so that the kernel lets further attempts to connect wait.
final class UnresponsiveListener {
    let authority: String
    private let descriptors: [Int32]

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var descriptors = [listener]
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(listener, address, size) == 0, listen(listener, 0) == 0,
                    getsockname(listener, address, &size) == 0
                else { throw ScriptError.system("listen", errno) }
                for _ in 0..<3 {
                    let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
                    descriptors.append(filler)
                    _ = connect(filler, address, size)
                }
            }
        }
        self.descriptors = descriptors
        authority = "127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }
}
