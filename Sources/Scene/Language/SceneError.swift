/// Why a layout cannot be used, with the place in its file where that is known.
public struct SceneError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The layout the error is in.
    public let layout: String
    /// The line of the file, counted from 1, if the error has one.
    public let line: Int?
    /// What was wrong, with which value, and what would be right.
    public let message: String

    init(layout: String, line: Int? = nil, message: String) {
        self.layout = layout
        self.line = line
        self.message = message
    }

    /// The error as one line: `layout grid-light, line 4: …`.
    public var description: String {
        let place = line.map { ", line \($0)" } ?? ""
        return "layout \(layout)\(place): \(message)"
    }
}
