internal import MediaWire

/// A command of a peer (RTMP 1.0 §7.2).
struct RTMPCommand: Hashable, Sendable {
    var name: String
    /// Which call an answer answers; 0 if none is expected.
    var transaction: Double
    /// What follows; the first is the command object, often null.
    var arguments: [AMFValue]

    /// Reads the payload of a command message.
    ///
    /// Clients that speak AMF 3 put a byte of 0 in front of what is AMF 0 all the same.
    init(_ payload: [UInt8], isAMF3: Bool) throws(WireError) {
        var reader = AMFReader(payload, from: isAMF3 && payload.first == 0 ? 1 : 0)
        guard case .string(let name) = try reader.readValue() else {
            throw .malformed(structure: "RTMP command", reason: "its first value is no string")
        }
        guard case .number(let transaction) = try reader.readValue() else {
            throw .malformed(structure: "RTMP command", reason: "its second value is no number")
        }
        self.name = name
        self.transaction = transaction
        arguments = try reader.readAll()
    }
}
