/// A caller whom Keystone has confirmed. `RequestContext` is made from its token.
package struct CallerIdentity: Sendable {
    package var token: Token
    /// Whose service token came along, if it was a good one.
    package var serviceToken: Token?
}
