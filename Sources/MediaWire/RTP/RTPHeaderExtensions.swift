/// The header extension elements of one RTP packet (RFC 8285), by the identifiers SDP's `extmap` lines assigned.
///
/// Elements keep the order they arrived in or were set in. They are held in one array, so a packet without extensions
/// costs nothing and one with them costs a single allocation.
public struct RTPHeaderExtensions: Sendable, Hashable {
    /// Elements one after another, each an identifier, a length and that many bytes: the two-byte form of RFC 8285 §4.3.
    private var storage: [UInt8]

    /// No elements.
    public init() {
        storage = []
    }

    /// Whether there are no elements.
    public var isEmpty: Bool { storage.isEmpty }

    /// A copy of the element's bytes, `nil` when the packet has none with this identifier; setting `nil` removes it.
    ///
    /// Identifiers are 1 through 255 without 15, which one-byte headers reserve; elements have at most 255 bytes.
    public subscript(id: UInt8) -> [UInt8]? {
        get { value(of: id).map(Array.init) }
        set {
            if let newValue { set(id, to: newValue) } else { remove(id) }
        }
    }

    /// The element's bytes without a copy, `nil` when the packet has none with this identifier.
    public func value(of id: UInt8) -> ArraySlice<UInt8>? {
        guard let index = index(of: id) else { return nil }
        return storage[index + 2..<index + 2 + Int(storage[index + 1])]
    }

    /// Adds an element, or replaces the one with the same identifier.
    public mutating func set(_ id: UInt8, to value: some Collection<UInt8>) {
        precondition(id != 0 && id != 15, "RFC 8285 reserves extension identifiers 0 and 15")
        precondition(value.count <= 255, "an extension element has at most 255 bytes")
        if let index = index(of: id), Int(storage[index + 1]) == value.count {
            storage.replaceSubrange(index + 2..<index + 2 + value.count, with: value)
            return
        }
        remove(id)
        storage.reserveCapacity(storage.count + 2 + value.count)
        storage.append(id)
        storage.append(UInt8(value.count))
        storage.append(contentsOf: value)
    }

    /// Removes the element with this identifier, if there is one.
    public mutating func remove(_ id: UInt8) {
        guard let index = index(of: id) else { return }
        storage.removeSubrange(index..<index + 2 + Int(storage[index + 1]))
    }

    /// Removes every element.
    public mutating func removeAll() {
        storage = []
    }

    /// All elements with copies of their bytes, in order.
    public var entries: [(id: UInt8, value: [UInt8])] {
        var entries: [(id: UInt8, value: [UInt8])] = []
        var index = 0
        while index < storage.count {
            let end = index + 2 + Int(storage[index + 1])
            entries.append((storage[index], Array(storage[index + 2..<end])))
            index = end
        }
        return entries
    }

    private func index(of id: UInt8) -> Int? {
        var index = 0
        while index < storage.count {
            if storage[index] == id { return index }
            index += 2 + Int(storage[index + 1])
        }
        return nil
    }
}

extension RTPHeaderExtensions {
    /// The "defined by profile" value of one-byte headers (RFC 8285 §4.2).
    private static let oneByteProfile: UInt16 = 0xBEDE
    /// The same of two-byte headers, whose low four bits are the application's (RFC 8285 §4.3).
    private static let twoByteProfile: UInt16 = 0x1000

    /// Reads the elements of an extension block `bytes[range]` with this profile; a profile that is neither form of
    /// RFC 8285 has none.
    init(parsing bytes: [UInt8], in range: Range<Int>, profile: UInt16) throws(WireError) {
        storage = []
        if profile == Self.oneByteProfile {
            try parseOneByteForm(bytes, in: range)
        } else if profile & 0xFFF0 == Self.twoByteProfile {
            try parseTwoByteForm(bytes, in: range)
        }
    }

    private mutating func parseOneByteForm(_ bytes: [UInt8], in range: Range<Int>) throws(WireError) {
        // Every element grows by the one byte its header grows by, at most one for each two bytes read.
        storage.reserveCapacity(range.count + range.count / 2)
        var index = range.lowerBound
        while index < range.upperBound {
            let id = bytes[index] >> 4
            let count = Int(bytes[index] & 0x0F) + 1
            index += 1
            if id == 0 { continue }
            // Identifier 15 ends the elements (RFC 8285 §4.2).
            if id == 15 { return }
            try append(id, bytes, from: index, count: count, end: range.upperBound)
            index += count
        }
    }

    private mutating func parseTwoByteForm(_ bytes: [UInt8], in range: Range<Int>) throws(WireError) {
        storage.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let id = bytes[index]
            index += 1
            if id == 0 { continue }
            guard index < range.upperBound else {
                throw .truncated(structure: "RTP header extension", needed: 1, available: 0)
            }
            let count = Int(bytes[index])
            index += 1
            try append(id, bytes, from: index, count: count, end: range.upperBound)
            index += count
        }
    }

    private mutating func append(
        _ id: UInt8,
        _ bytes: [UInt8],
        from start: Int,
        count: Int,
        end: Int
    ) throws(WireError) {
        guard start + count <= end else {
            throw .truncated(structure: "RTP header extension", needed: count, available: end - start)
        }
        // A repeated identifier is not something a sender may write; the first one counts.
        guard id != 15, index(of: id) == nil else { return }
        storage.append(id)
        storage.append(UInt8(count))
        // Elements have a few bytes: a loop is faster than the general way of appending.
        for index in start..<start + count { storage.append(bytes[index]) }
    }

    /// Whether every element fits the one-byte form: identifiers 1 through 14, 1 through 16 bytes.
    private var fitsOneByteForm: Bool {
        var index = 0
        while index < storage.count {
            let count = storage[index + 1]
            if storage[index] > 14 || count == 0 || count > 16 { return false }
            index += 2 + Int(count)
        }
        return true
    }

    /// The bytes ``serialize(into:)`` writes: 0 when there are no elements.
    var serializedCount: Int {
        guard !storage.isEmpty else { return 0 }
        var count = storage.count
        if fitsOneByteForm {
            var index = 0
            while index < storage.count {
                count -= 1
                index += 2 + Int(storage[index + 1])
            }
        }
        return 4 + (count + 3) / 4 * 4
    }

    /// Writes the extension block with its four-byte header, in the one-byte form if every element fits it.
    func serialize(into writer: inout RTPWriter) {
        guard !storage.isEmpty else { return }
        let count = serializedCount
        let start = writer.position
        let isOneByteForm = fitsOneByteForm
        writer.write(bigEndian: isOneByteForm ? Self.oneByteProfile : Self.twoByteProfile)
        writer.write(bigEndian: UInt16(count / 4 - 1))
        storage.withUnsafeBufferPointer { storage in
            guard isOneByteForm else { return writer.write(storage) }
            var index = 0
            while index < storage.count {
                let length = storage[index + 1]
                writer.write(storage[index] << 4 | (length - 1))
                for byte in storage[index + 2..<index + 2 + Int(length)] { writer.write(byte) }
                index += 2 + Int(length)
            }
        }
        writer.writeZeros(start + count - writer.position)
    }
}
