extension StringProtocol {
    /// The beginning of the text, as an answer quotes what a client sent: at most `limit` of Unicode's scalars.
    ///
    /// Not of its characters, one of which may be as long as a whole body.
    func quoted(_ limit: Int) -> String {
        let rest = unicodeScalars.dropFirst(limit)
        guard !rest.isEmpty else { return String(self) }
        return String(String.UnicodeScalarView(unicodeScalars.prefix(limit))) + "…"
    }
}
