import Glibc
import Loop

/// A descriptor that lines are written to, one at a time.
final class LineDescriptor: Sendable {
    private let descriptor: Locked<Int32>

    /// How long a line waits for a reader, in milliseconds, where the descriptor was made non-blocking by whoever shares it.
    private static let patience: Int32 = 100

    init(_ descriptor: Int32) {
        self.descriptor = Locked(descriptor)
    }

    func write(_ line: String) {
        var line = line
        descriptor.withLock { descriptor in
            line.withUTF8 { Self.write(UnsafeRawBufferPointer($0), to: descriptor) }
        }
    }

    /// Puts `new` in place of the descriptor and returns the old one, which nobody writes to any more.
    func replace(with new: Int32) -> Int32 {
        descriptor.withLock { descriptor in
            defer { descriptor = new }
            return descriptor
        }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno == EAGAIN {
                var readiness = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&readiness, 1, patience) > 0 else { return }
            } else if count == 0 || errno != EINTR {
                return
            }
        }
    }
}
