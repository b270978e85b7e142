import CCurl
import Dispatch
import Glibc

/// Many sockets behind one Dispatch source: an epoll descriptor that is itself what Dispatch watches.
///
/// The sockets belong to libcurl, which may close them at any time; the kernel then takes them out of the set. The epoll
/// descriptor is ours, and is closed by the source's cancel handler, after Dispatch has let go of it. Not safe to share:
/// it belongs to whoever runs on `queue`.
final class EpollSet {
    private let descriptor: Int32
    private let source: any DispatchSourceRead
    private let batch = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: 256)

    /// `ready` is called on `queue` when a socket is; whoever is called takes all of them out by `forEachReady`.
    init(queue: DispatchQueue, ready: @escaping @Sendable () -> Void) throws(CurlFailure) {
        let descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw CurlFailure("no descriptor for the sockets: errno \(errno)") }
        self.descriptor = descriptor
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler(handler: ready)
        source.setCancelHandler { close(descriptor) }
        source.activate()
    }

    deinit {
        source.cancel()
        batch.deallocate()
    }

    /// Watches `socket` for `events`, instead of for what it was watched for before; for nothing at all if they are 0.
    func watch(_ socket: Int32, for events: UInt32) {
        guard events != 0 else {
            epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, nil)
            return
        }
        var event = epoll_event(events: events, data: epoll_data_t(fd: socket))
        // Which of the two it is depends on whether libcurl has closed a socket of this number meanwhile; the kernel knows.
        if epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event) != 0, errno == EEXIST {
            epoll_ctl(descriptor, EPOLL_CTL_MOD, socket, &event)
        }
    }

    /// Tells of each socket that is ready now. What is done about one may close another, of which it then tells in vain.
    func forEachReady(_ body: (_ socket: Int32, _ events: UInt32) -> Void) {
        guard let events = batch.baseAddress else { return }
        while true {
            let count = Int(epoll_wait(descriptor, events, Int32(batch.count), 0))
            for index in 0..<max(0, count) { body(batch[index].data.fd, batch[index].events) }
            guard count == batch.count else { return }
        }
    }
}
