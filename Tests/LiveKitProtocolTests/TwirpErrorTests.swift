import LiveKitProtocol
import Testing

@Suite struct TwirpErrorTests {
    @Test(arguments: [
        (TwirpCode.canceled, "canceled", 408), (.unknown, "unknown", 500), (.invalidArgument, "invalid_argument", 400),
        (.malformed, "malformed", 400), (.deadlineExceeded, "deadline_exceeded", 408), (.notFound, "not_found", 404),
        (.badRoute, "bad_route", 404), (.alreadyExists, "already_exists", 409),
        (.permissionDenied, "permission_denied", 403), (.unauthenticated, "unauthenticated", 401),
        (.resourceExhausted, "resource_exhausted", 429), (.failedPrecondition, "failed_precondition", 412),
        (.aborted, "aborted", 409), (.outOfRange, "out_of_range", 400), (.unimplemented, "unimplemented", 501),
        (.internal, "internal", 500), (.unavailable, "unavailable", 503), (.dataLoss, "dataloss", 500),
    ])
    func `every code has its name and its HTTP status`(code: TwirpCode, name: String, status: Int) {
        #expect(code.rawValue == name)
        #expect(code.httpStatus == status)
    }

    @Test func `the body is the JSON Twirp clients read`() {
        let bare = TwirpError(.notFound, "requested room does not exist")
        #expect(
            String(decoding: bare.jsonBody, as: UTF8.self)
                == #"{"code":"not_found","msg":"requested room does not exist"}"#
        )
        let full = TwirpError(.internal, "a \"quoted\"\n/line", meta: ["k": "v"])
        #expect(
            String(decoding: full.jsonBody, as: UTF8.self)
                == #"{"code":"internal","meta":{"k":"v"},"msg":"a \"quoted\"\n/line"}"#
        )
        #expect(TwirpError(jsonBody: full.jsonBody) == full)
        #expect(TwirpError(jsonBody: "no JSON".utf8) == nil)
    }
}
