import LiveKitProtocol
import MediaWire
import Testing

@testable import MessageBus

@Suite("Errors and retries")
struct RPCErrorTests {
    @Test(
        "every code has the text and HTTP status of LiveKit's services",
        arguments: [
            ("canceled", 503), ("unknown", 500), ("invalid_argument", 400), ("malformed_request", 400),
            ("malformed_result", 500), ("deadline_exceeded", 503), ("not_found", 404), ("already_exists", 409),
            ("permission_denied", 403), ("resource_exhausted", 429), ("failed_precondition", 412), ("aborted", 409),
            ("out_of_range", 416), ("unimplemented", 501), ("internal", 500), ("unavailable", 503),
            ("data_loss", 500), ("unauthenticated", 401), ("not_acceptable", 406), ("unprocessable_entity", 422),
            ("upstream_server_error", 502), ("upstream_client_error", 424),
        ]
    )
    func statuses(text: String, status: Int) throws {
        #expect(try #require(RPCErrorCode(rawValue: text)).httpStatus == status)
    }

    @Test("there are no other codes")
    func complete() { #expect(RPCErrorCode.allCases.count == 22) }

    @Test(
        "an API error goes over the bus and comes out the same",
        arguments: TwirpCode.allCases.filter { $0 != .badRoute }
    )
    func roundTrip(code: TwirpCode) {
        let error = TwirpError(code, "text")
        #expect(TwirpError(RPCError(error)) == error)
    }

    @Test("codes without an API code become the nearest one")
    func nearest() {
        #expect(RPCErrorCode.malformedResult.twirpCode == .malformed)
        #expect(RPCErrorCode.upstreamServerError.twirpCode == .internal)
        #expect(RPCErrorCode.upstreamClientError.twirpCode == .invalidArgument)
        #expect(RPCErrorCode.notAcceptable.twirpCode == .unknown)
        #expect(RPCErrorCode(.badRoute) == .unimplemented)
    }

    @Test("the standard policy tries three times at once, after time-outs and unavailability only")
    func standard() {
        let policy = RetryPolicy.standard
        #expect(policy.timeouts == [.seconds(3), .seconds(5), .seconds(7)])
        #expect(policy.wait(afterAttempt: 1, failedWith: .timedOut, stretch: 1.9) == .zero)
        #expect(policy.wait(afterAttempt: 2, failedWith: .noResponse, stretch: 1) == .zero)
        #expect(policy.wait(afterAttempt: 3, failedWith: .noResponse, stretch: 1) == nil)
        #expect(policy.wait(afterAttempt: 1, failedWith: RPCError(.notFound, ""), stretch: 1) == nil)
    }

    @Test("starting an egress waits longer from attempt to attempt, also when workers are full")
    func startEgress() {
        let policy = RetryPolicy.startEgress
        #expect(policy.timeouts == [.seconds(10), .seconds(20), .seconds(40)])
        let full = RPCError(.resourceExhausted, "")
        #expect(policy.wait(afterAttempt: 1, failedWith: full, stretch: 1) == .seconds(1))
        #expect(policy.wait(afterAttempt: 1, failedWith: full, stretch: 1.5) == .seconds(1.5))
        #expect(policy.wait(afterAttempt: 2, failedWith: full, stretch: 1) == .seconds(2))
        #expect(policy.wait(afterAttempt: 3, failedWith: full, stretch: 1) == nil)
    }

    @Test("times of day become instants, and absurd ones are bounded")
    func expiries() {
        let now = Instant(nanoseconds: 77)
        let unix: Int64 = 1_790_000_000_000_000_000
        #expect(UnixTime.instant(of: unix + 5, unixNow: unix, now: now) == Instant(nanoseconds: 82))
        #expect(UnixTime.instant(of: unix - 5, unixNow: unix, now: now) == Instant(nanoseconds: 72))
        #expect(UnixTime.instant(of: .max, unixNow: unix, now: now) == now + UnixTime.maximumPatience)
        #expect(UnixTime.instant(of: .min, unixNow: unix, now: now) <= now)
        #expect(UnixTime.after(.seconds(3), unixNow: unix) == unix + 3_000_000_000)
        #expect(UnixTime.after(.seconds(3), unixNow: .max) == .max)
    }
}
