/// An opaque colour, 8 bits a channel, sRGB.
public struct SceneColor: Hashable, Sendable {
    /// Red, 0…255.
    public var red: UInt8
    /// Green, 0…255.
    public var green: UInt8
    /// Blue, 0…255.
    public var blue: UInt8

    /// A colour of three channels.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Reads `#rgb` or `#rrggbb`; nil for anything else.
    public init?(hex text: String) {
        guard text.first == "#" else { return nil }
        let digits = text.dropFirst().compactMap(\.hexDigitValue)
        guard digits.count == text.count - 1 else { return nil }
        switch digits.count {
        case 3: self.init(red: UInt8(digits[0] * 17), green: UInt8(digits[1] * 17), blue: UInt8(digits[2] * 17))
        case 6:
            self.init(
                red: UInt8(digits[0] * 16 + digits[1]),
                green: UInt8(digits[2] * 16 + digits[3]),
                blue: UInt8(digits[4] * 16 + digits[5])
            )
        default: return nil
        }
    }

    /// Black.
    public static let black = SceneColor(red: 0, green: 0, blue: 0)
    /// White.
    public static let white = SceneColor(red: 255, green: 255, blue: 255)
}
