extension ICECandidate {
    /// No candidate line of a sane peer is longer; the longest real ones have about 250 characters.
    private static let maximumLineLength = 1024

    /// Reads a line such as `candidate:1 1 udp 2130706431 192.0.2.1 7882 typ host`, with or without `a=` before it.
    ///
    /// Extension attributes that are not known are ignored (RFC 8839 §5.1).
    public init(parsing line: String) throws(ICECandidateError) {
        guard line.utf8.count <= Self.maximumLineLength else { throw .malformed(reason: "line is too long") }
        var rest = Substring(line)
        if rest.hasPrefix("a=") { rest = rest.dropFirst(2) }
        guard rest.hasPrefix("candidate:") else { throw .malformed(reason: "it does not begin with “candidate:”") }
        let fields = rest.dropFirst("candidate:".count).split(whereSeparator: \.isWhitespace).map(String.init)
        guard fields.count >= 8, fields[6] == "typ" else {
            throw .malformed(reason: "the eight fields up to the type are not there")
        }
        guard (1...32).contains(fields[0].utf8.count) else { throw .malformed(reason: "foundation length") }
        guard let component = UInt16(fields[1]), (1...256).contains(component) else {
            throw .malformed(reason: "component is not 1 through 256")
        }
        guard let priority = UInt32(fields[3]) else { throw .malformed(reason: "priority is not a 32-bit number") }
        guard let port = UInt16(fields[5]) else { throw .malformed(reason: "port is not a 16-bit number") }
        guard let kind = Kind(rawValue: fields[7]) else { throw .malformed(reason: "unknown type") }
        guard let transport = TransportProtocol(rawValue: fields[2].lowercased()) else { throw .unsupportedTransport }
        guard let ip = IPAddress(fields[4]) else { throw .hostName }
        self.init(
            foundation: fields[0],
            component: component,
            transport: transport,
            priority: priority,
            address: TransportAddress(ip: ip, port: port),
            kind: kind
        )
        readExtensions(fields[8...])
    }

    private mutating func readExtensions(_ fields: ArraySlice<String>) {
        var relatedIP: IPAddress?
        var relatedPort: UInt16?
        var index = fields.startIndex
        while index + 1 < fields.endIndex {
            let value = fields[index + 1]
            switch fields[index] {
            case "raddr": relatedIP = IPAddress(value)
            case "rport": relatedPort = UInt16(value)
            case "tcptype": tcpType = TCPType(rawValue: value)
            case "ufrag": usernameFragment = value
            default: break
            }
            index += 2
        }
        if let relatedIP, let relatedPort {
            relatedAddress = TransportAddress(ip: relatedIP, port: relatedPort)
        }
    }

    /// The line without `a=`, as both SDP and trickled candidates need it.
    public func serialized() -> String {
        var line = "candidate:\(foundation) \(component) \(transport.rawValue) \(priority) "
        line += "\(address.ip) \(address.port) typ \(kind.rawValue)"
        if let relatedAddress { line += " raddr \(relatedAddress.ip) rport \(relatedAddress.port)" }
        if let tcpType { line += " tcptype \(tcpType.rawValue)" }
        if let usernameFragment { line += " ufrag \(usernameFragment)" }
        return line
    }
}
