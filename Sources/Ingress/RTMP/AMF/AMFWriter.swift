internal import MediaWire

/// Writes values of AMF 0, one after the other.
struct AMFWriter {
    private(set) var bytes: [UInt8] = []

    /// The bytes of these values.
    static func bytes(of values: [AMFValue]) -> [UInt8] {
        var writer = AMFWriter()
        for value in values { writer.write(value) }
        return writer.bytes
    }

    /// Writes a value behind those before.
    mutating func write(_ value: AMFValue) {
        switch value {
        case .number(let number):
            begin(.number)
            bytes.append(bigEndian: number.bitPattern)
        case .boolean(let isTrue):
            begin(.boolean)
            bytes.append(isTrue ? 1 : 0)
        case .string(let text): write(text)
        case .object(let properties):
            begin(.object)
            write(properties)
        case .null: begin(.null)
        case .undefined: begin(.undefined)
        case .reference(let index):
            begin(.reference)
            bytes.append(bigEndian: index)
        case .ecmaArray(let properties):
            begin(.ecmaArray)
            bytes.append(bigEndian: UInt32(properties.count))
            write(properties)
        case .strictArray(let elements):
            begin(.strictArray)
            bytes.append(bigEndian: UInt32(elements.count))
            for element in elements { write(element) }
        case .date(let milliseconds, let zone):
            begin(.date)
            bytes.append(bigEndian: milliseconds.bitPattern)
            bytes.append(bigEndian: UInt16(bitPattern: zone))
        case .unsupported: begin(.unsupported)
        case .xml(let text):
            begin(.xml)
            appendLong(text)
        case .typedObject(let name, let properties):
            begin(.typedObject)
            appendShort(name)
            write(properties)
        }
    }

    private mutating func begin(_ marker: AMFMarker) {
        bytes.append(marker.rawValue)
    }

    private mutating func write(_ text: String) {
        if text.utf8.count <= UInt16.max {
            begin(.string)
            appendShort(text)
        } else {
            begin(.longString)
            appendLong(text)
        }
    }

    private mutating func write(_ properties: [AMFProperty]) {
        for property in properties {
            appendShort(property.name)
            write(property.value)
        }
        appendShort("")
        begin(.objectEnd)
    }

    private mutating func appendShort(_ text: String) {
        let utf8 = text.utf8.prefix(Int(UInt16.max))
        bytes.append(bigEndian: UInt16(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    private mutating func appendLong(_ text: String) {
        bytes.append(bigEndian: UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }
}
