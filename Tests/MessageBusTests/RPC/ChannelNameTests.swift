import LiveKitProtocol
import Testing

@testable import MessageBus

@Suite("Channel names")
struct ChannelNameTests {
    @Test("the channels an egress worker uses have LiveKit's names")
    func workerChannels() {
        #expect(EgressInternal.startEgress.requestChannel("") == "EgressInternal|StartEgress|REQ")
        #expect(EgressInternal.startEgress.claimAnswerChannel("") == "EgressInternal|StartEgress|RCLAIM")
        #expect(EgressInternal.startEgress.requestChannel("X") == "EgressInternal|StartEgress|X|REQ")
        #expect(EgressInternal.listActiveEgress.requestChannel("") == "EgressInternal|ListActiveEgress|REQ")
        #expect(EgressHandler.stopEgress.requestChannel("EG_x") == "EgressHandler|StopEgress|EG_x|REQ")
        #expect(EgressHandler.updateStream.claimAnswerChannel("EG_x") == "EgressHandler|UpdateStream|EG_x|RCLAIM")
        #expect(IOInfo.createEgress.requestChannel("") == "IOInfo|CreateEgress|REQ")
        #expect(ChannelName.claim(service: "IOInfo", client: "CLI_c") == "IOInfo|CLI_c|CLAIM")
        #expect(ChannelName.response(service: "IOInfo", client: "CLI_c") == "IOInfo|CLI_c|RES")
    }

    @Test(
        "what is no letter, digit or underscore is escaped",
        arguments: [
            ("abc_XYZ_019", "abc_XYZ_019"), ("a-b", "au+002db"), ("a.b", "au+002eb"), ("a b", "au+0020b"),
            ("a|b", "au+007cb"), ("é", "u+00e9"), ("日", "u+65e5"), ("😀", "U+0001f600"), ("", ""),
        ]
    )
    func escapes(part: String, expected: String) {
        #expect(ChannelName.sanitized(part) == expected)
    }

    @Test("methods have the flags of LiveKit's services")
    func flags() {
        func flags<Q, S>(_ method: RPCMethod<Q, S>) -> [Bool] {
            [method.hasAffinity, method.isMulti, method.needsClaim, method.isQueue]
        }
        let claimedQueue = [false, false, true, true]
        #expect(flags(EgressInternal.startEgress) == [true, false, true, false])
        #expect(flags(EgressInternal.listActiveEgress) == [false, true, false, false])
        #expect(flags(EgressHandler.stopEgress) == claimedQueue)
        #expect(flags(EgressHandler.updateStream) == claimedQueue)
        #expect(flags(IngressInternal.startIngress) == [true, false, true, false])
        #expect(flags(IngressInternal.listActiveIngress) == [false, true, false, false])
        #expect(flags(IngressHandler.updateIngress) == claimedQueue)
        #expect(flags(IngressHandler.deleteIngress) == claimedQueue)
        #expect(flags(IngressHandler.deleteWHIPResource) == claimedQueue)
        #expect(flags(IngressHandler.iceRestartWHIPResource) == claimedQueue)
        #expect(flags(IngressHandler.whipRTCConnectionNotify) == [false, false, false, true])
        #expect(flags(IOInfo.createEgress) == claimedQueue)
        #expect(flags(IOInfo.updateIngressState) == claimedQueue)
    }

    @Test("identifiers have their prefix and twelve letters or digits")
    func identifiers() {
        let made = [(RPCID.client(), "CLI_"), (RPCID.server(), "SRV_"), (RPCID.request(), "REQ_")]
        for (id, prefix) in made {
            #expect(id.hasPrefix(prefix))
            #expect(id.utf8.count == 16)
            #expect(ChannelName.sanitized(id) == id)
        }
    }
}
