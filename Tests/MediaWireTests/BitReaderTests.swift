import MediaWire
import Testing

@Suite struct BitReaderTests {
    @Test func `fields of bits are read from the top`() throws {
        var reader = BitReader([0b1010_0110, 0xFF, 0, 0, 0, 1])
        #expect(try reader.readBit())
        #expect(try reader.readBits(3) == 0b010)
        try reader.skip(4)
        #expect(try reader.readBits(8) == 255)
        #expect(try reader.readBits(32) == 1)
        #expect(reader.remaining == 0)
        #expect(throws: WireError.self) { try reader.readBit() }
        #expect(try reader.readBits(0) == 0)
    }

    @Test(
        arguments: [
            ([0b1000_0000], 0, 0), ([0b0100_0000], 1, 1), ([0b0110_0000], 2, -1), ([0b0010_0000], 3, 2),
            ([0b0011_1000], 6, -3), ([0b0001_0010], 8, -4),
            ([0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFE], 4_294_967_294, -2_147_483_647),
        ] as [([UInt8], UInt32, Int32)]
    )
    func `Exp-Golomb codes`(bytes: [UInt8], unsigned: UInt32, signed: Int32) throws {
        var reader = BitReader(bytes)
        #expect(try reader.readUnsignedExpGolomb() == unsigned)
        reader = BitReader(bytes)
        #expect(try reader.readSignedExpGolomb() == signed)
    }

    @Test(arguments: [[0, 0, 0, 0, 0x80, 0, 0, 0, 0], [0, 0], []] as [[UInt8]])
    func `overlong and truncated codes are refused`(bytes: [UInt8]) {
        var reader = BitReader(bytes)
        #expect(throws: WireError.self) { try reader.readUnsignedExpGolomb() }
    }

    @Test func `bytes are read in order and never past the end`() throws {
        var reader = ByteReader([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19], structure: "test")
        #expect(try reader.readUInt8() == 1)
        #expect(try reader.readUInt16() == 0x0203)
        #expect(try reader.readUInt24() == 0x040506)
        #expect(try reader.readUInt32() == 0x0708_090A)
        #expect(try reader.readUInt64() == 0x0B0C_0D0E_0F10_1112)
        #expect(throws: WireError.truncated(structure: "test", needed: 2, available: 1)) { try reader.readUInt16() }
        #expect(reader.readRest() == [19] && reader.isAtEnd)
    }

    @Test func `a part ends where it ends`() throws {
        var reader = ByteReader([1, 2, 3, 4], structure: "whole")
        var part = try reader.readPart(2, structure: "part")
        #expect(try part.readBytes(2) == [1, 2])
        #expect(throws: WireError.truncated(structure: "part", needed: 1, available: 0)) { try part.readUInt8() }
        #expect(throws: WireError.self) { try reader.skip(3) }
        #expect(try reader.readUInt16() == 0x0304)
    }
}
