/// The connection broke within a body, or what came was no HTTP. The server answers that, not we: it alone knows whether
/// there is anything left to answer to.
struct BrokenBody: Error {
    var cause: any Error
}
