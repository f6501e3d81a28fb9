internal import COpenSSL
package import MediaWire

/// What ICE needs beside its agent.
package enum ICE {
    /// Our ufrag in a Binding request, by which a port shared by many peers finds the one a first packet is for: what
    /// stands before the colon of USERNAME (RFC 8445 §7.2.2).
    ///
    /// Nil if `bytes` is anything else. Nothing is verified yet.
    package static func localUfrag(ofBindingRequest bytes: [UInt8]) -> String? {
        guard
            STUNMessage.isSTUN(bytes),
            let message = try? STUNMessage(parsing: bytes),
            message.messageClass == .request, message.method == STUNMessage.binding,
            let username = message.username
        else { return nil }
        return ufrags(of: username)?.local
    }

    /// The two parts of a received USERNAME: ours first.
    static func ufrags(of username: String) -> (local: String, remote: String)? {
        guard let colon = username.firstIndex(of: ":") else { return nil }
        return (String(username[..<colon]), String(username[username.index(after: colon)...]))
    }

    /// HMAC-SHA1, with which STUN messages are signed.
    static func hmacSHA1(key: [UInt8], data: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 20)
        let result = HMAC(EVP_sha1(), key, Int32(key.count), data, data.count, &code, nil)
        precondition(result != nil, "HMAC-SHA1 cannot fail with valid arguments")
        return code
    }

    /// The priority of a candidate (RFC 8445 §5.1.2.1).
    package static func priority(
        of kind: ICECandidate.Kind,
        transport: TransportProtocol,
        localPreference: UInt16,
        component: UInt16 = 1
    ) -> UInt32 {
        // RFC 8445 §5.1.2.2 recommends 126, 110, 100 and 0. TCP comes after UDP of the same kind: RFC 6544 §4.2.
        let typePreference: UInt32 =
            switch (kind, transport) {
            case (.host, .udp): 126
            case (.peerReflexive, .udp): 110
            case (.serverReflexive, .udp): 100
            case (.host, .tcp): 90
            case (.peerReflexive, .tcp): 80
            case (.serverReflexive, .tcp): 75
            case (.relay, _): 0
            }
        return typePreference << 24 | UInt32(localPreference) << 8 | UInt32(256 - min(component, 256))
    }
}
