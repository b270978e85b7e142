/// The texts that give an option its value, before substitution.
struct FoundTexts {
    struct Text {
        let value: String
        let origin: Origin
    }

    /// None, one, or for a multi-valued option any number.
    let texts: [Text]

    var origin: Origin { texts.last?.origin ?? .declaration }
}
