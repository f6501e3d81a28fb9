import ArgumentParser

/// A port that publishers come in by, or none.
enum InputPort: Sendable, Hashable, ExpressibleByArgument {
    case off
    /// 0 takes a free one.
    case number(Int)

    init?(argument: String) {
        if argument == "off" {
            self = .off
            return
        }
        guard let number = Int(argument), (0...65_535).contains(number) else { return nil }
        self = .number(number)
    }

    /// The port; nil for none.
    var number: Int? {
        switch self {
        case .off: nil
        case .number(let number): number
        }
    }
}
