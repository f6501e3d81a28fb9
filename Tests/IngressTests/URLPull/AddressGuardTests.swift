import MediaWire
import Testing

@testable import Ingress

@Suite("The guard of a pull's addresses")
struct AddressGuardTests {
    private static func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text), "\(text)") }

    @Test(
        "refuses every range that is not the public Internet's, at its first and its last address",
        arguments: [
            ("0.0.0.0", "0.255.255.255"), ("10.0.0.0", "10.255.255.255"), ("100.64.0.0", "100.127.255.255"),
            ("127.0.0.0", "127.255.255.255"), ("169.254.0.0", "169.254.255.255"), ("172.16.0.0", "172.31.255.255"),
            ("192.0.0.0", "192.0.0.255"), ("192.0.2.0", "192.0.2.255"), ("192.88.99.0", "192.88.99.255"),
            ("192.168.0.0", "192.168.255.255"), ("198.18.0.0", "198.19.255.255"), ("198.51.100.0", "198.51.100.255"),
            ("203.0.113.0", "203.0.113.255"), ("224.0.0.0", "239.255.255.255"), ("240.0.0.0", "255.255.255.255"),
            ("168.63.129.16", "168.63.129.16"), ("169.254.169.254", "169.254.170.2"),
            ("100.100.100.200", "192.0.0.192"),
            ("::", "::1"), ("::2", "::ffff:ffff"), ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ("fec0::", "feff::1"), ("ff00::", "ff02::1"),
            ("fd00:ec2::254", "fd20:ce::254"), ("2001::", "2001:1ff:ffff::1"), ("2001:db8::", "2001:db8:ffff::1"),
            ("3fff::", "3fff:fff::1"), ("100::", "100::ffff"), ("64:ff9b:1::", "64:ff9b:1:ffff::1"),
            ("5f00::", "5f00::1"), ("4000::", "7fff::1"),
        ]
    )
    func refused(first: String, last: String) throws {
        let addressGuard = AddressGuard()
        #expect(addressGuard.refusal(of: try Self.address(first)) != nil)
        #expect(addressGuard.refusal(of: try Self.address(last)) != nil)
    }

    @Test(
        "lets the neighbours of those ranges and other public addresses through",
        arguments: [
            "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
            "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0",
            "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "8.8.8.8",
            "168.63.129.15",
            "168.63.129.17", "2000::", "2001:200::1", "2606:4700::1111", "2a00:1450::1", "3ffe:ffff::1",
        ]
    )
    func permitted(_ text: String) throws {
        #expect(AddressGuard().refusal(of: try Self.address(text)) == nil)
    }

    @Test(
        "sees through IPv6 addresses that stand for an IPv4 one",
        arguments: [
            ("::ffff:127.0.0.1", "a loopback address"), ("::ffff:10.1.2.3", "a private address"),
            ("::ffff:169.254.169.254", "a link-local address"), ("64:ff9b::7f00:1", "a loopback address"),
            ("64:ff9b::a9fe:a9fe", "a link-local address"), ("2002:7f00:1::", "a loopback address"),
            ("2002:c0a8:101::1", "a private address"),
        ]
    )
    func embedded(text: String, reason: String) throws {
        #expect(AddressGuard().refusal(of: try Self.address(text)) == reason)
    }

    @Test(
        "lets embedded public addresses through",
        arguments: ["::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
    )
    func embeddedPublic(_ text: String) throws {
        #expect(AddressGuard().refusal(of: try Self.address(text)) == nil)
    }

    @Test("lets the operator's ranges through and nothing beside them")
    func allowList() throws {
        let ranges = try ["127.0.0.1", "10.20.0.0/16", "fd00:1::/32"].map { try AddressRange($0) }
        let addressGuard = AddressGuard(allowed: ranges)
        for text in ["127.0.0.1", "::ffff:127.0.0.1", "10.20.0.0", "10.20.255.255", "::ffff:10.20.3.4", "fd00:1::5"] {
            #expect(addressGuard.refusal(of: try Self.address(text)) == nil, "\(text)")
        }
        for text in ["127.0.0.2", "::1", "10.19.255.255", "10.21.0.0", "::ffff:10.21.0.0", "fd00:2::", "192.168.0.1"] {
            #expect(addressGuard.refusal(of: try Self.address(text)) != nil, "\(text)")
        }
    }

    @Test("takes of a name's addresses those that are fit, and tells no refused one")
    func names() throws {
        let addressGuard = AddressGuard()
        let mixed = try ["10.0.0.1", "8.8.8.8", "::1"].map(Self.address)
        #expect(try addressGuard.permitted(mixed, of: "mixed.test") == [try Self.address("8.8.8.8")])
        #expect {
            _ = try addressGuard.permitted([try Self.address("10.0.0.1")], of: "inner.test")
        } throws: { error in
            let failure = error as? PullFailure
            return failure?.code == .refusedAddress && failure?.description.contains("inner.test") == true
                && failure?.description.contains("10.0.0.1") == false
        }
        #expect(throws: PullFailure.self) { _ = try addressGuard.permitted([], of: "nowhere.test") }
    }

    @Test(
        "refuses ranges that are none, and names the one that was meant",
        arguments: [
            ("", ""), ("10.0.0.0/33", ""), ("10.0.0.0/", ""), ("10.0.0.0/+8", ""), ("10.0.0/8", ""), ("host", ""),
            ("fd00::/129", ""), ("10.1.2.3/8", "10.0.0.0/8"), ("fd00::1/8", "fd00::/8"),
            ("2001:db8::1/64", "2001:db8::/64"),
        ]
    )
    func invalidRanges(text: String, meant: String) {
        #expect {
            _ = try AddressRange(text)
        } throws: { error in
            "\(error)".contains(meant)
        }
    }

    @Test("reads ranges of every width", arguments: ["0.0.0.0/0", "::/0", "10.0.0.0/32", "fd00::/128", "8000::/1"])
    func widths(_ text: String) throws {
        #expect(try AddressRange(text).description == text)
    }

    @Test("a range of all addresses of one kind holds none of the other")
    func kinds() throws {
        let everything = try AddressRange("0.0.0.0/0")
        #expect(everything.contains(try Self.address("255.1.2.3")))
        #expect(!everything.contains(try Self.address("::1")))
        #expect(try AddressRange("2001:db8:0:1::/64").contains(try Self.address("2001:db8:0:1:ffff::")))
        #expect(!(try AddressRange("2001:db8:0:1::/64").contains(try Self.address("2001:db8:0:2::"))))
        #expect(try AddressRange("::8/125").contains(try Self.address("::f")))
        #expect(!(try AddressRange("::8/125").contains(try Self.address("::10"))))
    }
}
