import LiveKitProtocol
import MediaWire
import Testing

@testable import Egress

/// Sources in virtual time.
@Suite("A source")
struct SourceTests {
    private var room = RoomModel()

    private func at(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

    private mutating func join(_ sid: String, _ identity: String? = nil, kind: Livekit_ParticipantInfo.Kind = .standard)
    {
        var person = RoomModelTests.person(sid)
        person.identity = identity ?? sid
        person.kind = kind
        room.update(person)
    }

    private mutating func publish(
        _ track: String,
        of person: String,
        _ origin: Livekit_TrackSource,
        _ codec: Codec,
        muted: Bool = false
    ) {
        let role: RoomModel.Track.Role =
            codec.kind == .audio ? .sound : origin == .screenShare ? .screen : .camera
        var track = RoomModelTests.track(track, role, muted: muted)
        track.origin = origin
        track.codec = codec
        room.update(track, of: person)
    }

    @Test("of one participant waits thirty seconds for the participant")
    mutating func participantMissing() {
        var source = ParticipantSource(identity: "bob", screenShare: false, audio: true, video: true)
        #expect(source.choose(from: room, at: at(0)).phase == .waiting)
        #expect(source.choose(from: room, at: at(29.9)).phase == .waiting)
        #expect(source.choose(from: room, at: at(30)).phase == .failed(.participantNotFound("bob")))
        join("PA_1", "bob")
        #expect(source.choose(from: room, at: at(31)).phase == .failed(.participantNotFound("bob")))
    }

    @Test("of one participant begins with both kinds at once, with one after three seconds, and takes the other later")
    mutating func participantGathers() {
        var both = ParticipantSource(identity: "bob", screenShare: false, audio: true, video: true)
        var one = both
        _ = (both.choose(from: room, at: at(0)), one.choose(from: room, at: at(0)))
        join("PA_1", "bob")
        publish("V", of: "PA_1", .camera, .vp8)
        #expect(one.choose(from: room, at: at(10)).phase == .waiting)
        #expect(one.choose(from: room, at: at(12.9)).phase == .waiting)
        let alone = one.choose(from: room, at: at(13))
        #expect(alone.phase == .ready && alone.picture?.track == "V" && alone.sounds.isEmpty)
        publish("A", of: "PA_1", .microphone, .opus)
        #expect(one.choose(from: room, at: at(20)).sounds.map(\.track) == ["A"])
        let choice = both.choose(from: room, at: at(10))
        #expect(choice.phase == .ready && choice.picture?.codec == .vp8 && choice.subject.identity == "bob")
    }

    @Test("of one participant survives a swapped track and a return within ten seconds, and is over after")
    mutating func participantReturns() {
        var source = ParticipantSource(identity: "bob", screenShare: false, audio: false, video: true)
        join("PA_1", "bob")
        publish("V1", of: "PA_1", .camera, .vp8)
        #expect(source.choose(from: room, at: at(0)).phase == .ready)
        room.remove(track: "V1", of: "PA_1")
        #expect(source.choose(from: room, at: at(1)).picture == nil)
        publish("V2", of: "PA_1", .camera, .h264)
        #expect(source.choose(from: room, at: at(2)).picture?.track == "V2")
        room.remove(person: "PA_1")
        #expect(source.choose(from: room, at: at(3)).phase == .ready)
        join("PA_2", "bob")
        publish("V3", of: "PA_2", .camera, .h264)
        let back = source.choose(from: room, at: at(12.9))
        #expect(back.phase == .ready && back.picture?.track == "V3" && back.picture?.person == "PA_2")
        room.remove(person: "PA_2")
        #expect(source.choose(from: room, at: at(20)).phase == .ready)
        #expect(source.choose(from: room, at: at(30)).phase == .over)
        join("PA_3", "bob")
        #expect(source.choose(from: room, at: at(31)).phase == .over)
    }

    @Test("of one participant takes camera and microphone, or the screen and its sound", arguments: [false, true])
    mutating func screenShare(_ screenShare: Bool) {
        var source = ParticipantSource(identity: "bob", screenShare: screenShare, audio: true, video: true)
        join("PA_1", "bob")
        publish("mic", of: "PA_1", .microphone, .opus)
        publish("cam", of: "PA_1", .camera, .vp8)
        publish("tab", of: "PA_1", .screenShareAudio, .opus)
        publish("screen", of: "PA_1", .screenShare, .vp8)
        let choice = source.choose(from: room, at: at(0))
        #expect(choice.picture?.track == (screenShare ? "screen" : "cam"))
        #expect(choice.sounds.map(\.track) == [screenShare ? "tab" : "mic"])
    }

    @Test("of one participant stays with a camera that is on, and leaves one that is off for one that is on")
    mutating func cameras() {
        var source = ParticipantSource(identity: "bob", screenShare: false, audio: false, video: true)
        join("PA_1", "bob")
        publish("V1", of: "PA_1", .camera, .vp8, muted: true)
        #expect(source.choose(from: room, at: at(0)).picture?.track == "V1")
        publish("V2", of: "PA_1", .camera, .vp8)
        #expect(source.choose(from: room, at: at(1)).picture?.track == "V2")
        publish("V1", of: "PA_1", .camera, .vp8)
        #expect(source.choose(from: room, at: at(2)).picture?.track == "V2")
    }

    @Test("of tracks waits for each, names the one that is missing, and is over when none is left")
    mutating func tracks() {
        var source = TracksSource(audio: "A", video: "V")
        var missing = source
        join("PA_1", "bob")
        publish("V", of: "PA_1", .camera, .vp8)
        #expect(source.choose(from: room, at: at(0)).phase == .waiting)
        _ = missing.choose(from: room, at: at(0))
        #expect(missing.choose(from: room, at: at(30)).phase == .failed(.trackNotFound("A")))
        publish("A", of: "PA_1", .microphone, .opus)
        let choice = source.choose(from: room, at: at(29))
        #expect(choice.phase == .ready && choice.picture?.track == "V" && choice.sounds.map(\.track) == ["A"])
        let subject = RecordingSubject(identity: "bob", audioTrackID: "A", videoTrackID: "V")
        #expect(choice.subject == subject)
        room.remove(track: "V", of: "PA_1")
        #expect(source.choose(from: room, at: at(40)).phase == .ready)
        room.remove(track: "A", of: "PA_1")
        #expect(source.choose(from: room, at: at(41)).phase == .over)
    }

    @Test("of tracks does not take a picture for a sound")
    mutating func wrongKind() {
        var source = TracksSource(audio: "V", video: nil)
        join("PA_1")
        publish("V", of: "PA_1", .camera, .vp8)
        _ = source.choose(from: room, at: at(0))
        #expect(source.choose(from: room, at: at(30)).phase == .failed(.trackNotFound("V")))
    }

    @Test("of one track tells what it is and is over with it")
    mutating func track() {
        var source = TracksSource(track: "T")
        join("PA_1", "bob")
        publish("T", of: "PA_1", .screenShareAudio, .opus)
        let choice = source.choose(from: room, at: at(0))
        let subject = RecordingSubject(
            identity: "bob",
            trackID: "T",
            trackType: "audio",
            trackSource: "screen_share_audio"
        )
        #expect(choice.phase == .ready && choice.subject == subject && choice.picture == nil)
        room.remove(person: "PA_1")
        let end = source.choose(from: room, at: at(1))
        #expect(end.phase == .over && end.subject == subject)
    }

    @Test(
        "of the whole room lays sounds on the channels as asked",
        arguments: [
            (AudioMixing.middle, [AudioChannel.both, .both, .both]), (.dualChannelAgent, [.right, .left, .right]),
            (.dualChannelAlternate, [.left, .right, .left]),
        ]
    )
    mutating func mixing(_ mixing: AudioMixing, _ channels: [AudioChannel]) {
        var source = CompositeSource(mixing: mixing)
        join("a")
        join("robot", kind: .agent)
        join("b")
        for person in ["a", "robot", "b"] { publish("S\(person)", of: person, .microphone, .opus) }
        let choice = source.choose(from: room, at: at(0))
        #expect(choice.phase == .ready && choice.sounds.map(\.channel) == channels)
        room.remove(person: "a")
        #expect(
            source.choose(from: room, at: at(1)).sounds.map(\.channel) == Array(channels[1...]),
            "nobody changes sides"
        )
    }

    @Test("of media takes the screen before the camera if asked, and the first route that matches")
    mutating func media() {
        var source = MediaSource(
            video: .participant(identity: "bob", preferScreenShare: true),
            audio: .routes([
                AudioRoute(match: .track("A2"), channel: .right),
                AudioRoute(match: .participant(identity: "bob"), channel: .left),
                AudioRoute(match: .kind(Livekit_ParticipantInfo.Kind.agent.rawValue), channel: .both),
            ])
        )
        #expect(source.choose(from: room, at: at(0)).phase == .waiting)
        join("PA_1", "bob")
        join("PA_2", "ann")
        join("PA_3", "robot", kind: .agent)
        publish("A1", of: "PA_1", .microphone, .opus)
        publish("A2", of: "PA_1", .microphone, .opus)
        publish("A3", of: "PA_2", .microphone, .opus)
        publish("A4", of: "PA_3", .microphone, .opus)
        publish("V1", of: "PA_1", .camera, .vp8)
        let choice = source.choose(from: room, at: at(1))
        #expect(choice.phase == .ready && choice.picture?.track == "V1")
        #expect(choice.sounds.map(\.track) == ["A1", "A2", "A4"])
        #expect(choice.sounds.map(\.channel) == [.left, .right, .both])
        publish("V2", of: "PA_1", .screenShare, .vp8)
        #expect(source.choose(from: room, at: at(2)).picture?.track == "V2")
    }

    @Test("of media is over when nothing it names can come back")
    mutating func mediaEnds() {
        var named = MediaSource(
            video: .track("V"),
            audio: .routes([AudioRoute(match: .participant(identity: "bob"), channel: .both)])
        )
        var everything = MediaSource(video: .track("V"), audio: .everything)
        join("PA_1", "bob")
        publish("V", of: "PA_1", .camera, .vp8)
        #expect(named.choose(from: room, at: at(0)).phase == .ready)
        #expect(everything.choose(from: room, at: at(0)).phase == .ready)
        room.remove(person: "PA_1")
        #expect(named.choose(from: room, at: at(1)).phase == .ready)
        #expect(named.choose(from: room, at: at(11)).phase == .over)
        #expect(everything.choose(from: room, at: at(100)).phase == .ready)
        var missing = MediaSource(video: .participant(identity: "eve", preferScreenShare: false), audio: .everything)
        _ = missing.choose(from: room, at: at(0))
        #expect(missing.choose(from: room, at: at(30)).phase == .failed(.participantNotFound("eve")))
    }

    @Test("is received track by track, and what it no longer wants is given back")
    func subscriptions() {
        var subscriber = TrackSubscriber()
        var choice = SourceChoice(phase: .ready)
        choice.picture = .init(track: "V1", person: "P", isMuted: false)
        choice.sounds = [.init(track: "A1", person: "P", isMuted: false, channel: .both)]
        #expect(
            subscriber.update(choice) == [
                .subscribeSound(track: "A1", of: "P"), .subscribePicture(track: "V1", of: "P", source: "picture"),
            ]
        )
        let again = subscriber.update(choice)
        #expect(again.isEmpty)
        choice.picture?.track = "V2"
        choice.sounds = []
        #expect(
            subscriber.update(choice) == [
                .unsubscribe(track: "A1"), .unsubscribe(track: "V1"),
                .subscribePicture(track: "V2", of: "P", source: "picture"),
            ]
        )
    }

    @Test("whose picture is gone shows the last one for two seconds, then black")
    func hold() {
        var hold = PictureHold()
        let times: [(sent: Bool, seconds: Double)] = [
            (true, 0), (false, 1), (false, 2.9), (false, 3), (true, 4), (false, 5),
        ]
        let shown = times.map { hold.shows(isSent: $0.sent, at: at($0.seconds)) }
        #expect(shown == [true, true, true, false, true, true])
    }
}
