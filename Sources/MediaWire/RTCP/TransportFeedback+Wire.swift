extension TransportFeedback {
    /// A packet status symbol (§3.1.1): how many bytes of delta a packet has.
    private enum Symbol: UInt16 {
        case notReceived = 0
        case smallDelta = 1
        case largeDelta = 2
    }

    private static let maximumRunLength = 0x1FFF

    init(parsing reader: inout ByteReader) throws(WireError) {
        let senderSSRC = SSRC(rawValue: try reader.readUInt32())
        let mediaSSRC = SSRC(rawValue: try reader.readUInt32())
        let baseSequence = SequenceNumber(rawValue: try reader.readUInt16())
        let count = Int(try reader.readUInt16())
        guard count <= Self.maximumStatusCount else {
            throw .tooLarge(structure: "transport feedback", limit: Self.maximumStatusCount)
        }
        let referenceTime = Int32(bitPattern: try reader.readUInt24() << 8) >> 8
        let feedbackCount = try reader.readUInt8()
        let symbols = try Self.parseSymbols(&reader, count: count)
        var statuses: [Status] = []
        statuses.reserveCapacity(count)
        for symbol in symbols {
            switch symbol {
            case .notReceived: statuses.append(.notReceived)
            case .smallDelta: statuses.append(.received(delta: Int16(try reader.readUInt8())))
            case .largeDelta: statuses.append(.received(delta: Int16(bitPattern: try reader.readUInt16())))
            }
        }
        self.init(
            senderSSRC: senderSSRC,
            mediaSSRC: mediaSSRC,
            baseSequence: baseSequence,
            referenceTime: referenceTime,
            feedbackCount: feedbackCount,
            statuses: statuses
        )
    }

    private static func parseSymbols(_ reader: inout ByteReader, count: Int) throws(WireError) -> [Symbol] {
        var symbols: [Symbol] = []
        symbols.reserveCapacity(count)
        while symbols.count < count {
            let chunk = try reader.readUInt16()
            if chunk & 0x8000 == 0 {
                let symbol = try symbol(chunk >> 13 & 3, reader)
                let length = min(Int(chunk & 0x1FFF), count - symbols.count)
                guard length > 0 else { throw reader.malformed("a run of no packets") }
                symbols.append(contentsOf: repeatElement(symbol, count: length))
                continue
            }
            let width = chunk & 0x4000 == 0 ? 1 : 2
            for index in 0..<min(14 / width, count - symbols.count) {
                let bits = chunk >> UInt16(14 - width * (index + 1)) & (1 << UInt16(width) - 1)
                symbols.append(try symbol(bits, reader))
            }
        }
        return symbols
    }

    private static func symbol(_ bits: UInt16, _ reader: ByteReader) throws(WireError) -> Symbol {
        guard let symbol = Symbol(rawValue: bits) else { throw reader.malformed("reserved status symbol") }
        return symbol
    }

    func serialize(into bytes: inout [UInt8]) {
        precondition(statuses.count <= Self.maximumStatusCount, "feedback covers too many packets")
        bytes.append(bigEndian: senderSSRC.rawValue)
        bytes.append(bigEndian: mediaSSRC.rawValue)
        bytes.append(bigEndian: baseSequence.rawValue)
        bytes.append(bigEndian: UInt16(statuses.count))
        bytes.append(bigEndian24: UInt32(bitPattern: referenceTime))
        bytes.append(feedbackCount)
        serializeChunks(into: &bytes)
        for status in statuses {
            guard case .received(let delta) = status else { continue }
            if let small = UInt8(exactly: delta) {
                bytes.append(small)
            } else {
                bytes.append(bigEndian: UInt16(bitPattern: delta))
            }
        }
    }

    private func serializeChunks(into bytes: inout [UInt8]) {
        let symbols = statuses.map { status -> Symbol in
            guard case .received(let delta) = status else { return .notReceived }
            return (0...255).contains(delta) ? .smallDelta : .largeDelta
        }
        var index = 0
        while index < symbols.count {
            let run = Self.runLength(symbols[index...])
            // A vector of fourteen holds more than a shorter run, unless the run is all that is left.
            if run >= 14 || index + run == symbols.count {
                bytes.append(bigEndian: symbols[index].rawValue << 13 | UInt16(run))
                index += run
                continue
            }
            let narrow = !symbols[index...].prefix(14).contains(.largeDelta)
            let width = narrow ? 1 : 2
            let vector = symbols[index...].prefix(14 / width)
            var chunk: UInt16 = narrow ? 0x8000 : 0xC000
            for (position, symbol) in vector.enumerated() {
                chunk |= symbol.rawValue << UInt16(14 - width * (position + 1))
            }
            bytes.append(bigEndian: chunk)
            index += vector.count
        }
    }

    private static func runLength(_ symbols: ArraySlice<Symbol>) -> Int {
        guard let first = symbols.first else { return 0 }
        let limited = symbols.prefix(maximumRunLength)
        return (limited.firstIndex { $0 != first } ?? limited.endIndex) - limited.startIndex
    }
}
