import MediaWire
import Testing

@testable import Ingress

@Suite("AMF 0")
struct AMFTests {
    static let values: [(AMFValue, [UInt8])] = [
        (.number(1), [0x00, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0]),
        (.boolean(true), [0x01, 0x01]),
        (.string("live"), [0x02, 0, 4, 0x6C, 0x69, 0x76, 0x65]),
        (.object([AMFProperty("a", .null)]), [0x03, 0, 1, 0x61, 0x05, 0, 0, 0x09]),
        (.null, [0x05]),
        (.undefined, [0x06]),
        (.reference(258), [0x07, 1, 2]),
        (.ecmaArray([AMFProperty("a", .boolean(false))]), [0x08, 0, 0, 0, 1, 0, 1, 0x61, 0x01, 0, 0, 0, 0x09]),
        (.strictArray([.null, .undefined]), [0x0A, 0, 0, 0, 2, 0x05, 0x06]),
        (.date(milliseconds: 0, zone: -1), [0x0B, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
        (.unsupported, [0x0D]),
        (.xml("<a/>"), [0x0F, 0, 0, 0, 4, 0x3C, 0x61, 0x2F, 0x3E]),
        (.typedObject(name: "T", []), [0x10, 0, 1, 0x54, 0, 0, 0x09]),
    ]

    @Test("every kind of value is read and written as the specification has it", arguments: values)
    func roundTrip(value: AMFValue, bytes: [UInt8]) throws {
        #expect(AMFWriter.bytes(of: [value]) == bytes)
        var reader = AMFReader(bytes)
        #expect(try reader.readValue() == value)
        #expect(reader.isAtEnd)
    }

    @Test("every prefix of a value is an error, and none is taken for the whole", arguments: values)
    func truncated(value: AMFValue, bytes: [UInt8]) {
        for length in 0..<bytes.count {
            var reader = AMFReader(Array(bytes.prefix(length)))
            // An ECMA array without its end marker is taken where it ends the message.
            if case .ecmaArray = value, length == 5 || length == bytes.count - 3 { continue }
            #expect(throws: WireError.self, "\(length) bytes of \(value)") { try reader.readValue() }
        }
    }

    @Test("a string longer than 16 bits can say is a long string")
    func longString() throws {
        let value = AMFValue.string(String(repeating: "x", count: 70_000))
        let bytes = AMFWriter.bytes(of: [value])
        #expect(bytes.prefix(5) == [0x0C, 0, 1, 0x11, 0x70])
        var reader = AMFReader(bytes)
        #expect(try reader.readValue() == value)
    }

    @Test(
        "what is no value is refused",
        arguments: [
            [0x04], [0x0E], [0x11, 0x01], [0xFF], [0x09],
            // A name without a value, and the end of an object in place of a value.
            [0x03, 0, 1, 0x61, 0x09],
            // More elements than there are bytes.
            [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x05],
            // More text than there are bytes.
            [0x0C, 0xFF, 0xFF, 0xFF, 0xFF, 0x41],
        ] as [[UInt8]]
    )
    func malformed(bytes: [UInt8]) {
        var reader = AMFReader(bytes)
        #expect(throws: WireError.self) { try reader.readValue() }
    }

    @Test("nesting is taken up to its bound", arguments: [(16, true), (17, false)])
    func depth(levels: Int, isTaken: Bool) {
        let bytes =
            [UInt8](repeating: 0, count: 0) + Array(repeating: [0x0A, 0, 0, 0, 1], count: levels).joined() + [5]
        var reader = AMFReader(bytes)
        let value = try? reader.readValue()
        #expect((value != nil) == isTaken)
    }

    @Test("a hundred thousand arrays within each other do no harm")
    func bottomless() {
        var reader = AMFReader(Array(Array(repeating: [0x0A, 0, 0, 0, 1], count: 100_000).joined()))
        #expect(throws: WireError.tooLarge(structure: "AMF0 nesting", limit: 16)) { try reader.readValue() }
    }

    @Test("one message has a bounded number of values")
    func count() {
        var reader = AMFReader([UInt8](repeating: 0x05, count: 5000))
        #expect(throws: WireError.tooLarge(structure: "AMF0 values", limit: 4096)) { try reader.readAll() }
    }

    @Test("an array that ends the message may lack its end marker, as some encoders have it")
    func openEnd() throws {
        var reader = AMFReader([0x08, 0, 0, 0, 1, 0, 1, 0x61, 0x05])
        #expect(try reader.readAll() == [.ecmaArray([AMFProperty("a", .null)])])
    }
}
