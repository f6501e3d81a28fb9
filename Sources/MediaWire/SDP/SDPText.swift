/// Takes lines apart by bytes: splitting by characters would make grapheme breaking most of the cost of parsing.
enum SDPText {
    private static let space = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")

    /// The parts of `text` between spaces, none of them empty.
    static func fields(_ text: Substring) -> [Substring] {
        text.utf8.split(separator: space).map(Substring.init)
    }

    /// The parts of `text` between `separator`, none of them empty.
    static func split(_ text: Substring, _ separator: Unicode.Scalar) -> [Substring] {
        text.utf8.split(separator: UInt8(ascii: separator)).map(Substring.init)
    }

    /// What stands before and after the first `separator`; `nil` after it without one.
    static func cut(_ text: Substring, _ separator: Unicode.Scalar) -> (Substring, Substring?) {
        guard let index = text.utf8.firstIndex(of: UInt8(ascii: separator)) else { return (text, nil) }
        return (text[..<index], text[text.utf8.index(after: index)...])
    }

    /// `text` without spaces around it.
    static func trim(_ text: Substring) -> String {
        var view = text.utf8[...]
        while let first = view.first, first == space || first == tab { view = view.dropFirst() }
        while let last = view.last, last == space || last == tab { view = view.dropLast() }
        return String(Substring(view))
    }
}
