/// Descriptions in the shape that clients send, with made-up keys.
enum SDPFixtures {
    private static let fingerprint = (0..<32).map { _ in "AB" }.joined(separator: ":")

    /// The first offer of a Rust client (libwebrtc): placeholders to receive on, and data channels.
    static let libwebrtcOffer = """
        v=0
        o=- 4611731400430051336 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1 2
        a=extmap-allow-mixed
        a=msid-semantic: WMS
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:Ab+/
        a=ice-pwd:0123456789abcdefghijklmn
        a=ice-options:trickle renomination
        a=fingerprint:sha-256 \(fingerprint)
        a=setup:actpass
        a=mid:0
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=recvonly
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
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 103 104
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:Ab+/
        a=ice-pwd:0123456789abcdefghijklmn
        a=ice-options:trickle renomination
        a=fingerprint:sha-256 \(fingerprint)
        a=setup:actpass
        a=mid:1
        a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
        a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
        a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
        a=recvonly
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:96 VP8/90000
        a=rtcp-fb:96 goog-remb
        a=rtcp-fb:96 transport-cc
        a=rtcp-fb:96 ccm fir
        a=rtcp-fb:96 nack
        a=rtcp-fb:96 nack pli
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        a=rtpmap:103 H264/90000
        a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
        a=rtpmap:104 rtx/90000
        a=fmtp:104 apt=103
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=ice-ufrag:Ab+/
        a=ice-pwd:0123456789abcdefghijklmn
        a=ice-options:trickle renomination
        a=fingerprint:sha-256 \(fingerprint)
        a=setup:actpass
        a=mid:2
        a=sctp-port:5000
        a=sctp-init:ABEiM0RVZneImaq7
        a=max-message-size:262144

        """

    /// A section that publishes simulcast video by rids, and one by the groups of sources of old clients.
    static let simulcastOffer = """
        v=0
        o=mozilla...THIS_IS_SDPARTA-99.0 8263545261 0 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=fingerprint:SHA-256 \(fingerprint.lowercased())
        a=group:BUNDLE 7 8
        a=ice-options:trickle
        a=msid-semantic:WMS *
        a=setup:actpass
        a=ice-ufrag:8a9b
        a=ice-pwd:abcdefghijklmnopqrstuvwxyz012345
        m=video 54321 UDP/TLS/RTP/SAVPF 96 97
        c=IN IP4 203.0.113.9
        b=AS:2500
        a=candidate:0 1 UDP 2122252543 192.0.2.4 54321 typ host
        a=candidate:1 1 UDP 1686052863 203.0.113.9 54321 typ srflx raddr 192.0.2.4 rport 54321
        a=candidate:2 1 UDP 2122187007 8f2c7a10-3c8b-4a1e-8c1f-2b7d2f3a4e5b.local 54322 typ host
        a=end-of-candidates
        a=sendonly
        a=extmap:4/sendonly urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:4096 urn:example:too-many
        a=fmtp:97 apt=96
        a=mid:7
        a=msid:- {4f5c1b9e-0001}
        a=rid:f send
        a=rid:h send pt=96;max-width=640
        a=rid:q send
        a=rtcp-fb:* nack
        a=rtcp-mux
        a=rtpmap:96 VP8/90000
        a=rtpmap:97 rtx/90000
        a=simulcast:send f;h,x;~q recv z
        a=x-unknown-flag
        a=x-unknown:with:colons
        m=video 0 UDP/TLS/RTP/SAVPF 96
        c=IN IP4 0.0.0.0
        a=bundle-only
        a=mid:8
        a=sendrecv
        a=msid:stream track
        a=rtpmap:96 VP8/90000
        a=ssrc-group:SIM 1001 1002 1003
        a=ssrc-group:FID 1001 2001
        a=ssrc:1001 cname:name of it
        a=ssrc:1001 msid:stream track
        a=ssrc:1002 cname:name of it
        a=ssrc:4294967295 cname:last

        """
}
