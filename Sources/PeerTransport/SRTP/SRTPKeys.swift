/// The keys of both directions, as DTLS exported them (RFC 5764 §4.2).
struct SRTPKeys {
    let profile: SRTPProfile
    /// Master key and salt of what we send, one after the other, as libsrtp wants them.
    let outbound: [UInt8]
    /// The same of what the peer sends.
    let inbound: [UInt8]

    /// Cuts the exported material: client key, server key, client salt, server salt.
    init(profile: SRTPProfile, material: [UInt8], role: DTLSRole) {
        let key = profile.keyLength
        let salt = profile.saltLength
        precondition(material.count == 2 * (key + salt), "the exporter was asked for another length")
        let client = material[..<key] + material[(2 * key)..<(2 * key + salt)]
        let server = material[key..<(2 * key)] + material[(2 * key + salt)...]
        self.profile = profile
        outbound = Array(role == .client ? client : server)
        inbound = Array(role == .client ? server : client)
    }
}
