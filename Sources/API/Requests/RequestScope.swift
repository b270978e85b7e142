import Engine
import FoundationEssentials
package import Hummingbird
import NIOCore

/// What is known of a request before its route is: its id, and once it has been asked for, its caller.
package struct RequestScope: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// `req-<uuid4>`, in the answer's headers and in every line of the log.
    let requestID: String
    let peerAddress: String?
    let channel: any Channel
    var caller: Caller?
    var links: LinkBase?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        requestID = "req-" + UUID().uuidString.lowercased()
        channel = source.channel
        peerAddress = source.channel.remoteAddress?.ipAddress
    }
}
