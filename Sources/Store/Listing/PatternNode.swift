/// A part of a pattern, as it was read.
indirect enum PatternNode {
    case set(ScalarSet)
    case place(PatternPlace)
    case sequence([PatternNode])
    case either(PatternNode, PatternNode)
    /// Without a `most` there is no end.
    case repeated(PatternNode, least: Int, most: Int?)
}
