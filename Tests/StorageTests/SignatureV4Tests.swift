import NIOHTTP1
import Testing

@testable import Storage

/// The examples of "Signature Calculations for the Authorization Header" and "Using Query Parameters" in the API
/// reference of Amazon S3, with the key that AWS publishes for them.
@Suite("Signature version 4")
struct SignatureV4Tests {
    private let signature = SignatureV4(
        credentials: S3Credentials(
            accessKey: "AKIAIOSFODNN7EXAMPLE",
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        ),
        region: "us-east-1",
        service: "s3"
    )
    /// 2013-05-24T00:00:00Z.
    private let time: Int64 = 1_369_353_600_000
    private let emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    private func request(_ method: HTTPMethod = .GET, _ path: String) -> StoreRequest {
        StoreRequest(method: method, scheme: "https", host: "examplebucket.s3.amazonaws.com", path: path)
    }

    private func signed(_ request: StoreRequest, hash: String) -> String {
        var request = request
        signature.sign(&request, payloadHash: hash, unixMilliseconds: time)
        let authorization = request.header("Authorization") ?? ""
        return String(authorization.split(separator: "Signature=").last ?? "")
    }

    @Test("of a GET with a range")
    func range() {
        var request = request(.GET, "/test.txt")
        request.headers = [("Range", "bytes=0-9")]
        #expect(
            signed(request, hash: emptyHash) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        )
    }

    @Test("of a PUT")
    func put() {
        var request = request(.PUT, "/\(encodedPath("test$file.text"))")
        request.headers = [
            ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ]
        #expect(
            signed(request, hash: sha256("Welcome to Amazon S3."))
                == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        )
    }

    @Test("of a query without a value")
    func lifecycle() {
        var request = request(.GET, "/")
        request.query = [("lifecycle", nil)]
        #expect(
            signed(request, hash: emptyHash) == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        )
    }

    @Test("of a query with values")
    func list() {
        var request = request(.GET, "/")
        request.query = [("prefix", "J"), ("max-keys", "2")]
        #expect(
            signed(request, hash: emptyHash) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        )
    }

    @Test("of an address")
    func presigned() {
        let url = signature.presigned(request(.GET, "/test.txt"), seconds: 86_400, unixMilliseconds: time)
        #expect(
            url.hasSuffix("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
        )
        #expect(url.contains("X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"))
    }

    @Test("names what was signed")
    func header() {
        var request = request(.GET, "/test.txt")
        signature.sign(&request, payloadHash: emptyHash, unixMilliseconds: time)
        #expect(
            request.header("Authorization")?.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                    + "SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature="
            ) == true
        )
    }
}
