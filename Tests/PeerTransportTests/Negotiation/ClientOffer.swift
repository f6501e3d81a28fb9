/// Offers in the shape that the Rust client engine 1.2.1 (libwebrtc) makes them.
struct ClientOffer {
    var sections: [String] = []
    var mids: [String] = []
    var ufrag = "c1ie"
    var fingerprint = Array(repeating: "AB", count: 32).joined(separator: ":")
    var setup = "actpass"

    /// Three placeholders to receive audio, three to receive video, and data channels.
    static var initial: ClientOffer {
        var offer = ClientOffer()
        for _ in 0..<3 { offer.addReceiver(audio: true) }
        for _ in 0..<3 { offer.addReceiver(audio: false) }
        offer.addApplication()
        return offer
    }

    var text: String {
        """
        v=0
        o=- 4611731400430051336 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE \(mids.joined(separator: " "))
        a=extmap-allow-mixed
        a=msid-semantic: WMS

        """.replacing("\n", with: "\r\n") + sections.map { $0.replacing("\n", with: "\r\n") }.joined()
    }

    mutating func addReceiver(audio: Bool) {
        add(audio ? audioSection(direction: "recvonly") : videoSection(direction: "recvonly"))
    }

    mutating func addAudioSender(cid: String, extra: String = "") {
        add(
            audioSection(direction: "sendonly") + """
                a=msid:- \(cid)
                a=ssrc:3735928559 cname:kW0Q
                a=ssrc:3735928559 msid:- \(cid)

                """ + extra
        )
    }

    /// A simulcast of one codec, without sources, the largest layer first.
    mutating func addVideoSender(cid: String) {
        add(
            """
            m=video 9 UDP/TLS/RTP/SAVPF 96
            c=IN IP4 0.0.0.0
            a=rtcp:9 IN IP4 0.0.0.0
            \(transportLines)
            a=mid:\(mids.count)
            a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
            a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
            a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
            a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
            a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
            a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
            a=extmap:12 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension
            a=sendonly
            a=msid:- \(cid)
            a=rtcp-mux
            a=rtcp-rsize
            a=rtpmap:96 VP8/90000
            a=rtcp-fb:96 goog-remb
            a=rtcp-fb:96 transport-cc
            a=rtcp-fb:96 ccm fir
            a=rtcp-fb:96 nack
            a=rtcp-fb:96 nack pli
            a=rid:f send
            a=rid:h send
            a=rid:q send
            a=simulcast:send f;h;q

            """
        )
    }

    mutating func addApplication() {
        add(
            """
            m=application 9 UDP/DTLS/SCTP webrtc-datachannel
            c=IN IP4 0.0.0.0
            \(transportLines)
            a=mid:\(mids.count)
            a=sctp-port:5000
            a=max-message-size:262144

            """
        )
    }

    mutating func add(_ section: String) {
        sections.append(section)
        mids.append("\(mids.count)")
    }

    private var transportLines: String {
        """
        a=ice-ufrag:\(ufrag)
        a=ice-pwd:0123456789abcdef01234567
        a=ice-options:trickle goog-sped-v1
        a=fingerprint:sha-256 \(fingerprint)
        a=setup:\(setup)
        """
    }

    private func audioSection(direction: String) -> String {
        """
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        \(transportLines)
        a=mid:\(mids.count)
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=\(direction)
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:111 opus/48000/2
        a=rtcp-fb:111 transport-cc
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:63 red/48000/2
        a=fmtp:63 111/111
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:13 CN/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000

        """
    }

    private static let h264 = [
        (103, "42001f", 1), (107, "42001f", 0), (109, "42e01f", 1), (115, "42e01f", 0), (117, "4d001f", 1),
        (39, "4d001f", 0),
    ]

    private func videoSection(direction: String) -> String {
        let retransmissions = [
            103: 104, 107: 108, 109: 114, 115: 116, 117: 118, 39: 40, 96: 97, 45: 46, 98: 99, 100: 101, 119: 120,
        ]
        var codecs: [(Int, String, String)] = [(96, "VP8", "")]
        codecs += Self.h264.map {
            ($0.0, "H264", "level-asymmetry-allowed=1;packetization-mode=\($0.2);profile-level-id=\($0.1)")
        }
        codecs += [
            (45, "AV1", "level-idx=5;profile=0;tier=0"), (98, "VP9", "profile-id=0"), (100, "VP9", "profile-id=2"),
        ]
        codecs += [(119, "red", "")]
        var formats: [String] = []
        var lines: [String] = []
        for (payloadType, name, format) in codecs {
            formats.append("\(payloadType)")
            lines.append("a=rtpmap:\(payloadType) \(name)/90000")
            if name != "red" {
                for feedback in ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"] {
                    lines.append("a=rtcp-fb:\(payloadType) \(feedback)")
                }
            }
            if !format.isEmpty { lines.append("a=fmtp:\(payloadType) \(format)") }
            if let repair = retransmissions[payloadType] {
                formats.append("\(repair)")
                lines.append("a=rtpmap:\(repair) rtx/90000")
                lines.append("a=fmtp:\(repair) apt=\(payloadType)")
            }
        }
        formats.append("121")
        lines.append("a=rtpmap:121 ulpfec/90000")
        return """
            m=video 9 UDP/TLS/RTP/SAVPF \(formats.joined(separator: " "))
            c=IN IP4 0.0.0.0
            a=rtcp:9 IN IP4 0.0.0.0
            \(transportLines)
            a=mid:\(mids.count)
            a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
            a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
            a=extmap:13 urn:3gpp:video-orientation
            a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
            a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
            a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type
            a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
            a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
            a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
            a=\(direction)
            a=rtcp-mux
            a=rtcp-rsize
            \(lines.joined(separator: "\n"))

            """
    }
}
