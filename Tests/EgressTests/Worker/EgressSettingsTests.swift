import JobProcess
import Logging
import MessageBus
import Settings
import Storage
import Testing

@testable import Egress

@Suite("An egress worker's configuration")
struct EgressSettingsTests {
    private static let least = "ws_url: wss://rooms\napi_key: key\napi_secret: secret\nredis: {address: 'redis:6379'}\n"

    private func read(_ yaml: String, environment: [String: String] = [:]) throws -> EgressSettings.Reading {
        try EgressSettings.read(yaml: yaml, environment: environment, executable: "/sluice")
    }

    @Test("needs a room server, keys and Redis, and has a default for everything else")
    func least() throws {
        let reading = try read(Self.least)
        #expect(reading.warnings.isEmpty && reading.notes.isEmpty)
        #expect(reading.settings.redis.address == "redis:6379")
        #expect(reading.settings.healthPort == nil && reading.settings.prometheusPort == nil)
        let worker = reading.settings.worker
        #expect((worker.url, worker.apiKey, worker.apiSecret) == ("wss://rooms", "key", "secret"))
        #expect(worker.costs == CostTable() && worker.limits == SessionLimits())
        #expect(worker.nodeID.hasPrefix("NE_") && worker.nodeID.count == 15)
        #expect(worker.createTimeout == .seconds(15) && worker.updateTimeout == .seconds(30))
    }

    @Test("takes keys and address from the environment where the file has none")
    func environment() throws {
        let environment = ["LIVEKIT_API_KEY": "k", "LIVEKIT_API_SECRET": "s", "LIVEKIT_WS_URL": "ws://env"]
        let worker = try read("redis: {address: a}", environment: environment).settings.worker
        #expect((worker.url, worker.apiKey, worker.apiSecret) == ("ws://env", "k", "s"))
        #expect(try read(Self.least, environment: environment).settings.worker.url == "wss://rooms")
    }

    @Test("takes LiveKit's keys")
    func keys() throws {
        let settings = try read(
            Self.least + """
                health_port: 9090
                prometheus_port: 9091
                logging: {level: warn, json: true}
                cluster_id: fra
                io_update_timeout: 10s
                disallow_local_storage: true
                s3_assume_role_key: ak
                s3_assume_role_secret: as
                session_limits: {file_output_max_duration: 1h, file_output_max_size: 1000, stream_output_max_duration: 90m}
                cpu_cost: {max_cpu_utilization: 0.5, room_composite_cpu_cost: 3, max_memory: 2, cpu_kill_grace_sec: 5}
                recordings: /out
                work_folder: /work
                job_nice: 5
                """
        ).settings
        #expect(settings.healthPort == 9090 && settings.prometheusPort == 9091 && settings.logLevel == .warning)
        let worker = settings.worker
        #expect(worker.clusterID == "fra" && worker.updateTimeout == .seconds(10))
        #expect(worker.plans.disallowLocalStorage)
        #expect(worker.plans.assumeRole == .key(accessKey: "ak", secret: "as", role: "", externalID: ""))
        #expect(worker.limits.file == .seconds(3600) && worker.limits.stream == .seconds(5400))
        #expect(worker.limits.fileSize == 1000)
        #expect(worker.costs.maximumUtilization == 0.5 && worker.costs.roomComposite == 3)
        #expect(worker.costs.maximumMemory == 2 << 30 && worker.costs.killGrace == .seconds(5))
        #expect(worker.recordings == "/out" && worker.workFolder == "/work" && worker.process.nice == 5)
    }

    @Test("takes one store for recordings and one to fall back to")
    func storage() throws {
        let plans = try read(
            Self.least + """
                storage:
                  prefix: p
                  generate_presigned_url: true
                  s3: {access_key: a, secret: s, bucket: b, region: r, metadata: {k: v}, proxy_config: {url: 'http://p'}}
                backup:
                  azure: {account_name: n, account_key: k, container_name: c}
                """
        ).settings.worker.plans
        var s3 = S3Configuration(bucket: "b")
        (s3.accessKey, s3.secret, s3.region, s3.prefix) = ("a", "s", "r", "p")
        s3.metadata = ["k": "v"]
        s3.proxy = ProxyConfiguration(url: "http://p")
        s3.generatePresignedURL = true
        #expect(plans.storage == .s3(s3))
        #expect(plans.backup == .azure(AzureConfiguration(accountName: "n", accountKey: "k", container: "c")))
        #expect(plans.prefix == "p" && plans.generatePresignedURL)
    }

    @Test("names what it does not know with what was probably meant, and what has no effect here")
    func oddities() throws {
        let reading = try read(
            Self.least
                + "helth_port: 1\ncpu_cost: {web_cpu_cost: 4, track_cost: 1}\nchrome_flags: {x: y}\nlatency: {}\n"
        )
        #expect(
            reading.warnings == [
                "cpu_cost.track_cost is not a setting: ignored",
                "helth_port is not a setting: ignored (did you mean health_port?)",
            ]
        )
        #expect(reading.notes.map { $0.prefix { $0 != " " } } == ["cpu_cost.web_cpu_cost", "chrome_flags", "latency"])
    }

    @Test(
        "says where a value is wrong and what would be right",
        arguments: [
            ("health_port: 99999", "health_port", "must be a whole number from 0 to 65535, not \"99999\""),
            (
                "session_limits: {file_output_max_duration: 30}", "session_limits.file_output_max_duration",
                "must be a time with its unit, such as 30s, 1h30m or 250ms, not \"30\""
            ),
            (
                "cpu_cost: {max_cpu_utilization: 80}", "cpu_cost.max_cpu_utilization",
                "must be a number from 0.01 to 1.0, not \"80\""
            ),
            ("logging: {level: loud}", "logging.level", "must be one of debug, info, warn, error, not \"loud\""),
            (
                "storage: {s3: {bucket: b}, gcp: {bucket: b}}", "storage.gcp",
                "only one store can be named, and s3 is there already"
            ),
            ("storage: {s3: {region: r}}", "storage.s3.bucket", "is missing"),
            (
                "s3_assume_role_key: a", "s3_assume_role_secret",
                "s3_assume_role_key and s3_assume_role_secret go together"
            ),
        ]
    )
    func errors(yaml: String, path: String, problem: String) {
        #expect(throws: ConfigurationError(path: path, problem: problem)) { try read(Self.least + yaml) }
    }

    @Test(
        "says what is missing, and how it can be given",
        arguments: [
            ("api_key: k\napi_secret: s", "ws_url", "LIVEKIT_WS_URL"), ("ws_url: ws://x", "api_key", "LIVEKIT_API_KEY"),
            ("ws_url: ws://x\napi_key: k", "api_secret", "LIVEKIT_API_SECRET"),
        ]
    )
    func missing(yaml: String, path: String, variable: String) {
        let error = #expect(throws: ConfigurationError.self) { try read(yaml + "\nredis: {address: a}") }
        #expect(error?.path == path)
        #expect(error?.problem.contains(variable) == true)
    }

    @Test("refuses an address that is none of a room server's, and a worker without Redis")
    func addresses() {
        #expect(throws: ConfigurationError.self) { try read(Self.least.replacing("wss://rooms", with: "rooms:7880")) }
        #expect(throws: ConfigurationError.self) { try read("ws_url: ws://x\napi_key: k\napi_secret: s") }
    }

    @Test("limits an egress by the smallest limit of its outputs")
    func limits() {
        var limits = SessionLimits()
        (limits.file, limits.stream, limits.fileSize) = (.seconds(60), .seconds(30), 5)
        func output(_ kind: OutputPlan.Kind) -> OutputPlan {
            OutputPlan(kind: kind, video: nil, audio: nil, storage: .local)
        }
        let file = output(.file(FilePlan(format: .mp4, path: "")))
        let stream = output(.stream(StreamPlan(transport: .rtmp, urls: [])))
        let segments = output(
            .segments(
                SegmentsPlan(filenamePrefix: "", playlistName: "", livePlaylistName: nil, duration: 4, suffix: .index)
            )
        )
        #expect(limits.duration(of: [file]) == 60)
        #expect(limits.duration(of: [file, stream, segments]) == 30)
        #expect(limits.duration(of: [segments]) == nil)
        #expect(limits.size(of: [segments]) == nil && limits.size(of: [segments, file]) == 5)
    }
}
