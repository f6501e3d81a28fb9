internal import MediaWire

/// Reads values of AMF 0, one after the other.
///
/// A peer that nests too deep or says too many things in one message gets an error; counts it announces are not believed.
struct AMFReader {
    /// What one message may hold.
    struct Limits: Sendable {
        /// Objects and arrays within each other; `onMetaData` of encoders has 3.
        var depth = 16
        /// Values in all, those in objects and arrays included; `onMetaData` of encoders has some 30.
        var values = 4096
    }

    private var reader: ByteReader
    private let limits: Limits
    private var count = 0

    /// A reader of `bytes` from `start` on, which must not lie beyond their end.
    init(_ bytes: [UInt8], from start: Int = 0, limits: Limits = Limits()) {
        self.reader = ByteReader(bytes, in: start..<bytes.count, structure: "AMF0 value")
        self.limits = limits
    }

    /// Whether every value was read.
    var isAtEnd: Bool { reader.isAtEnd }

    /// Reads all that is left.
    mutating func readAll() throws(WireError) -> [AMFValue] {
        var values: [AMFValue] = []
        while !isAtEnd { values.append(try readValue()) }
        return values
    }

    /// Reads the next value.
    mutating func readValue() throws(WireError) -> AMFValue {
        try readValue(depth: 0)
    }

    private mutating func readValue(depth: Int) throws(WireError) -> AMFValue {
        try countValue(depth: depth)
        let byte = try reader.readUInt8()
        guard let marker = AMFMarker(rawValue: byte) else {
            throw reader.malformed("marker \(byte) is none of AMF 0")
        }
        switch marker {
        case .number: return .number(try readNumber())
        case .boolean: return .boolean(try reader.readUInt8() != 0)
        case .string: return .string(try readString())
        case .null: return .null
        case .undefined: return .undefined
        case .reference: return .reference(try reader.readUInt16())
        case .date: return .date(milliseconds: try readNumber(), zone: Int16(bitPattern: try reader.readUInt16()))
        case .longString: return .string(try readLongString())
        case .unsupported: return .unsupported
        case .xml: return .xml(try readLongString())
        case .object: return .object(try readProperties(depth: depth))
        case .ecmaArray:
            _ = try reader.readUInt32()
            return .ecmaArray(try readProperties(depth: depth, mayEndEarly: true))
        case .typedObject: return .typedObject(name: try readString(), try readProperties(depth: depth))
        case .strictArray: return .strictArray(try readElements(depth: depth))
        case .objectEnd: throw reader.malformed("the end of an object where a value should be")
        }
    }

    private mutating func countValue(depth: Int) throws(WireError) {
        guard depth <= limits.depth else { throw .tooLarge(structure: "AMF0 nesting", limit: limits.depth) }
        count += 1
        guard count <= limits.values else { throw .tooLarge(structure: "AMF0 values", limit: limits.values) }
    }

    /// Names and values up to the end marker; some encoders leave it out behind an array that ends the message.
    private mutating func readProperties(
        depth: Int,
        mayEndEarly: Bool = false
    ) throws(WireError) -> [AMFProperty] {
        var properties: [AMFProperty] = []
        while !(mayEndEarly && reader.isAtEnd) {
            let name = try readString()
            var rest = reader
            if name.isEmpty, try rest.readUInt8() == AMFMarker.objectEnd.rawValue {
                reader = rest
                break
            }
            properties.append(AMFProperty(name, try readValue(depth: depth + 1)))
        }
        return properties
    }

    private mutating func readElements(depth: Int) throws(WireError) -> [AMFValue] {
        let count = try reader.readUInt32()
        // Every element has a marker at least.
        try reader.require(Int(count))
        var elements: [AMFValue] = []
        for _ in 0..<count { elements.append(try readValue(depth: depth + 1)) }
        return elements
    }

    private mutating func readNumber() throws(WireError) -> Double {
        Double(bitPattern: try reader.readUInt64())
    }

    private mutating func readString() throws(WireError) -> String {
        try readText(Int(reader.readUInt16()))
    }

    private mutating func readLongString() throws(WireError) -> String {
        try readText(Int(reader.readUInt32()))
    }

    private mutating func readText(_ length: Int) throws(WireError) -> String {
        String(decoding: try reader.readBytes(length), as: UTF8.self)
    }
}
