import NIOHTTP1
import Testing

@testable import Ingress

@Suite("What an HTTP answer says of its bytes")
struct ByteRangeAnswerTests {
    @Test(
        "is read from its status and headers",
        arguments: [
            (206, ["content-range": "bytes 0-99/200"], 0, 200), (206, ["content-range": "bytes 50-99/*"], 50, nil),
            (206, ["content-range": "bytes 50-99/40"], 50, nil), (206, ["content-range": "items 0-9/10"], nil, nil),
            (206, ["content-range": "bytes -5-9/10"], 5, 10), (206, ["content-range": "bytes x-9/10"], nil, nil),
            (206, [:], nil, nil), (200, ["content-length": "77"], 0, 77), (200, ["content-length": "-1"], 0, nil),
            (200, ["content-length": "99999999999999999999"], 0, nil), (200, [:], 0, nil),
            (200, ["content-length": "7", "transfer-encoding": "chunked"], 0, nil),
            (404, ["content-length": "7"], nil, 7),
        ] as [(Int, [String: String], Int64?, Int64?)]
    )
    func parts(status: Int, headers: [String: String], first: Int64?, total: Int64?) {
        let answer = ByteRangeAnswer(status: status, headers: HTTPHeaders(headers.map { ($0.key, $0.value) }))
        #expect(answer.first == first)
        #expect(answer.total == total)
    }

    @Test(
        "is refused where other bytes than those asked for follow",
        arguments: [
            (404, [:], 0, "HTTP request failed with code 404"), (403, [:], 0, "code 403"), (500, [:], 0, "code 500"),
            (304, [:], 0, "code 304"), (200, ["content-encoding": "gzip"], 0, "compressed"), (200, [:], 5, "range"),
            (206, ["content-range": "bytes 4-9/10"], 5, "range"), (206, [:], 0, "range"),
        ] as [(Int, [String: String], Int64, String)]
    )
    func refused(status: Int, headers: [String: String], wanted: Int64, text: String) {
        let answer = ByteRangeAnswer(status: status, headers: HTTPHeaders(headers.map { ($0.key, $0.value) }))
        #expect {
            try answer.check(first: wanted, place: "http://h")
        } throws: { error in
            "\(error)".contains(text)
        }
    }

    @Test("trusts strong validators only")
    func validators() {
        let validator = { ByteRangeAnswer(status: 200, headers: ["etag": $0]).validator }
        #expect(validator("\"abc\"") == "\"abc\"")
        #expect(validator("W/\"abc\"") == nil)
    }
}
