extension SessionDescription {
    /// The description as text, with CR LF after every line.
    public func serialized() -> String {
        var lines = SDPLines()
        lines.add("v=0")
        lines.add(
            "o=\(origin.username) \(origin.sessionID) \(origin.sessionVersion) IN "
                + "\(origin.address.utf8.contains(UInt8(ascii: ":")) ? "IP6" : "IP4") \(origin.address)"
        )
        lines.add("s=\(sessionName)")
        if let connection { lines.add("c=\(connection)") }
        lines.add("t=0 0")
        for group in groups { lines.add("a=group:\(([group.semantics] + group.mids).joined(separator: " "))") }
        if extmapAllowMixed { lines.add("a=extmap-allow-mixed") }
        if iceLite { lines.add("a=ice-lite") }
        lines.add(transport)
        lines.add(attributes)
        for media in media { media.serialize(into: &lines) }
        return lines.text
    }
}

extension SDPMedia {
    fileprivate func serialize(into lines: inout SDPLines) {
        let formats = isRTP ? payloads.map { String($0.type) } : formats
        lines.add("m=\(([mediaType, String(port), protocolName] + formats).joined(separator: " "))")
        lines.add("c=\(connection ?? "IN IP4 0.0.0.0")")
        for bandwidth in bandwidths { lines.add("b=\(bandwidth)") }
        for candidate in candidates { lines.add("a=\(candidate.serialized())") }
        if endOfCandidates { lines.add("a=end-of-candidates") }
        lines.add(transport)
        if let mid { lines.add("a=mid:\(mid)") }
        if extmapAllowMixed { lines.add("a=extmap-allow-mixed") }
        for map in extensionMaps {
            lines.add("a=extmap:\(map.id)\(map.direction.map { "/\($0.rawValue)" } ?? "") \(map.uri)")
        }
        if isRTP || direction != .sendrecv { lines.add("a=\(direction.rawValue)") }
        for streamID in streamIDs { lines.add("a=msid:\(streamID.text)") }
        if rtcpMux { lines.add("a=rtcp-mux") }
        if rtcpReducedSize { lines.add("a=rtcp-rsize") }
        if bundleOnly { lines.add("a=bundle-only") }
        for payload in payloads { payload.serialize(into: &lines) }
        serializeStreams(into: &lines)
        if let sctpPort { lines.add("a=sctp-port:\(sctpPort)") }
        if let maxMessageSize { lines.add("a=max-message-size:\(maxMessageSize)") }
        lines.add(attributes)
    }

    private func serializeStreams(into lines: inout SDPLines) {
        for rid in rids {
            lines.add("a=rid:\(rid.id) \(rid.direction.rawValue)\(rid.restrictions.map { " \($0)" } ?? "")")
        }
        if let simulcast {
            var parts: [String] = []
            if !simulcast.send.isEmpty { parts.append("send \(simulcast.send.joined(separator: ";"))") }
            if !simulcast.receive.isEmpty { parts.append("recv \(simulcast.receive.joined(separator: ";"))") }
            if !parts.isEmpty { lines.add("a=simulcast:\(parts.joined(separator: " "))") }
        }
        for group in sourceGroups {
            lines.add("a=ssrc-group:\(([group.semantics] + group.sources.map(\.description)).joined(separator: " "))")
        }
        for source in sources {
            for attribute in source.attributes { lines.add("a=ssrc:\(source.ssrc) \(attribute.text)") }
        }
    }
}

extension SDPPayload {
    fileprivate func serialize(into lines: inout SDPLines) {
        if !encodingName.isEmpty {
            lines.add("a=rtpmap:\(type) \(encodingName)/\(clockRate)\(channels.map { "/\($0)" } ?? "")")
        }
        for feedback in feedback { lines.add("a=rtcp-fb:\(type) \(feedback)") }
        if let parameters { lines.add("a=fmtp:\(type) \(parameters)") }
    }
}

/// Gathers the lines of a description.
private struct SDPLines {
    private(set) var text = ""

    mutating func add(_ line: String) {
        // A line break in a name that came from elsewhere would let it add lines of its own.
        text.append(line.utf8.contains { $0 < 0x20 } ? String(line.map { $0.isNewline ? " " : $0 }) : line)
        text.append("\r\n")
    }

    mutating func add(_ attributes: [SDPAttribute]) {
        for attribute in attributes { add("a=\(attribute.text)") }
    }

    mutating func add(_ transport: SDPTransport) {
        if let ufrag = transport.iceUfrag { add("a=ice-ufrag:\(ufrag)") }
        if let password = transport.icePwd { add("a=ice-pwd:\(password)") }
        if !transport.iceOptions.isEmpty { add("a=ice-options:\(transport.iceOptions.joined(separator: " "))") }
        for fingerprint in transport.fingerprints { add("a=fingerprint:\(fingerprint.algorithm) \(fingerprint.value)") }
        if let setup = transport.setup { add("a=setup:\(setup.rawValue)") }
    }
}
