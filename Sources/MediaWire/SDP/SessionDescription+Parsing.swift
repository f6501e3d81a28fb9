extension SessionDescription {
    /// Reads a description.
    ///
    /// Lines end with CR LF or LF alone. Lines and attributes that are not known are passed over or kept; those that
    /// are known must have the form their RFC gives, or the error names the line.
    public static func parse(_ text: String) throws(SDPError) -> SessionDescription {
        guard text.utf8.count <= maximumLength else {
            throw SDPError(line: 0, reason: "the text is longer than \(maximumLength) bytes")
        }
        var parser = SDPParser()
        var number = 0
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let content = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if content.isEmpty { continue }
            try parser.read(Substring(content), line: number)
        }
        return try parser.finish()
    }
}

/// The state of reading a description line by line.
private struct SDPParser {
    private var description = SessionDescription(origin: SDPOrigin(sessionID: 0, sessionVersion: 0))
    private var current: SDPMedia?
    private var hasVersion = false
    private var mids: Set<String> = []

    mutating func read(_ text: Substring, line: Int) throws(SDPError) {
        let bytes = text.utf8
        guard bytes.count >= 2, bytes[bytes.index(after: bytes.startIndex)] == UInt8(ascii: "="), let type = bytes.first
        else { throw SDPError(line: line, reason: "it is not a letter, “=” and a value") }
        // A line break of another kind would be one to other readers of what is written of this (RFC 8866 §9: NUL, CR, LF).
        guard !bytes.contains(where: { $0 < 0x20 && $0 != 0x09 }) else {
            throw SDPError(line: line, reason: "it has a control character")
        }
        let value = Substring(bytes.dropFirst(2))
        guard hasVersion || type == UInt8(ascii: "v") else {
            throw SDPError(line: line, reason: "a description begins with “v=0”")
        }
        switch type {
        case UInt8(ascii: "v"):
            guard value == "0", !hasVersion else { throw SDPError(line: line, reason: "the version is not 0") }
            hasVersion = true
        case UInt8(ascii: "o"): try readOrigin(value, line: line)
        case UInt8(ascii: "s"): description.sessionName = String(value)
        case UInt8(ascii: "m"): try beginMedia(value, line: line)
        case UInt8(ascii: "c"):
            if current == nil { description.connection = String(value) } else { current?.connection = String(value) }
        case UInt8(ascii: "b"): current?.bandwidths.append(String(value))
        case UInt8(ascii: "a"):
            let (name, content) = SDPText.cut(value, ":")
            if current == nil {
                try readSessionAttribute(name, content, line: line)
            } else {
                try current?.read(name, content, line: line)
            }
        default:
            // Times, information, contacts and keys mean nothing to WebRTC.
            break
        }
    }

    mutating func finish() throws(SDPError) -> SessionDescription {
        guard hasVersion else { throw SDPError(line: 0, reason: "the text is empty") }
        try endMedia(line: 0)
        return description
    }

    private mutating func readOrigin(_ value: Substring, line: Int) throws(SDPError) {
        let fields = SDPText.fields(value)
        guard fields.count == 6, let id = UInt64(fields[1]), let version = UInt64(fields[2]) else {
            throw SDPError(line: line, reason: "the origin is not a name, two numbers and an address")
        }
        description.origin = SDPOrigin(
            username: String(fields[0]),
            sessionID: id,
            sessionVersion: version,
            address: String(fields[5])
        )
    }

    private mutating func readSessionAttribute(
        _ name: Substring,
        _ value: Substring?,
        line: Int
    ) throws(SDPError) {
        switch (name, value) {
        case ("ice-lite", _): description.iceLite = true
        case ("extmap-allow-mixed", _): description.extmapAllowMixed = true
        case ("group", let value?):
            let fields = SDPText.fields(value).map(String.init)
            guard let semantics = fields.first else { throw SDPError(line: line, reason: "group has no semantics") }
            guard fields.count <= SessionDescription.maximumMediaSections + 1, description.groups.count < 16 else {
                throw SDPError(line: line, reason: "there are too many groups or members")
            }
            description.groups.append(SDPGroup(semantics: semantics, mids: Array(fields.dropFirst())))
        case (_, let value?):
            if try description.transport.read(name, value, line: line) { return }
            description.attributes.append(SDPAttribute(name: String(name), value: String(value)))
        case (_, nil): description.attributes.append(SDPAttribute(name: String(name)))
        }
    }

    private mutating func beginMedia(_ value: Substring, line: Int) throws(SDPError) {
        try endMedia(line: line)
        guard description.media.count < SessionDescription.maximumMediaSections else {
            throw SDPError(line: line, reason: "more than \(SessionDescription.maximumMediaSections) media sections")
        }
        let fields = SDPText.fields(value)
        guard fields.count >= 3 else { throw SDPError(line: line, reason: "m= has no type, port and protocol") }
        // `port/count` is of multicast days.
        guard let port = UInt16(SDPText.cut(fields[1], "/").0) else {
            throw SDPError(line: line, reason: "the port is not a 16-bit number")
        }
        var media = SDPMedia(mediaType: String(fields[0]), port: port, protocolName: String(fields[2]))
        if media.isRTP {
            for field in fields[3...] {
                guard let type = UInt8(field), type < 128 else {
                    throw SDPError(line: line, reason: "a payload type is not 0 through 127")
                }
                if media.payload(type: type) == nil { media.payloads.append(SDPPayload.assigned(type: type)) }
            }
        } else {
            media.formats = fields[3...].map(String.init)
        }
        current = media
    }

    private mutating func endMedia(line: Int) throws(SDPError) {
        guard let media = current else { return }
        if let mid = media.mid, !mids.insert(mid).inserted {
            throw SDPError(line: max(line - 1, 0), reason: "two media sections have the same mid")
        }
        description.media.append(media)
        current = nil
    }
}
