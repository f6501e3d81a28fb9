import LiveKitProtocol
import Testing

@testable import RoomServer

@Suite struct HTTPInflaterTests {
    /// `hello hello hello`, by Python's gzip.
    private let hello = Base64URL.decode("H4sIAAAAAAACA8tIzcnJV8hAkACAiPnlEQAAAA==") ?? []

    @Test func `gzip comes out as it went in, up to the limit`() throws {
        #expect(try Inflater.gunzip(hello, limit: 17) == Array("hello hello hello".utf8))
        #expect(throws: Inflater.Failure.tooLarge) { try Inflater.gunzip(hello, limit: 16) }
    }

    @Test func `what is broken off or changed is malformed`() {
        for length in 0..<hello.count {
            #expect(throws: Inflater.Failure.malformed) { try Inflater.gunzip(Array(hello.prefix(length)), limit: 100) }
        }
        var changed = hello
        changed[changed.count - 8] ^= 1
        #expect(throws: Inflater.Failure.malformed) { try Inflater.gunzip(changed, limit: 100) }
        #expect(throws: Inflater.Failure.malformed) { try Inflater.gunzip(Array("junk".utf8), limit: 100) }
    }
}
