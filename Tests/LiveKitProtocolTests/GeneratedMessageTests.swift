import FoundationEssentials
import LiveKitProtocol
import SwiftProtobuf
import Testing

@Suite struct GeneratedMessageTests {
    @Test func `a signal message has the bytes the protocol gives it`() throws {
        var request = Livekit_SignalRequest()
        request.ping = 300
        // Field 14, varint; 300.
        #expect(try request.serializedBytes() as [UInt8] == [0x70, 0xAC, 0x02])
        #expect(try Livekit_SignalRequest(serializedBytes: [0x70, 0xAC, 0x02] as [UInt8]) == request)
    }

    @Test func `an unset optional field differs from a set default`() throws {
        var settings = Livekit_ConnectionSettings()
        #expect(!settings.hasSubscriberAllowPause)
        settings.subscriberAllowPause = false
        #expect(settings.hasSubscriberAllowPause)
        #expect(try settings.serializedBytes() as [UInt8] != [])
    }
}
