import LiveKitProtocol
import Storage
import Testing

@testable import Egress

@Suite("Storage of an egress plan")
struct EgressPlanStorageTests {
    private static let server: StorageConfiguration = .s3(S3Configuration(bucket: "of-the-server"))

    @Test("is the output's, else the request's, else the server's, else this machine")
    func order() throws {
        func storage(_ request: Requests.Request, _ server: StorageConfiguration = Self.server) throws -> String? {
            try EgressPlan(request, defaults: PlanDefaults(storage: server)).outputs.first?.storage.description
        }
        let own = Requests.template {
            $0.storage.s3 = Requests.s3 { $0.bucket = "of-the-request" }
            $0.outputs[0].storage.s3 = Requests.s3 { $0.bucket = "of-the-output" }
        }
        #expect(try storage(own) == "S3 bucket of-the-output")
        let whole = Requests.template { $0.storage.s3 = Requests.s3 { $0.bucket = "of-the-request" } }
        #expect(try storage(whole) == "S3 bucket of-the-request")
        #expect(try storage(Requests.composite()) == "S3 bucket of-the-server")
        #expect(try storage(Requests.composite(), .local) == "local disk")
    }

    @Test("is read from every message that can name one")
    func messages() throws {
        let s3 = Requests.s3()
        let requests = [
            Requests.composite { $0.fileOutputs[0].s3 = s3 },
            Requests.composite {
                $0.fileOutputs = []
                $0.segmentOutputs = [Requests.segments { $0.s3 = s3 }]
            },
            Requests.composite {
                $0.fileOutputs = []
                $0.imageOutputs = [Requests.images { $0.s3 = s3 }]
            },
            Requests.track { $0.file.s3 = s3 },
            Requests.template {
                $0.outputs = [Requests.output { $0.segments = Requests.segments { $0.s3 = s3 } }]
            },
        ]
        for request in requests {
            let plan = try EgressPlan(request, defaults: .permissive)
            #expect(plan.outputs.first?.storage.description == "S3 bucket recordings")
        }
    }

    @Test("keeps everything that S3 is told")
    func s3() throws {
        let request = Requests.composite {
            $0.fileOutputs[0].disableManifest = true
            $0.fileOutputs[0].s3 = Requests.s3 {
                $0.sessionToken = "token"
                $0.assumeRoleArn = "arn:aws:iam::1:role/r"
                $0.assumeRoleExternalID = "external"
                $0.region = "eu-west-1"
                $0.endpoint = "https://s3.example.com"
                $0.forcePathStyle = true
                $0.metadata = ["a": "b"]
                $0.tagging = "x=y"
                $0.contentDisposition = "attachment"
                $0.proxy.url = "http://proxy:3128"
                $0.proxy.username = "u"
                $0.proxy.password = "p"
            }
        }
        var expected = S3Configuration(bucket: "recordings")
        expected.accessKey = "AKIA-key"
        expected.secret = "s3-secret"
        expected.sessionToken = "token"
        expected.assumeRoleARN = "arn:aws:iam::1:role/r"
        expected.assumeRoleExternalID = "external"
        expected.region = "eu-west-1"
        expected.endpoint = "https://s3.example.com"
        expected.forcePathStyle = true
        expected.metadata = ["a": "b"]
        expected.tagging = "x=y"
        expected.contentDisposition = "attachment"
        expected.proxy = ProxyConfiguration(url: "http://proxy:3128", username: "u", password: "p")
        expected.prefix = "all"
        expected.generatePresignedURL = true
        let defaults = PlanDefaults(backup: Self.server, prefix: "all", generatePresignedURL: true)
        let output = try #require(EgressPlan(request, defaults: defaults).outputs.first)
        #expect(output.storage == .s3(expected))
        #expect(output.backup == Self.server)
        #expect(!output.writesManifest)
    }

    @Test("of other providers keeps what they are told")
    func providers() throws {
        func storage(_ change: (inout Livekit_EncodedFileOutput) -> Void) throws -> StorageConfiguration? {
            try EgressPlan(Requests.composite { change(&$0.fileOutputs[0]) }, defaults: .permissive).outputs.first?
                .storage
        }
        var google = GoogleCloudConfiguration(bucket: "g")
        google.credentials = "{}"
        #expect(
            try storage {
                $0.gcp.bucket = "g"
                $0.gcp.credentials = "{}"
            } == .googleCloud(google)
        )
        #expect(
            try storage {
                $0.azure.accountName = "a"
                $0.azure.accountKey = "k"
                $0.azure.containerName = "c"
            } == .azure(AzureConfiguration(accountName: "a", accountKey: "k", container: "c"))
        )
        var oss = AliOSSConfiguration(accessKey: "a", secret: "s", endpoint: "https://oss", bucket: "b")
        oss.region = "r"
        #expect(
            try storage {
                $0.aliOss.accessKey = "a"
                $0.aliOss.secret = "s"
                $0.aliOss.endpoint = "https://oss"
                $0.aliOss.bucket = "b"
                $0.aliOss.region = "r"
            } == .aliOSS(oss)
        )
    }

    @Test("with a role to assume has the key of the service")
    func roles() throws {
        func s3(_ rule: PlanDefaults.AssumeRole, role: String) throws -> S3Configuration? {
            let request = Requests.composite {
                $0.fileOutputs[0].s3 = Requests.s3 {
                    $0.accessKey = ""
                    $0.secret = ""
                    $0.assumeRoleArn = role
                }
            }
            let plan = try EgressPlan(request, defaults: PlanDefaults(assumeRole: rule))
            guard case .s3(let s3)? = plan.outputs.first?.storage else { return nil }
            return s3
        }
        let key = PlanDefaults.AssumeRole.key(accessKey: "K", secret: "S", role: "arn:default", externalID: "E")
        let named = try #require(try s3(key, role: "arn:named"))
        #expect(named.accessKey == "K" && named.secret == "S" && named.assumeRoleARN == "arn:named")
        #expect(named.assumeRoleExternalID == "E")
        #expect(try s3(key, role: "")?.assumeRoleARN == "arn:default")
        #expect(try s3(.refused, role: "")?.accessKey == "", "the chain of default credentials is left")
        #expect(try s3(.unchecked, role: "arn:named")?.accessKey == "")
        let error = #expect(throws: TwirpError.self) { try s3(.refused, role: "arn:named") }
        #expect(error?.code == .permissionDenied)
        #expect(error?.message.hasPrefix("S3 upload using AssumeRole is disabled") == true)
    }

    @Test("is needed where files must not stay here, but not for streams")
    func noLocalStorage() throws {
        let defaults = PlanDefaults(disallowLocalStorage: true)
        let error = #expect(throws: TwirpError.self) { try EgressPlan(Requests.composite(), defaults: defaults) }
        #expect(error?.code == .invalidArgument)
        let stream = Requests.composite {
            $0.fileOutputs = []
            $0.streamOutputs = [Requests.stream("rtmp://h/a/k")]
        }
        let output = try #require(EgressPlan(stream, defaults: defaults).outputs.first)
        #expect(output.storage == .local && output.backup == nil && !output.writesManifest)
    }
}
