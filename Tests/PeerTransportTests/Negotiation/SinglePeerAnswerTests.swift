import MediaWire
import Testing

@testable import PeerTransport

/// One peer connection for both directions: the client is the only offerer.
@Suite struct SinglePeerAnswerTests {
    @Test func theFirstOfferIsAnsweredSectionBySection() throws {
        let peer = try PeerConnection.answering()
        let answer = try peer.answer(.initial)

        #expect(answer.sections.map(\.mid) == ["0", "1", "2", "3", "4", "5", "6"])
        #expect(answer.bundle == ["0", "1", "2", "3", "4", "5", "6"])
        #expect(answer.sections.dropLast().allSatisfy { $0.direction == "inactive" && !$0.isRejected })
        #expect(
            answer.sections.allSatisfy { $0.value("setup") == "active" && $0.value("ice-ufrag") == peer.localUfrag }
        )
        #expect(answer.sections[6].value("sctp-port") == "5000")
        #expect(answer.sections[6].value("max-message-size") == "65535")
        #expect(answer.sections[0].values("candidate").count == 1)
        #expect(answer.session.contains("a=extmap-allow-mixed"))
    }

    @Test func placeholdersAcceptWhatLaterTracksNeed() throws {
        let answer = try PeerConnection.answering().answer(.initial)

        let audio = answer.sections[0]
        #expect(audio.extensionNumber("sdes:mid") == "4")
        #expect(audio.extensionNumber("ssrc-audio-level") == "1")
        #expect(audio.extensionNumber("transport-wide-cc-extensions-01") == "3")
        let video = answer.sections[3]
        #expect(video.extensionNumber("sdes:mid") == "4")
        #expect(video.extensionNumber("sdes:rtp-stream-id") == "10")
        #expect(video.extensionNumber("sdes:repaired-rtp-stream-id") == "11")
        #expect(video.extensionNumber("transport-wide-cc-extensions-01") == "3")
        #expect(video.extensionNumber("abs-send-time") == "2")
        #expect(video.extensionNumber("video-content-type") == nil)
    }

    @Test func codecsKeepTheOffersPayloadTypesAndFormats() throws {
        let answer = try PeerConnection.answering().answer(.initial)

        let audio = answer.sections[0]
        #expect(audio.formats == ["111", "63", "0", "8"])
        #expect(audio.format(111) == "minptime=10;useinbandfec=1")
        #expect(audio.format(63) == "111/111")
        #expect(audio.feedback(111) == ["transport-cc", "nack"])
        #expect(audio.feedback(63) == [])
        let video = answer.sections[3]
        #expect(
            video.formats == [
                "96", "97", "103", "104", "107", "108", "109", "114", "115", "116", "117", "118", "39", "40", "45",
                "46", "98", "99", "100", "101",
            ]
        )
        #expect(video.format(97) == "apt=96")
        #expect(video.format(109) == "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f")
        #expect(video.feedback(96) == ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"])
        #expect(!video.lines.contains { $0.contains("ulpfec") || $0.contains("red/") })
    }

    @Test func publishedTracksAreKnownFromTheOfferOn() throws {
        let peer = try PeerConnection.answering()
        var offer = ClientOffer.initial
        _ = try peer.answer(offer)
        _ = peer.drainEvents()
        offer.addAudioSender(cid: "mic")
        offer.addVideoSender(cid: "cam")

        try peer.setRemoteOffer(offer.text, at: testStart)
        #expect(peer.remoteTracks.map(\.mid) == ["7", "8"])
        #expect(peer.remoteTracks.map(\.trackID) == ["mic", "cam"])
        #expect(peer.remoteTracks.map(\.streamID) == ["-", "-"])
        #expect(peer.remoteTracks[1].rids == ["f", "h", "q"])
        #expect(peer.remoteTracks[1].codecs == [.vp8])

        let answer = DescriptionText(try peer.createAnswer(at: testStart))
        let audio = answer.sections[7]
        #expect(audio.direction == "recvonly")
        let video = answer.sections[8]
        #expect(video.direction == "recvonly")
        #expect(video.formats == ["96"])
        #expect(video.values("rid") == ["f recv", "h recv", "q recv"])
        #expect(video.value("simulcast") == "recv f;h;q")
        #expect(video.extensionNumber("sdes:rtp-stream-id") == "10")
        let added = peer.drainEvents().compactMap { event -> RemoteTrack? in
            if case .trackAdded(let track) = event { track } else { nil }
        }
        #expect(added == peer.remoteTracks)
    }

    @Test func waitingSendersTakeTheFreeSectionsOfTheirKind() throws {
        let peer = try PeerConnection.answering()
        let audio = peer.addSender(kind: .audio, codecs: [.opus], streamID: "PA_a|TR_1", trackID: "TR_1")
        let video = peer.addSender(kind: .video, codecs: [.h264], streamID: "PA_a|TR_2", trackID: "TR_2")
        #expect(peer.unassignedSenders == [.audio: 1, .video: 1])
        #expect(peer.missingSections == [.audio: 1, .video: 1])

        let answer = try peer.answer(.initial)
        #expect(peer.mid(of: audio) == "0")
        #expect(peer.mid(of: video) == "3")
        #expect(peer.unassignedSenders == [:])
        #expect(peer.codec(of: video) == .h264)
        #expect(peer.payloadType(of: video, codec: .h264) == 109)

        let sections = answer.sections
        #expect(
            sections.map(\.direction).prefix(6) == [
                "sendonly", "inactive", "inactive", "sendonly", "inactive", "inactive",
            ]
        )
        #expect(sections[0].value("msid") == "PA_a|TR_1 TR_1")
        #expect(sections[0].formats == ["111"])
        #expect(sections[3].value("msid") == "PA_a|TR_2 TR_2")
        #expect(sections[3].formats.prefix(2) == ["103", "104"])
        let group = try #require(sections[3].value("ssrc-group")).split(separator: " ")
        #expect(group[0] == "FID")
        let sources = sections[3].values("ssrc")
        #expect(sources.contains("\(group[1]) cname:PA_a|TR_2"))
        #expect(sources.contains("\(group[1]) msid:PA_a|TR_2 TR_2"))
        #expect(sources.contains("\(group[2]) cname:PA_a|TR_2"))
    }

    @Test func sendersBeyondTheFreeSectionsAskForMore() throws {
        let peer = try PeerConnection.answering()
        for number in 0..<5 {
            _ = peer.addSender(kind: .audio, codecs: [.opus], streamID: "PA|TR_\(number)", trackID: "TR_\(number)")
        }
        _ = try peer.answer(.initial)
        #expect(peer.unassignedSenders == [.audio: 2])
        #expect(peer.missingSections == [.audio: 2])

        var offer = ClientOffer.initial
        offer.addReceiver(audio: true)
        offer.addReceiver(audio: true)
        let answer = try peer.answer(offer)
        #expect(peer.unassignedSenders == [:])
        #expect(answer.sections[7].direction == "sendonly")
        #expect(answer.sections[8].direction == "sendonly")
    }

    @Test func aSectionIsReusedOnlyAfterItWasShownInactive() throws {
        let peer = try PeerConnection.answering()
        let first = peer.addSender(kind: .video, codecs: [.vp8], streamID: "PA|TR_1", trackID: "TR_1")
        _ = try peer.answer(.initial)
        #expect(peer.mid(of: first) == "3")
        peer.removeSender(first)
        let second = peer.addSender(kind: .video, codecs: [.vp8], streamID: "PA|TR_2", trackID: "TR_2")
        #expect(peer.missingSections == [:], "two more video placeholders are free")

        let answer = try peer.answer(.initial)
        #expect(answer.sections[3].direction == "inactive")
        #expect(answer.sections[3].value("msid") == nil)
        #expect(peer.mid(of: second) == "4")

        let third = peer.addSender(kind: .video, codecs: [.vp8], streamID: "PA|TR_3", trackID: "TR_3")
        let again = try peer.answer(.initial)
        #expect(peer.mid(of: third) == "3")
        #expect(again.sections[3].value("msid") == "PA|TR_3 TR_3")
        #expect(peer.mid(of: second) == "4")
    }

    @Test func aSenderWithoutCommonCodecIsRefusedAndTheSectionStaysFree() throws {
        let peer = try PeerConnection.answering()
        let sender = peer.addSender(kind: .video, codecs: [.h265], streamID: "PA|TR", trackID: "TR")
        let answer = try peer.answer(.initial)
        #expect(answer.sections[3].direction == "inactive")
        #expect(peer.unassignedSenders == [:])
        #expect(peer.mid(of: sender) == nil)
        let refused = peer.drainEvents().contains { if case .senderRefused(sender) = $0 { true } else { false } }
        #expect(refused)
    }

    @Test func theAnnouncedCodecComesFirst() throws {
        let peer = try PeerConnection.answering()
        var offer = ClientOffer.initial
        offer.addAudioSender(cid: "mic")
        let answer = try peer.answer(offer, preferredCodecs: ["7": [.red], "3": [.vp9, .av1]])
        #expect(answer.sections[7].formats == ["63", "111", "0", "8"])
        #expect(answer.sections[3].formats.prefix(6) == ["98", "99", "100", "101", "45", "46"])
    }

    @Test func stereoIsAskedForInEverySectionOfThePayloadType() throws {
        let peer = try PeerConnection.answering()
        var offer = ClientOffer.initial
        offer.addAudioSender(cid: "music")
        let answer = try peer.answer(offer, stereo: ["7"])
        let formats = Set(answer.sections.compactMap { $0.format(111) })
        #expect(formats == ["minptime=10;useinbandfec=1;stereo=1;maxaveragebitrate=510000"])
        #expect(Set(try peer.answer(offer).sections.compactMap { $0.format(111) }) == formats)
    }

    @Test func aTrackThatEndsOrChangesIsTold() throws {
        let peer = try PeerConnection.answering()
        var offer = ClientOffer.initial
        offer.addVideoSender(cid: "cam")
        _ = try peer.answer(offer)
        _ = peer.drainEvents()

        offer.sections[7] = offer.sections[7].replacing("a=msid:- cam", with: "a=msid:- cam2")
        _ = try peer.answer(offer)
        var told: [String] = []
        for event in peer.drainEvents() {
            switch event {
            case .trackAdded(let track): told.append("+\(track.trackID)")
            case .trackRemoved(let track): told.append("-\(track.trackID)")
            default: break
            }
        }
        #expect(told == ["-cam", "+cam2"])

        offer.sections[7] = offer.sections[7].replacing("a=sendonly", with: "a=inactive")
        let answer = try peer.answer(offer)
        #expect(answer.sections[7].direction == "inactive")
        #expect(peer.remoteTracks.isEmpty)
        guard case .trackRemoved(let track)? = peer.drainEvents().last else {
            Issue.record("the track's end was not told")
            return
        }
        #expect(track.trackID == "cam2" && !track.isActive)
    }

    @Test func aPassiveClientMakesUsActiveAndAnActiveOneMakesUsPassive() throws {
        var offer = ClientOffer.initial
        for (theirs, ours) in [("actpass", "active"), ("passive", "active"), ("active", "passive")] {
            offer = ClientOffer()
            offer.setup = theirs
            offer.addReceiver(audio: true)
            #expect(try PeerConnection.answering().answer(offer).sections[0].value("setup") == ours)
        }
    }

    @Test func sectionsOfUnknownKindAreRejectedAndLeftOutOfTheBundle() throws {
        var offer = ClientOffer()
        offer.addReceiver(audio: true)
        offer.add("m=text 9 RTP/AVP 98\nc=IN IP4 0.0.0.0\na=mid:1\na=rtpmap:98 t140/1000\na=sendrecv\n")
        let answer = try PeerConnection.answering().answer(offer)
        #expect(answer.sections[1].isRejected)
        #expect(answer.sections[1].formats == ["98"])
        #expect(answer.sections[1].mid == "1")
        #expect(answer.bundle == ["0"])
    }
}
