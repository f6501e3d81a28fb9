import MediaWire

extension ICEFragment {
    /// Bytes of a fragment: sixty-four candidates with long extensions take about half of it.
    static let maximumLength = 32 << 10
    /// Lines of a fragment.
    static let maximumLines = 512
    /// Candidates that are kept, as many as an agent pairs; others are left out.
    static let maximumCandidates = 64
    /// Sections a fragment may name.
    static let maximumSections = 64

    /// Reads a fragment.
    ///
    /// Candidates that cannot be used (host names, unknown transports) are left out, as RFC 9725 §4.3.2 asks. Lines that
    /// say nothing of ICE are skipped, whole descriptions are therefore taken too.
    init(parsing text: String) throws(Fault) {
        guard text.utf8.count <= Self.maximumLength else {
            throw Fault(line: 0, reason: "the fragment is longer than \(Self.maximumLength) bytes")
        }
        var reader = Reader()
        var isEmpty = true
        let lines = text.utf8.split(omittingEmptySubsequences: false) { $0 == 10 }
        guard lines.count <= Self.maximumLines else {
            throw Fault(line: 0, reason: "the fragment has more than \(Self.maximumLines) lines")
        }
        for (index, bytes) in lines.enumerated() {
            let line = Substring(bytes.last == 13 ? bytes.dropLast() : bytes)
            guard !line.isEmpty else { continue }
            isEmpty = false
            try reader.read(line, number: index + 1)
        }
        guard !isEmpty else { throw Fault(line: 0, reason: "the fragment is empty") }
        try reader.closeSection(at: lines.count)
        self = reader.fragment
    }
}

/// Collects what the lines of a fragment say.
private struct Reader {
    var fragment = ICEFragment()
    /// Credentials of the section being read, or of the part before the first.
    private var ufrag: String?
    private var password: String?

    mutating func read(_ line: Substring, number: Int) throws(ICEFragment.Fault) {
        let bytes = Array(line.utf8.prefix(2))
        guard bytes.count == 2, bytes[1] == UInt8(ascii: "="), (97...122).contains(bytes[0]) else {
            throw ICEFragment.Fault(line: number, reason: "it is not of the form letter=value")
        }
        if bytes[0] == UInt8(ascii: "m") {
            try closeSection(at: number)
        } else if bytes[0] == UInt8(ascii: "a") {
            try readAttribute(Substring(line.utf8.dropFirst(2)), number: number)
        }
    }

    private mutating func readAttribute(_ text: Substring, number: Int) throws(ICEFragment.Fault) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1).map { Substring($0) }
        let value = parts.count == 2 ? parts[1] : ""
        switch parts.first.map({ String($0) }) ?? "" {
        case "ice-ufrag":
            ufrag = try credential(value, lengths: 4...256, name: "a=ice-ufrag", number: number)
        case "ice-pwd":
            password = try credential(value, lengths: 22...256, name: "a=ice-pwd", number: number)
        case "mid": try readMid(value, number: number)
        case "candidate": try readCandidate(text, number: number)
        case "end-of-candidates": fragment.isEndOfCandidates = true
        default: break
        }
    }

    /// RFC 8839 §5.4: letters, digits, `+` and `/`; LiveKit's servers and others write `-` and `_` too.
    private func credential(
        _ value: Substring,
        lengths: ClosedRange<Int>,
        name: String,
        number: Int
    ) throws(ICEFragment.Fault) -> String {
        let characters = value.utf8
        guard lengths.contains(characters.count) else {
            throw ICEFragment.Fault(
                line: number,
                reason: "\(name) has \(characters.count) characters, not \(lengths.lowerBound) to \(lengths.upperBound)"
            )
        }
        guard characters.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ICEFragment.Fault(line: number, reason: "\(name) has characters other than printable ASCII")
        }
        return String(value)
    }

    private mutating func readMid(_ value: Substring, number: Int) throws(ICEFragment.Fault) {
        guard fragment.mids.count < ICEFragment.maximumSections else {
            throw ICEFragment.Fault(line: number, reason: "more than \(ICEFragment.maximumSections) sections are named")
        }
        fragment.mids.append(String(decoding: value.utf8.prefix(64), as: UTF8.self))
    }

    private mutating func readCandidate(_ text: Substring, number: Int) throws(ICEFragment.Fault) {
        let candidate: ICECandidate
        do {
            candidate = try ICECandidate(parsing: String(text))
        } catch .malformed(let reason) {
            throw ICEFragment.Fault(line: number, reason: "the candidate is malformed: \(reason)")
        } catch {
            return
        }
        guard fragment.candidates.count < ICEFragment.maximumCandidates else { return }
        fragment.candidates.append(candidate)
    }

    /// A section is over: its credentials must be those of the others, since all share one transport.
    mutating func closeSection(at number: Int) throws(ICEFragment.Fault) {
        defer { (ufrag, password) = (nil, nil) }
        guard let ufrag, let password else {
            guard ufrag == nil, password == nil else {
                throw ICEFragment.Fault(line: number, reason: "a=ice-ufrag and a=ice-pwd come together, not one alone")
            }
            return
        }
        let credentials = ICEFragment.Credentials(ufrag: ufrag, password: password)
        guard fragment.credentials == nil || fragment.credentials == credentials else {
            throw ICEFragment.Fault(
                line: number,
                reason: "two sections have different ICE credentials, but one transport"
            )
        }
        fragment.credentials = credentials
    }
}
