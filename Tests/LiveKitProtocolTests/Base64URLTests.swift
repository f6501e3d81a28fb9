import LiveKitProtocol
import Testing

@Suite struct Base64URLTests {
    @Test(
        arguments: [
            ("", []), ("Zg", [0x66]), ("Zg==", [0x66]), ("Zm8", [0x66, 0x6F]), ("Zm8=", [0x66, 0x6F]),
            ("Zm9v", [0x66, 0x6F, 0x6F]), ("-_-_", [0xFB, 0xFF, 0xBF]), ("+/+/", [0xFB, 0xFF, 0xBF]),
        ] as [(String, [UInt8])]
    )
    func `both alphabets decode, padded or not`(text: String, bytes: [UInt8]) {
        #expect(Base64URL.decode(text) == bytes)
    }

    @Test(arguments: ["Z", "Zm9vZ", "Z===", "Zg=", "Zg=a", "Zm 9v", "Zg\u{0}", "=", "Zm9v=", "ä"])
    func `anything else does not`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test func `every length survives the round trip, without padding`() {
        for length in 0..<70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 250) }
            let text = Base64URL.encode(bytes)
            #expect(Base64URL.decode(text) == bytes)
            #expect(text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
        }
    }
}
