/// What a caller should do about an error. Retry decides on this and on nothing else.
package enum Disposition: String, Sendable, Codable {
    /// The same request may succeed later: an outage, a timeout, an overload.
    case transient
    /// It will not succeed, whoever asks and whenever.
    case permanent
    /// What was asked is wrong or not allowed; the caller must ask something else.
    case callersFault = "callers_fault"
}
