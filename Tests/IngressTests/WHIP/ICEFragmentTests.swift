import MediaWire
import Testing

@testable import Ingress

@Suite struct ICEFragmentTests {
    /// The shape of the example in RFC 9725 §4.3.2, as Chromium's candidates are.
    static let trickle = OfferFixture.lines(
        """
        a=group:BUNDLE 0 1
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        a=mid:0
        a=ice-ufrag:EsAw
        a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
        a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1
        a=candidate:3471623853 1 udp 2122194687 6b1f0f0a-3e5b.local 61765 typ host generation 0 ufrag EsAw
        a=candidate:473322822 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active generation 0 ufrag EsAw
        a=end-of-candidates
        """
    )

    @Test func `a fragment of a browser is read and its hidden address left out`() throws {
        let fragment = try ICEFragment(parsing: Self.trickle)
        #expect(fragment.credentials == .init(ufrag: "EsAw", password: "P2uYro0UCOQ4zxjKXaWCBui1"))
        #expect(fragment.candidates.map(\.address.port) == [61764, 9])
        #expect(fragment.mids == ["0"])
        #expect(fragment.isEndOfCandidates)
    }

    @Test func `bare line feeds, session credentials and the end alone are taken`() throws {
        let fragment = try ICEFragment(parsing: "a=ice-ufrag:EsAw\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\nm=audio 9 X 0\n")
        #expect(fragment.credentials?.ufrag == "EsAw")
        #expect(try ICEFragment(parsing: "a=end-of-candidates").isEndOfCandidates)
    }

    @Test func `what is written is read again`() throws {
        var fragment = try ICEFragment(parsing: Self.trickle)
        fragment.mids = ["0", "1"]
        let text = fragment.serialized(bundle: ["0", "1"], mediaType: "audio")
        var read = try ICEFragment(parsing: text)
        #expect(read.mids == ["0"])
        read.mids = fragment.mids
        #expect(read == fragment)
        #expect(text.contains("a=group:BUNDLE 0 1\r\n"))
        #expect(text.split(separator: "\r\n").allSatisfy { $0.dropFirst().first == "=" })
    }

    static let malformed: [(String, String)] = [
        ("", "empty"),
        ("\r\n\r\n", "empty"),
        ("hello", "letter=value"),
        ("a=ice-ufrag:abc\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1", "3 characters"),
        ("a=ice-ufrag:abcd\r\na=ice-pwd:short", "5 characters"),
        ("a=ice-ufrag:abcd", "together"),
        ("a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1", "together"),
        ("a=ice-ufrag:ab\u{7}d\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1", "ASCII"),
        ("a=candidate:1 1 udp", "malformed"),
        ("a=candidate:1 1 udp 1 192.0.2.1 99999 typ host", "port"),
        (String(repeating: "a=x\r\n", count: 600), "lines"),
        ("a=" + String(repeating: "x", count: 40_000), "longer"),
        (
            "a=ice-ufrag:abcd\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=video 9 X 0\r\n"
                + "a=ice-ufrag:efgh\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1", "different"
        ),
    ]

    @Test(arguments: malformed) func `a malformed fragment is refused with its reason`(
        _ text: String,
        _ mentions: String
    ) throws {
        let fault = try #require(throws: ICEFragment.Fault.self) { try ICEFragment(parsing: text) }
        #expect(fault.description.contains(mentions), "\(fault)")
        #expect(!fault.description.contains("P2uYro0UCOQ4zxjKXaWCBui1"))
    }

    @Test func `candidates beyond the bound are left out`() throws {
        let lines = (0..<200).map { "a=candidate:\($0) 1 udp 1 192.0.2.1 \(1000 + $0) typ host" }
        let fragment = try ICEFragment(parsing: lines.joined(separator: "\r\n"))
        #expect(fragment.candidates.count == ICEFragment.maximumCandidates)
    }
}

@Suite struct ICEPreconditionTests {
    static let present = ICEPrecondition.Present(
        entityTag: "\"xyzzy\"",
        credentials: .init(ufrag: "EsAw", password: "P2uYro0UCOQ4zxjKXaWCBui1"),
        hasRestarted: false,
        mids: ["0", "1"]
    )

    /// A header, whether the fragment has new credentials, and the status of the answer.
    static let cases: [(header: String?, isNew: Bool, status: Int)] = [
        (nil, false, 428), (nil, true, 428),
        ("\"xyzzy\"", false, 204), ("\"xyzzy\"", true, 200),
        ("\"other\"", false, 412), ("\"other\"", true, 412),
        ("*", false, 204), ("*", true, 200), ("\"*\"", true, 200),
        ("\"other\", \"xyzzy\"", false, 204),
        ("W/\"xyzzy\"", false, 412),
        ("xyzzy", false, 412), ("", false, 412),
    ]

    @Test(arguments: cases) func `If-Match is judged by RFC 9725`(_ header: String?, _ isNew: Bool, _ status: Int)
        throws
    {
        var fragment = try ICEFragment(parsing: ICEFragmentTests.trickle)
        if isNew { fragment.credentials?.ufrag = "ysXw" }
        let decided = ICEPrecondition(header: header).decide(fragment, at: Self.present)
        let found =
            switch decided {
            case .trickle: 204
            case .restart, .repeatRestart: 200
            case .refuse(let refusal): refusal.status
            }
        #expect(found == status)
    }

    @Test func `a restart whose answer was lost is answered again`() throws {
        let fragment = try ICEFragment(parsing: ICEFragmentTests.trickle)
        var present = Self.present
        present.hasRestarted = true
        #expect(ICEPrecondition(header: "*").decide(fragment, at: present) == .repeatRestart)
        #expect(ICEPrecondition(header: "\"xyzzy\"").decide(fragment, at: present) == .trickle)
    }

    @Test func `a fragment of another section is refused`() throws {
        var fragment = try ICEFragment(parsing: ICEFragmentTests.trickle)
        fragment.mids = ["7"]
        guard case .refuse(let refusal) = ICEPrecondition(header: "*").decide(fragment, at: Self.present) else {
            Issue.record("it was taken")
            return
        }
        #expect(refusal.status == 400)
        #expect(refusal.message.contains("7"))
    }
}
