import MediaWire
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("::1", "::1"), ("::", "::"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:db8::1:0:0:1", "2001:db8::1:0:0:1"), ("::ffff:192.0.2.1", "::ffff:c000:201"), ("fe80::", "fe80::"),
    ])
    func `addresses are read and written canonically`(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(bytes: address.bytes) == address)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.+4", "1..2.3", "a.b.c.d", ":", ":::", "1::2::3",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::12345", "::g", "fe80::1%eth0", "[::1]", "::+1",
        "::1.2.3", "x.local", "1.2.3.4::",
    ])
    func `other text is no address`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `addresses know their range`() throws {
        for text in ["127.0.0.1", "127.9.9.9", "::1"] { #expect(try #require(IPAddress(text)).isLoopback) }
        for text in ["10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd00::1", "fc00::1"] {
            #expect(try #require(IPAddress(text)).isPrivate)
        }
        for text in ["169.254.1.1", "fe80::1", "febf::1"] { #expect(try #require(IPAddress(text)).isLinkLocal) }
        for text in ["172.32.0.1", "192.169.0.1", "8.8.8.8", "2001:db8::1", "fec0::1"] {
            let address = try #require(IPAddress(text))
            #expect(!address.isPrivate && !address.isLoopback && !address.isLinkLocal)
        }
        #expect(IPAddress(v4: (127, 0, 0, 1)) == IPAddress("127.0.0.1"))
    }

    @Test func `transport addresses put IPv6 in brackets`() throws {
        #expect(TransportAddress(ip: try #require(IPAddress("::1")), port: 80).description == "[::1]:80")
        #expect(TransportAddress(ip: .v4(0x0102_0304), port: 80).description == "1.2.3.4:80")
    }

    @Test(arguments: [
        "candidate:1 1 udp 2130706431 192.0.2.1 7882 typ host",
        "candidate:842163049 1 udp 1677729535 203.0.113.9 46154 typ srflx raddr 10.0.0.5 rport 46154",
        "candidate:2 1 tcp 1518280447 192.0.2.1 7881 typ host tcptype passive",
        "candidate:3 1 udp 100 2001:db8::1 50000 typ relay raddr 192.0.2.1 rport 1 ufrag abcd",
    ])
    func `candidate lines survive a round trip`(line: String) throws {
        #expect(try ICECandidate(parsing: line).serialized() == line)
        #expect(try ICECandidate(parsing: "a=" + line).serialized() == line)
    }

    @Test func `unknown candidate extensions are ignored`() throws {
        let line = "candidate:1 1 UDP 5 192.0.2.1 9 typ host generation 0 network-id 1 network-cost 10 ufrag xyz"
        let candidate = try ICECandidate(parsing: line)
        #expect(candidate.transport == .udp)
        #expect(candidate.usernameFragment == "xyz")
    }

    @Test(arguments: [
        ("candidate:1 1 udp 5 3e8d1c2b-1111.local 9 typ host", ICECandidateError.hostName),
        ("candidate:1 1 ssltcp 5 192.0.2.1 9 typ host", .unsupportedTransport),
    ])
    func `candidates that may be ignored say so`(line: String, error: ICECandidateError) {
        #expect(throws: error) { try ICECandidate(parsing: line) }
    }

    @Test(arguments: [
        "", "candidate:", "candidate:1 1 udp 5 192.0.2.1 9 typ", "candidate:1 0 udp 5 192.0.2.1 9 typ host",
        "candidate:1 1 udp -5 192.0.2.1 9 typ host", "candidate:1 1 udp 5 192.0.2.1 99999 typ host",
        "candidate:1 1 udp 5 192.0.2.1 9 typ guest", "candidate:1 1 udp 99999999999 192.0.2.1 9 typ host",
        "candidate:" + String(repeating: "a", count: 2_000) + " 1 udp 5 192.0.2.1 9 typ host",
    ])
    func `malformed candidates are refused`(line: String) {
        #expect {
            try ICECandidate(parsing: line)
        } throws: {
            if case .malformed = $0 as? ICECandidateError { true } else { false }
        }
    }
}
