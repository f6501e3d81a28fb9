import LiveKitProtocol
import Testing

@Suite struct IdentifierTests {
    @Test func `identifiers carry the prefix of their kind and twelve characters`() {
        #expect(RoomSID.random().rawValue.hasPrefix("RM_"))
        #expect(ParticipantSID.random().rawValue.hasPrefix("PA_"))
        #expect(TrackSID.random().rawValue.hasPrefix("TR_"))
        #expect(EgressID.random().rawValue.hasPrefix("EG_"))
        #expect(EventID.random().rawValue.count == 15)
        #expect(DataTrackSID.random().rawValue.count == 16)
    }

    @Test func `no two identifiers are alike`() {
        let names = Set((0..<10_000).map { _ in TrackSID.random() })
        #expect(names.count == 10_000)
        #expect(names.allSatisfy { !$0.rawValue.dropFirst(3).contains { "01IOl".contains($0) } })
    }

    @Test func `a name is taken as it is`() {
        let name: ParticipantSID = "whatever"
        #expect(name.description == "whatever")
        #expect(!name.hasPrefix)
        #expect(ParticipantSID(rawValue: "PA_x").hasPrefix)
    }
}
