/// An error that says of itself what a caller should do about it.
package protocol Disposed: Error {
    var disposition: Disposition { get }
}

extension Error {
    /// Whether the same may succeed later. What says nothing of itself will not.
    package var mayPass: Bool { (self as? any Disposed)?.disposition == .transient }
}
