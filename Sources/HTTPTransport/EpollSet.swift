import CCurl
import Dispatch
import Glibc

/// libcurl's sockets behind one Dispatch source: an epoll descriptor that is itself what Dispatch watches.
///
/// Connections go to sleep and are woken with every request, so that telling the kernel each time would cost two calls a
/// request. A socket that was made here stays in the kernel's set while its connection sleeps, and leaves it only when it
/// has something to say then.
///
/// Invariants
/// 1. `inKernel` is what the kernel watches the socket for. Sockets are made and closed here, so that it never speaks of
///    another socket of the same number; those that libcurl makes and closes by itself never sleep in the set.
/// 2. Whoever is told of a socket wants to hear of it.
///
/// The epoll descriptor is closed by the source's cancel handler, after Dispatch has let go of it. Not safe to share: it
/// belongs to whoever runs on `queue`.
final class EpollSet {
    private struct Entry {
        var isOurs = false
        var wanted: UInt32 = 0
        var inKernel: UInt32 = 0
    }

    private let descriptor: Int32
    private let source: any DispatchSourceRead
    private let batch = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: 256)
    /// By the number of the socket.
    private var entries: [Entry] = []

    /// `ready` is called on `queue` when a socket is; whoever is called takes all of them out by `forEachReady`.
    init(queue: DispatchQueue, ready: @escaping @Sendable () -> Void) throws(CurlFailure) {
        let descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw CurlFailure("no descriptor for the sockets: errno \(errno)") }
        self.descriptor = descriptor
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler(handler: ready)
        source.setCancelHandler { Glibc.close(descriptor) }
        source.activate()
    }

    deinit {
        source.cancel()
        batch.deallocate()
    }

    static func from(_ me: UnsafeMutableRawPointer?) -> EpollSet? {
        me.map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
    }

    /// Makes a socket, which no child process inherits; negative if there is none to be had.
    func open(_ family: Int32, _ type: Int32, _ protocol: Int32) -> Int32 {
        let socket = socket(family, type | Int32(SOCK_CLOEXEC.rawValue), `protocol`)
        if socket >= 0 { update(socket) { $0 = Entry(isOurs: true) } }
        return socket
    }

    /// The kernel takes it out of the set by itself.
    func close(_ socket: Int32) {
        update(socket) { $0 = Entry() }
        Glibc.close(socket)
    }

    /// Watches `socket` for `events`, instead of for what it was watched for before; for nothing at all if they are 0.
    func watch(_ socket: Int32, for events: UInt32) {
        guard socket >= 0 else { return }
        update(socket) { entry in
            entry.wanted = events
            guard events != entry.inKernel, events != 0 || !entry.isOurs else { return }
            tellKernel(socket, &entry)
        }
    }

    /// Tells of each socket that is ready now. What is done about one may close another, of which it then tells in vain. False
    /// where there is none.
    func forEachReady(_ body: (_ socket: Int32, _ events: UInt32) -> Void) -> Bool {
        guard let events = batch.baseAddress else { return false }
        var isAnyReady = false
        while true {
            let count = Int(epoll_wait(descriptor, events, Int32(batch.count), 0))
            isAnyReady = isAnyReady || count > 0
            for index in 0..<max(0, count) {
                let (socket, events) = (batch[index].data.fd, batch[index].events)
                if entries[Int(socket)].wanted != 0 {
                    body(socket, events)
                } else {
                    update(socket) { tellKernel(socket, &$0) }
                }
            }
            guard count == batch.count else { return isAnyReady }
        }
    }

    private func tellKernel(_ socket: Int32, _ entry: inout Entry) {
        var event = epoll_event(events: entry.wanted, data: epoll_data_t(fd: socket))
        let operation = entry.wanted == 0 ? EPOLL_CTL_DEL : entry.inKernel == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
        entry.inKernel = entry.wanted
        // Taking out one that libcurl has closed already fails, and is done.
        epoll_ctl(descriptor, operation, socket, &event)
    }

    private func update(_ socket: Int32, _ change: (inout Entry) -> Void) {
        let index = Int(socket)
        if index >= entries.count {
            entries.append(contentsOf: repeatElement(Entry(), count: index + 1 - entries.count))
        }
        change(&entries[index])
    }
}
