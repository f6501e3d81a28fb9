import Observability
import Testing

@Test(arguments: [("livekit_egress_available", true), ("9lives", false), ("a-b", false), ("", false), ("a:b", true)])
func namesAreThoseOfPrometheus(name: String, isValid: Bool) {
    #expect((MetricName(name) != nil) == isValid)
}
