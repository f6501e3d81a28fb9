import MediaWire
import Testing

@testable import Forwarding

@Suite("Key frame requests")
struct KeyFrameThrottleTests {
    @Test("go to the publisher at most once an interval; an early one is kept")
    func throttles() {
        var throttle = KeyFrameThrottle(interval: .seconds(1))
        #expect(throttle.request(at: at(0)) == true)
        throttle.receivedKeyFrame()
        #expect(throttle.request(at: at(300)) == false)
        #expect(throttle.poll(at: at(999)) == false)
        #expect(throttle.poll(at: at(1000)) == true)
        #expect(throttle.poll(at: at(5000)) == false)
    }

    @Test("are made again sooner when no key frame comes, but only where somebody asks again")
    func unanswered() {
        var throttle = KeyFrameThrottle(interval: .seconds(1))
        #expect(throttle.request(at: at(0)) == true)
        #expect(throttle.poll(at: at(900)) == false)
        #expect(throttle.request(at: at(1000)) == true)
        #expect(throttle.request(at: at(1300)) == false)
        #expect(throttle.poll(at: at(1499)) == false)
        #expect(throttle.poll(at: at(1500)) == true)
        throttle.receivedKeyFrame()
        #expect(throttle.request(at: at(2499)) == false)
        #expect(throttle.poll(at: at(2500)) == true)
    }

    @Test("are settled by a key frame that comes")
    func settled() {
        var throttle = KeyFrameThrottle(interval: .seconds(1))
        _ = throttle.request(at: at(0))
        _ = throttle.request(at: at(100))
        throttle.receivedKeyFrame()
        #expect(throttle.poll(at: at(2000)) == false)
    }

    @Test("are never made for audio or for layers that do not exist")
    func noVideo() {
        var audio = Publication(kind: .audio, layers: LayerMap(), isScreenShare: false)
        #expect(audio.requestKeyFrame(layer: 0, at: at(0)) == false)
        var video = Publication(kind: .video, layers: LayerMap(), isScreenShare: false)
        #expect(video.requestKeyFrame(layer: 3, at: at(0)) == false)
        #expect(video.requestKeyFrame(layer: 0, at: at(0)) == true)
        #expect(video.dueKeyFrameRequests(at: at(9000)) == [])
    }
}
