import NIOCore
import NIOPosix

/// Where all servers of the process read and write.
enum EventLoops {
    /// One thread. It only reads and writes HTTP; handlers run on the pool. More would cost memory on a host of many
    /// processors (NIO's own choice is one each) and make nothing faster.
    static let shared: any EventLoopGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
}
