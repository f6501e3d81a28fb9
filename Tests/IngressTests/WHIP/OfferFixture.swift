import Testing

/// Offers as publishers make them; ICE passwords and fingerprints are made up.
struct OfferFixture: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    /// Encoding names of what is taken, by kind; nil where the offer has no such section.
    var audio: [String]?
    var video: [String]?
    var rids: [String] = []

    var testDescription: String { name }

    static let fingerprint = Array(repeating: "5C", count: 32).joined(separator: ":")

    /// OBS Studio 30.2 over libdatachannel 0.21: ICE and fingerprint for the whole session, a group `LS`, declared
    /// sources, no candidates (it gathers once it has the answer), no header extensions.
    static let obs = OfferFixture(
        name: "OBS",
        text: lines(
            """
            v=0
            o=rtc 2158832026 0 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0 1
            a=group:LS 0 1
            a=msid-semantic:WMS *
            a=setup:actpass
            a=ice-ufrag:n7C4
            a=ice-pwd:Kl0vDnYbGqLcWj6Uq9w4Nz
            a=ice-options:ice2,trickle
            a=fingerprint:sha-256 \(fingerprint)
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            c=IN IP4 0.0.0.0
            a=mid:0
            a=sendonly
            a=ssrc:1420735701 cname:wOZ1R0yiSxH1ZRYx
            a=ssrc:1420735701 msid:2fG9mQyZ1lKQ0kVN 2fG9mQyZ1lKQ0kVN-audio
            a=msid:2fG9mQyZ1lKQ0kVN 2fG9mQyZ1lKQ0kVN-audio
            a=rtcp-mux
            a=rtpmap:111 opus/48000/2
            a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1
            m=video 9 UDP/TLS/RTP/SAVPF 96
            c=IN IP4 0.0.0.0
            a=mid:1
            a=sendonly
            a=ssrc:1420735702 cname:wOZ1R0yiSxH1ZRYx
            a=ssrc:1420735702 msid:2fG9mQyZ1lKQ0kVN 2fG9mQyZ1lKQ0kVN-video
            a=msid:2fG9mQyZ1lKQ0kVN 2fG9mQyZ1lKQ0kVN-video
            a=rtcp-mux
            a=rtpmap:96 H264/90000
            a=rtcp-fb:96 nack
            a=rtcp-fb:96 nack pli
            a=rtcp-fb:96 goog-remb
            a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1
            """
        ),
        audio: ["opus"],
        video: ["H264"]
    )

    /// Chromium with three simulcast layers: no declared sources, rids and their extensions, RTX, trickle.
    static let chromium = OfferFixture(
        name: "Chromium with simulcast",
        text: lines(
            """
            v=0
            o=- 4611731400430051336 2 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0 1
            a=extmap-allow-mixed
            a=msid-semantic: WMS 7a5c
            m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
            c=IN IP4 0.0.0.0
            a=rtcp:9 IN IP4 0.0.0.0
            a=ice-ufrag:EsAw
            a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
            a=ice-options:trickle
            a=fingerprint:sha-256 \(fingerprint)
            a=setup:actpass
            a=mid:0
            a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
            a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
            a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
            a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
            a=sendonly
            a=msid:7a5c 0d41
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
            a=ssrc:3735928559 cname:kW0Q
            m=video 9 UDP/TLS/RTP/SAVPF 96 97 103 104 45 46 98 99
            c=IN IP4 0.0.0.0
            a=rtcp:9 IN IP4 0.0.0.0
            a=ice-ufrag:EsAw
            a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
            a=ice-options:trickle
            a=fingerprint:sha-256 \(fingerprint)
            a=setup:actpass
            a=mid:1
            a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
            a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
            a=extmap:13 urn:3gpp:video-orientation
            a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
            a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
            a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
            a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
            a=sendonly
            a=msid:7a5c 91bb
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
            a=rtcp-fb:103 nack
            a=rtcp-fb:103 nack pli
            a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
            a=rtpmap:104 rtx/90000
            a=fmtp:104 apt=103
            a=rtpmap:45 AV1/90000
            a=rtcp-fb:45 nack
            a=rtcp-fb:45 nack pli
            a=fmtp:45 level-idx=5;profile=0;tier=0
            a=rtpmap:46 rtx/90000
            a=fmtp:46 apt=45
            a=rtpmap:98 VP9/90000
            a=rtcp-fb:98 nack
            a=rtcp-fb:98 nack pli
            a=fmtp:98 profile-id=0
            a=rtpmap:99 rtx/90000
            a=fmtp:99 apt=98
            a=rid:q send
            a=rid:h send
            a=rid:f send
            a=simulcast:send q;h;f
            """
        ),
        audio: ["opus"],
        video: ["VP8", "H264", "AV1", "VP9"],
        rids: ["q", "h", "f"]
    )

    /// GStreamer's webrtcbin 1.24 (`whipclientsink`): mids by kind and number, fingerprint for the session and for
    /// each section, ULPFEC beside the codec, a port that means bundled.
    static let gstreamer = OfferFixture(
        name: "GStreamer webrtcbin",
        text: lines(
            """
            v=0
            o=- 6330418214393541543 0 IN IP4 0.0.0.0
            s=-
            t=0 0
            a=ice-options:trickle
            a=group:BUNDLE video0 audio1
            m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99
            c=IN IP4 0.0.0.0
            a=setup:actpass
            a=ice-ufrag:gUvIZsyvQm8Hw7TKGmCBVWK0xTSqPoBx
            a=ice-pwd:rDZd+DGq0Tz3vaXAIQoYTy9P0sfrC8bu
            a=rtcp-mux
            a=rtcp-rsize
            a=sendonly
            a=rtpmap:96 H264/90000
            a=rtcp-fb:96 nack
            a=rtcp-fb:96 nack pli
            a=rtcp-fb:96 ccm fir
            a=rtcp-fb:96 transport-cc
            a=fmtp:96 packetization-mode=1;profile-level-id=42c01f;level-asymmetry-allowed=1
            a=rtpmap:97 red/90000
            a=rtpmap:98 ulpfec/90000
            a=rtpmap:99 rtx/90000
            a=fmtp:99 apt=96
            a=ssrc:2617209851 msid:user3105168417@host-9f1b video0
            a=ssrc:2617209851 cname:user3105168417@host-9f1b
            a=mid:video0
            a=fingerprint:sha-256 \(fingerprint)
            a=rtcp-mux-only
            m=audio 0 UDP/TLS/RTP/SAVPF 111
            c=IN IP4 0.0.0.0
            a=setup:actpass
            a=ice-ufrag:gUvIZsyvQm8Hw7TKGmCBVWK0xTSqPoBx
            a=ice-pwd:rDZd+DGq0Tz3vaXAIQoYTy9P0sfrC8bu
            a=bundle-only
            a=rtcp-mux
            a=rtcp-rsize
            a=sendonly
            a=rtpmap:111 OPUS/48000/2
            a=rtcp-fb:111 transport-cc
            a=fmtp:111 sprop-maxcapturerate=48000;sprop-stereo=1
            a=ssrc:3021547776 msid:user3105168417@host-9f1b audio1
            a=ssrc:3021547776 cname:user3105168417@host-9f1b
            a=mid:audio1
            a=fingerprint:sha-256 \(fingerprint)
            a=rtcp-mux-only
            """
        ),
        audio: ["opus"],
        video: ["H264"]
    )

    /// aiortc 1.9: all candidates in the offer, three fingerprints, transceivers that would also receive.
    static let aiortc = OfferFixture(
        name: "aiortc",
        text: lines(
            """
            v=0
            o=- 3909421453 3909421453 IN IP4 0.0.0.0
            s=-
            t=0 0
            a=group:BUNDLE 0 1
            a=msid-semantic:WMS *
            m=audio 50461 UDP/TLS/RTP/SAVPF 96 0 8
            c=IN IP4 192.0.2.10
            a=sendrecv
            a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
            a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level
            a=mid:0
            a=msid:1f2d 8e0a
            a=rtcp:9 IN IP4 0.0.0.0
            a=rtcp-mux
            a=ssrc:1262218871 cname:7c1e
            a=rtpmap:96 opus/48000/2
            a=rtpmap:0 PCMU/8000
            a=rtpmap:8 PCMA/8000
            a=candidate:0d1c 1 udp 2130706431 192.0.2.10 50461 typ host
            a=end-of-candidates
            a=ice-ufrag:Lr4p
            a=ice-pwd:9x0eQbWmYQ7XcA4hTbVn2k
            a=fingerprint:sha-256 \(fingerprint)
            a=setup:actpass
            m=video 50461 UDP/TLS/RTP/SAVPF 97 98 99 100
            c=IN IP4 192.0.2.10
            a=sendrecv
            a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
            a=extmap:3 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
            a=mid:1
            a=msid:1f2d 5b77
            a=rtcp:9 IN IP4 0.0.0.0
            a=rtcp-mux
            a=ssrc-group:FID 3290472251 1738846219
            a=ssrc:3290472251 cname:7c1e
            a=ssrc:1738846219 cname:7c1e
            a=rtpmap:97 VP8/90000
            a=rtcp-fb:97 nack
            a=rtcp-fb:97 nack pli
            a=rtcp-fb:97 goog-remb
            a=rtpmap:98 rtx/90000
            a=fmtp:98 apt=97
            a=rtpmap:99 H264/90000
            a=rtcp-fb:99 nack
            a=rtcp-fb:99 nack pli
            a=rtcp-fb:99 goog-remb
            a=fmtp:99 packetization-mode=1;level-asymmetry-allowed=1;profile-level-id=42001f
            a=rtpmap:100 rtx/90000
            a=fmtp:100 apt=99
            a=candidate:0d1c 1 udp 2130706431 192.0.2.10 50461 typ host
            a=end-of-candidates
            a=ice-ufrag:Lr4p
            a=ice-pwd:9x0eQbWmYQ7XcA4hTbVn2k
            a=fingerprint:sha-256 \(fingerprint)
            a=setup:actpass
            """
        ),
        audio: ["opus"],
        video: ["VP8", "H264"]
    )

    static let all = [obs, chromium, gstreamer, aiortc]

    static func lines(_ text: String) -> String { text.split(separator: "\n").map { $0 + "\r\n" }.joined() }
}
