import MessageBus
import Testing

@Test func errorsAreEqualByWhatTheySay() {
    #expect(BusError("a") == BusError("a"))
    #expect(BusError("a") != BusError("b"))
}
