import Crypto
import CryptoExtras
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Storage

/// 2026-01-02T03:04:05Z.
private let environment = StorageEnvironment(variables: [:], clock: WallClock { 1_767_323_045_000 })

/// Sends a small object and one of two parts, as a session would.
private func exercise(_ store: any ObjectStore) async throws {
    try await store.put(ByteBuffer(string: "whole"), as: "a b", contentType: "video/mp4")
    let upload = try await store.begin("k", contentType: "video/mp4")
    let second = try await store.send(ByteBuffer(string: "two"), part: 2, of: upload, key: "k")
    let first = try await store.send(ByteBuffer(string: "one"), part: 1, of: upload, key: "k")
    try await store.complete(upload, key: "k", parts: [(1, first), (2, second)], contentType: "video/mp4")
}

@Suite("Google Cloud Storage")
struct GoogleCloudTests {
    private let key: _RSA.Signing.PrivateKey

    init() throws {
        key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    }

    private func credentials(_ server: FakeServer) throws -> String {
        let account = [
            "type": "service_account", "client_email": "me@example.com", "private_key": key.pemRepresentation,
            "token_uri": "\(server.url)/token",
        ]
        return String(decoding: try JSONSerialization.data(withJSONObject: account), as: UTF8.self)
    }

    private static func answer(_ request: FakeServer.Request) -> FakeServer.Answer {
        if request.uri == "/token" { return .init(body: #"{"access_token":"ya29","expires_in":3600}"#) }
        if request.uri.contains("?uploads") { return .init(body: "<R><UploadId>u</UploadId></R>") }
        return .init(headers: [("ETag", "\"t\(request.text)\"")])
    }

    @Test("takes whole objects and parts with the token of a service account")
    func serviceAccount() async throws {
        let server = try await FakeServer { Self.answer($0) }
        var google = GoogleCloudConfiguration(bucket: "bucket")
        google.credentials = try credentials(server)
        let dialect = try GoogleCloudDialect(google, environment: environment, endpoint: server.url)
        try await exercise(BucketStore(dialect: dialect))
        #expect(
            server.requests.map { "\($0.method) \($0.uri)" } == [
                "POST /token", "PUT /bucket/a%20b", "POST /bucket/k?uploads",
                "PUT /bucket/k?partNumber=2&uploadId=u", "PUT /bucket/k?partNumber=1&uploadId=u",
                "POST /bucket/k?uploadId=u",
            ]
        )
        #expect(server.requests.dropFirst().allSatisfy { $0.headers.first(name: "Authorization") == "Bearer ya29" })
        #expect(
            server.requests.last?.text
                == "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"tone\"</ETag></Part>"
                + "<Part><PartNumber>2</PartNumber><ETag>\"ttwo\"</ETag></Part></CompleteMultipartUpload>"
        )
        try check(assertion: try #require(server.requests.first?.text), audience: "\(server.url)/token")
    }

    private func check(assertion form: String, audience: String) throws {
        let token = try #require(form.split(separator: "assertion=").last)
        let parts = token.split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        let signature = _RSA.Signing.RSASignature(rawRepresentation: try #require(decoded(parts[2])))
        let isValid = key.publicKey.isValidSignature(
            signature,
            for: Data("\(parts[0]).\(parts[1])".utf8),
            padding: .insecurePKCS1v1_5
        )
        #expect(isValid)
        let claims = try JSONSerialization.jsonObject(with: try #require(decoded(parts[1]))) as? [String: Any]
        #expect(claims?["iss"] as? String == "me@example.com")
        #expect(claims?["aud"] as? String == audience)
        #expect(claims?["exp"] as? Int == 1_767_326_645)
    }

    private func decoded(_ text: String) -> Data? {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: standard + String(repeating: "=", count: (4 - standard.count % 4) % 4))
    }

    @Test("takes the token of the machine it runs on")
    func machine() async throws {
        let server = try await FakeServer { request in
            request.headers.first(name: "Metadata-Flavor") == "Google"
                ? .init(body: #"{"access_token":"own","expires_in":3600,"token_type":"Bearer"}"#) : .init()
        }
        var environment = environment
        environment.googleMetadata = server.url
        let dialect = try GoogleCloudDialect(
            GoogleCloudConfiguration(bucket: "bucket"),
            environment: environment,
            endpoint: server.url
        )
        try await BucketStore(dialect: dialect).put(ByteBuffer(string: "x"), as: "k", contentType: "t")
        #expect(
            server.requests.first?.uri == "/computeMetadata/v1/instance/service-accounts/default/token"
        )
        #expect(server.requests.last?.headers.first(name: "Authorization") == "Bearer own")
    }

    @Test("signs addresses with the account's key")
    func presigned() async throws {
        let server = try await FakeServer { Self.answer($0) }
        var google = GoogleCloudConfiguration(bucket: "bucket")
        google.credentials = try credentials(server)
        let plain = try GoogleCloudDialect(google, environment: environment)
        #expect(try await plain.location(of: "a b") == "https://bucket.storage.googleapis.com/a%20b")
        google.generatePresignedURL = true
        let url = try await GoogleCloudDialect(google, environment: environment).location(of: "a b")
        #expect(
            url.hasPrefix(
                "https://storage.googleapis.com/bucket/a%20b?X-Goog-Algorithm=GOOG4-RSA-SHA256"
                    + "&X-Goog-Credential=me%40example.com%2F20260102%2Fauto%2Fstorage%2Fgoog4_request"
                    + "&X-Goog-Date=20260102T030405Z&X-Goog-Expires=604800&X-Goog-SignedHeaders=host&X-Goog-Signature="
            )
        )
    }

    @Test("refuses what is no service account, without showing it", arguments: ["secret-text", "{}", "[1]"])
    func refusals(json: String) {
        var google = GoogleCloudConfiguration(bucket: "bucket")
        google.credentials = json
        let error = #expect(throws: StoreFailure.self) { try GoogleCloudDialect(google, environment: environment) }
        #expect(error?.kind == .refused)
        #expect(error?.reason.contains("secret-text") == false)
    }
}

@Suite("Azure Blob Storage")
struct AzureTests {
    private let key = Data("a key of thirty-two bytes, about".utf8)

    private var configuration: AzureConfiguration {
        AzureConfiguration(accountName: "me", accountKey: key.base64EncodedString(), container: "box")
    }

    private func signature(_ text: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: key))
        return Data(code).base64EncodedString()
    }

    @Test("takes whole blobs and blocks, signed with the shared key")
    func blocks() async throws {
        let server = try await FakeServer { _ in .init(status: .created) }
        try await exercise(try AzureStore(configuration, environment: environment, endpoint: server.url))
        let requests = server.requests
        #expect(requests.count == 4)
        #expect(requests[0].uri == "/box/a%20b")
        // The layout that "Authorize with Shared Key" gives for version 2015-02-21 and later.
        #expect(
            requests[0].headers.first(name: "Authorization")
                == "SharedKey me:"
                + signature(
                    "PUT\n\n\n5\n\nvideo/mp4\n\n\n\n\n\n\nx-ms-blob-type:BlockBlob\n"
                        + "x-ms-date:Fri, 02 Jan 2026 03:04:05 GMT\nx-ms-version:2021-12-02\n/me/box/a%20b"
                )
        )
        let block = try #require(requests[1].uri.split(separator: "blockid=").last?.split(separator: "&").first)
        let name = try #require(String(block).removingPercentEncoding)
        #expect(
            requests[1].headers.first(name: "Authorization")
                == "SharedKey me:"
                + signature(
                    "PUT\n\n\n3\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 02 Jan 2026 03:04:05 GMT\nx-ms-version:2021-12-02\n"
                        + "/me/box/k\nblockid:\(name)\ncomp:block"
                )
        )
        #expect(requests[3].uri == "/box/k?comp=blocklist")
        #expect(requests[3].headers.first(name: "x-ms-blob-content-type") == "video/mp4")
        #expect(requests[3].text.hasSuffix("<Latest>\(name)</Latest></BlockList>"))
        #expect(requests[3].text.contains("<BlockList><Latest>"))
    }

    @Test("names the container in its locations")
    func locations() async throws {
        var azure = configuration
        let plain = try AzureStore(azure, environment: environment)
        #expect(try await plain.location(of: "a b") == "https://me.blob.core.windows.net/box/a%20b")
        azure.generatePresignedURL = true
        let url = try await AzureStore(azure, environment: environment).location(of: "a")
        let expected = signature(
            "r\n\n2026-01-09T03:04:05Z\n/blob/me/box/a\n\n\nhttps\n2021-12-02\nb\n\n\n\n\n\n\n"
        )
        #expect(
            url
                == "https://me.blob.core.windows.net/box/a?sv=2021-12-02&spr=https&se=2026-01-09T03%3A04%3A05Z&sr=b&sp=r&sig="
                + percentEncoded(expected)
        )
    }

    @Test("refuses a key that is none, without showing it")
    func refusal() {
        let azure = AzureConfiguration(accountName: "me", accountKey: "not base 64!", container: "box")
        let error = #expect(throws: StoreFailure.self) { try AzureStore(azure, environment: environment) }
        #expect(error?.reason == "account_key is not the base 64 text of a key")
    }
}

@Suite("Alibaba Cloud OSS")
struct AliOSSTests {
    @Test("signs as the documentation's example")
    func example() throws {
        let oss = AliOSSConfiguration(
            accessKey: "44CF9590006BF252F707",
            secret: "OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV",
            endpoint: "oss-cn-hangzhou.aliyuncs.com",
            bucket: "oss-example"
        )
        var request = StoreRequest(method: .PUT, scheme: "http", host: "h", path: "/nelson")
        request.headers = [
            ("Content-Md5", "ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM="), ("Content-Type", "text/html"),
            ("X-OSS-Meta-Author", "foo@bar.com"), ("X-OSS-Magic", "abracadabra"),
        ]
        let dialect = try AliOSSDialect(oss, environment: environment)
        #expect(
            dialect.signature(request, key: "nelson", date: "Thu, 17 Nov 2005 18:49:58 GMT")
                == "26NBxoKdsyly4EDv6inkoDft/yA="
        )
    }

    @Test("takes whole objects and parts")
    func objects() async throws {
        let server = try await FakeServer { request in
            request.uri.contains("?uploads")
                ? .init(body: "<R><UploadId>u</UploadId></R>") : .init(headers: [("ETag", "\"t\"")])
        }
        let oss = AliOSSConfiguration(accessKey: "key", secret: "secret", endpoint: server.url, bucket: "bucket")
        let dialect = try AliOSSDialect(oss, environment: environment)
        try await exercise(BucketStore(dialect: dialect))
        #expect(
            server.requests.map { "\($0.method) \($0.uri)" } == [
                "PUT /bucket/a%20b", "POST /bucket/k?uploads", "PUT /bucket/k?partNumber=2&uploadId=u",
                "PUT /bucket/k?partNumber=1&uploadId=u", "POST /bucket/k?uploadId=u",
            ]
        )
        let text = "PUT\n\n\nFri, 02 Jan 2026 03:04:05 GMT\n/bucket/k?partNumber=2&uploadId=u"
        let code = HMAC<Insecure.SHA1>.authenticationCode(
            for: Data(text.utf8),
            using: SymmetricKey(data: Data("secret".utf8))
        )
        #expect(
            server.requests[2].headers.first(name: "Authorization") == "OSS key:\(Data(code).base64EncodedString())"
        )
        #expect(try await dialect.location(of: "k") == "\(server.url)/bucket/k")
    }
}
