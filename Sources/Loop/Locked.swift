import Glibc

/// A value that threads take turns at.
///
/// What `Synchronization.Mutex` is, with a POSIX mutex inside: `Mutex` waits in code that the thread sanitizer cannot see into,
/// which then takes every hand-over of the value for a race. Not recursive; nothing may wait while it is held.
package struct Locked<Value: ~Copyable>: ~Copyable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let value: UnsafeMutablePointer<Value>

    package init(_ value: consuming sending Value) {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        // Without attributes it cannot fail.
        pthread_mutex_init(mutex, nil)
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
    }

    deinit {
        value.deinitialize(count: 1)
        value.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    package borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value.pointee)
    }
}

/// The mutex protects the value, and both pointers are constant.
extension Locked: @unchecked Sendable where Value: ~Copyable {}
