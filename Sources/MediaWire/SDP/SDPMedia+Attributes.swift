extension SDPMedia {
    /// Lines about sources in one section; browsers write at most a dozen.
    private static let maximumSources = 64
    /// Candidates in one section.
    private static let maximumCandidates = 256

    /// Takes in one attribute; a value that its attribute does not allow is an error.
    mutating func read(_ name: Substring, _ value: Substring?, line: Int) throws(SDPError) {
        if readFlag(name) { return }
        guard let value else {
            attributes.append(SDPAttribute(name: String(name)))
            return
        }
        if try readRTP(name, value, line: line) { return }
        if try readStream(name, value, line: line) { return }
        if try transport.read(name, value, line: line) { return }
        switch name {
        case "mid": mid = String(value)
        case "candidate": readCandidate(value)
        case "sctp-port":
            guard let port = UInt16(value) else { throw SDPError(line: line, reason: "sctp-port is not a port") }
            sctpPort = port
        case "sctpmap":
            // The form before RFC 8841: port, protocol, streams.
            sctpPort = SDPText.fields(value).first.flatMap { UInt16($0) }
        case "max-message-size":
            guard let size = Int(value), size >= 0 else {
                throw SDPError(line: line, reason: "max-message-size is not a number of bytes")
            }
            maxMessageSize = size
        default: attributes.append(SDPAttribute(name: String(name), value: String(value)))
        }
    }

    private mutating func readFlag(_ name: Substring) -> Bool {
        if let direction = SDPDirection(rawValue: String(name)) {
            self.direction = direction
            return true
        }
        switch name {
        case "rtcp-mux": rtcpMux = true
        case "rtcp-rsize": rtcpReducedSize = true
        case "bundle-only": bundleOnly = true
        case "extmap-allow-mixed": extmapAllowMixed = true
        case "end-of-candidates": endOfCandidates = true
        default: return false
        }
        return true
    }

    /// Candidates that are of no use to us (host names, other transports) or malformed are kept as attributes: one bad
    /// candidate is no reason to refuse a session.
    private mutating func readCandidate(_ value: Substring) {
        do throws(ICECandidateError) {
            let candidate = try ICECandidate(parsing: "candidate:\(value)")
            if candidates.count < Self.maximumCandidates { candidates.append(candidate) }
        } catch {
            attributes.append(SDPAttribute(name: "candidate", value: String(value)))
        }
    }

    // MARK: - Payload types and extensions

    private mutating func readRTP(_ name: Substring, _ value: Substring, line: Int) throws(SDPError) -> Bool {
        switch name {
        case "rtpmap": try readEncoding(value, line: line)
        case "fmtp":
            let (type, text) = SDPText.cut(value, " ")
            try update(type, line: line) { payload in
                let text = SDPText.trim(text ?? "")
                payload.parameters = payload.parameters.map { "\($0);\(text)" } ?? text
            }
        case "rtcp-fb":
            let (type, text) = SDPText.cut(value, " ")
            let feedback = SDPText.trim(text ?? "")
            if type == "*" {
                for index in payloads.indices { payloads[index].feedback.append(feedback) }
            } else {
                try update(type, line: line) { $0.feedback.append(feedback) }
            }
        case "extmap": try readExtension(value, line: line)
        default: return false
        }
        return true
    }

    private mutating func readEncoding(_ value: Substring, line: Int) throws(SDPError) {
        let (type, rest) = SDPText.cut(value, " ")
        let parts = SDPText.split(rest ?? "", "/")
        guard parts.count >= 2, let clockRate = Int(SDPText.trim(parts[1])), clockRate > 0 else {
            throw SDPError(line: line, reason: "rtpmap has no encoding and clock rate")
        }
        try update(type, line: line) { payload in
            payload.encodingName = SDPText.trim(parts[0])
            payload.clockRate = clockRate
            payload.channels = parts.count > 2 ? Int(SDPText.trim(parts[2])) : nil
        }
    }

    /// Changes the payload type written as `type`; one that the `m=` line does not list is passed over.
    private mutating func update(
        _ type: Substring,
        line: Int,
        _ change: (inout SDPPayload) -> Void
    ) throws(SDPError) {
        guard let type = UInt8(type), type < 128 else {
            throw SDPError(line: line, reason: "the payload type is not 0 through 127")
        }
        guard let index = payloads.firstIndex(where: { $0.type == type }) else { return }
        change(&payloads[index])
    }

    private mutating func readExtension(_ value: Substring, line: Int) throws(SDPError) {
        let fields = SDPText.fields(value)
        guard fields.count >= 2 else { throw SDPError(line: line, reason: "extmap has no URI") }
        let (number, direction) = SDPText.cut(fields[0], "/")
        guard let id = UInt16(number) else { throw SDPError(line: line, reason: "extmap has no identifier") }
        // Identifiers from 256 on only offer what an answer may give a smaller one (RFC 8285 §5).
        guard let id = UInt8(exactly: id), id != 0, id != 15 else {
            attributes.append(SDPAttribute(name: "extmap", value: String(value)))
            return
        }
        guard extensionMaps.count < 255 else { throw SDPError(line: line, reason: "more than 255 extmap lines") }
        extensionMaps.append(
            SDPExtensionMap(
                id: id,
                uri: String(fields[1]),
                direction: direction.flatMap { SDPDirection(rawValue: String($0)) }
            )
        )
    }

    // MARK: - Streams

    private mutating func readStream(_ name: Substring, _ value: Substring, line: Int) throws(SDPError) -> Bool {
        switch name {
        case "msid":
            let fields = SDPText.fields(value)
            guard let stream = fields.first else { throw SDPError(line: line, reason: "msid has no stream") }
            if streamIDs.count < Self.maximumSources {
                streamIDs.append(
                    SDPStreamID(stream: String(stream), track: fields.count > 1 ? String(fields[1]) : nil)
                )
            }
        case "ssrc": try readSource(value, line: line)
        case "ssrc-group": try readSourceGroup(value, line: line)
        case "rid": try readRid(value, line: line)
        case "simulcast": simulcast = try SDPSimulcast(parsing: value, line: line)
        default: return false
        }
        return true
    }

    private mutating func readSource(_ value: Substring, line: Int) throws(SDPError) {
        let (number, rest) = SDPText.cut(value, " ")
        guard let number = UInt32(number) else { throw SDPError(line: line, reason: "ssrc is not a 32-bit number") }
        let (name, text) = SDPText.cut(rest ?? "", ":")
        let attribute = SDPAttribute(name: String(name), value: text.map(String.init))
        if let index = sources.firstIndex(where: { $0.ssrc.rawValue == number }) {
            guard sources[index].attributes.count < Self.maximumSources else {
                throw SDPError(line: line, reason: "more than \(Self.maximumSources) lines about one ssrc")
            }
            sources[index].attributes.append(attribute)
        } else {
            guard sources.count < Self.maximumSources else {
                throw SDPError(line: line, reason: "more than \(Self.maximumSources) ssrcs in one section")
            }
            sources.append(SDPSource(ssrc: SSRC(rawValue: number), attributes: [attribute]))
        }
    }

    private mutating func readSourceGroup(_ value: Substring, line: Int) throws(SDPError) {
        let fields = SDPText.fields(value)
        let numbers = fields.dropFirst().compactMap { UInt32($0) }
        guard let semantics = fields.first, numbers.count == fields.count - 1 else {
            throw SDPError(line: line, reason: "ssrc-group does not list 32-bit numbers")
        }
        guard numbers.count <= Self.maximumSources, sourceGroups.count < Self.maximumSources else {
            throw SDPError(line: line, reason: "more than \(Self.maximumSources) ssrcs or groups of them")
        }
        sourceGroups.append(
            SDPSourceGroup(semantics: String(semantics), sources: numbers.map(SSRC.init(rawValue:)))
        )
    }

    private mutating func readRid(_ value: Substring, line: Int) throws(SDPError) {
        let fields = SDPText.fields(value)
        guard fields.count >= 2, let direction = SDPRid.Direction(rawValue: String(fields[1])) else {
            throw SDPError(line: line, reason: "rid does not say send or recv")
        }
        guard rids.count < Self.maximumSources else {
            throw SDPError(line: line, reason: "more than \(Self.maximumSources) rids in one section")
        }
        rids.append(
            SDPRid(
                id: String(fields[0]),
                direction: direction,
                restrictions: fields.count > 2 ? fields[2...].joined(separator: " ") : nil
            )
        )
    }
}

extension SDPSimulcast {
    /// Reads `send f;h,x;~q recv a`, and the form of old drafts, `send rid=f;h;q`.
    fileprivate init(parsing value: Substring, line: Int) throws(SDPError) {
        self.init()
        var fields = SDPText.fields(value)[...]
        while let direction = fields.popFirst() {
            guard let list = fields.popFirst() else {
                throw SDPError(line: line, reason: "simulcast has a direction without streams")
            }
            let streams = SDPText.split(list.hasPrefix("rid=") ? list.dropFirst(4) : list, ";")
            let names = streams.map { stream -> String in
                let first = SDPText.cut(stream, ",").0
                return String(first.hasPrefix("~") ? first.dropFirst() : first)
            }
            switch direction {
            case "send": send = names
            case "recv": receive = names
            default: throw SDPError(line: line, reason: "simulcast does not say send or recv")
            }
        }
    }
}

extension SDPTransport {
    /// Takes in one attribute; `false` when it is not about the transport.
    mutating func read(_ name: Substring, _ value: Substring, line: Int) throws(SDPError) -> Bool {
        switch name {
        case "ice-ufrag": iceUfrag = try Self.credential(value, lengths: 4...256, line: line)
        case "ice-pwd": icePwd = try Self.credential(value, lengths: 22...256, line: line)
        case "ice-options": iceOptions = SDPText.fields(value).map(String.init)
        case "setup":
            guard let setup = SDPSetup(rawValue: String(value)) else {
                throw SDPError(line: line, reason: "setup is not active, passive, actpass or holdconn")
            }
            self.setup = setup
        case "fingerprint":
            let fields = SDPText.fields(value)
            // A SHA-512 takes 191 characters.
            guard fields.count == 2, fields[1].utf8.count <= 191, fingerprints.count < 8 else {
                throw SDPError(line: line, reason: "fingerprint is not a hash function and a hash")
            }
            fingerprints.append(SDPFingerprint(algorithm: String(fields[0]), value: String(fields[1])))
        default: return false
        }
        return true
    }

    /// Lengths are those of RFC 8839 §5.4.
    private static func credential(
        _ value: Substring,
        lengths: ClosedRange<Int>,
        line: Int
    ) throws(SDPError) -> String {
        guard lengths.contains(value.utf8.count) else {
            throw SDPError(
                line: line,
                reason: "an ICE credential has \(value.utf8.count) characters, not \(lengths.lowerBound) through 256"
            )
        }
        return String(value)
    }
}
