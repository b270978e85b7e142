/// A place in a text that a pattern may ask for.
enum PatternPlace {
    case start, end, wordEdge, noWordEdge

    func holds(in text: [Unicode.Scalar], at position: Int) -> Bool {
        switch self {
        case .start: position == 0
        case .end: position == text.count
        case .wordEdge: isWordEdge(text, position)
        case .noWordEdge: !isWordEdge(text, position)
        }
    }

    private func isWordEdge(_ text: [Unicode.Scalar], _ position: Int) -> Bool {
        let isBefore = position > 0 && ScalarSet.word.contains(text[position - 1])
        let isAfter = position < text.count && ScalarSet.word.contains(text[position])
        return isBefore != isAfter
    }
}
