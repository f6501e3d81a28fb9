import JobProcess
import Settings
import Storage

/// Reads what an egress worker's configuration file says of the work, section by section.
struct EgressSettingsReader {
    /// What was odd about it.
    private(set) var oddities: SettingOddities

    init(oddities: SettingOddities) { self.oddities = oddities }

    /// Reads what concerns the work itself, whoever gives it.
    mutating func read(
        _ top: inout YAMLSection,
        into worker: inout EgressWorkerConfiguration
    ) throws(ConfigurationError) {
        try readOwn(&top, &worker)
        if let name = try top.text("cluster_id") { worker.clusterID = name }
        if let time = try top.duration("io_create_timeout"), time > .zero { worker.createTimeout = time }
        if let time = try top.duration("io_update_timeout"), time > .zero { worker.updateTimeout = time }
        worker.costs = try costs(top.section("cpu_cost"))
        worker.limits = try limits(top.section("session_limits"))
        worker.plans = try plans(&top)
        markIdle(&top, "", Self.idleKeys)
    }

    // MARK: - Our own keys

    private func readOwn(
        _ top: inout YAMLSection,
        _ worker: inout EgressWorkerConfiguration
    ) throws(ConfigurationError) {
        if let folder = try top.text("recordings"), !folder.isEmpty { worker.recordings = folder }
        if let folder = try top.text("work_folder") { worker.workFolder = folder }
        if let folder = try top.text("job_logs") { worker.process.logFolder = folder }
        if let nice = try top.integer("job_nice", in: 0...19) { worker.process.nice = nice }
        if let gigabytes = try top.number("job_max_memory", in: 0...Self.mostGigabytes) {
            worker.process.memory = Int64(gigabytes * Self.gigabyte)
        }
        if let age = try top.duration("upload_maximum_age"), age > .zero { worker.uploadMaximumAge = age }
        if let cores = try top.number("cores", in: 0.1...1024) { worker.cores = cores }
    }

    // MARK: - Sections

    private mutating func costs(_ section: YAMLSection) throws(ConfigurationError) -> CostTable {
        var section = section
        var table = CostTable()
        func cost(_ key: String) throws(ConfigurationError) -> Double? { try section.number(key, in: 0...1024) }
        if let part = try section.number("max_cpu_utilization", in: 0.01...1) { table.maximumUtilization = part }
        if let size = try section.number("max_memory", in: 0...Self.mostGigabytes) {
            table.maximumMemory = Int64(size * Self.gigabyte)
        }
        if let size = try section.number("memory_cost", in: 0...Self.mostGigabytes) {
            table.memory = Int64(size * Self.gigabyte)
        }
        if let value = try cost("room_composite_cpu_cost") { table.roomComposite = value }
        if let value = try cost("audio_room_composite_cpu_cost") { table.audioRoomComposite = value }
        if let value = try cost("sdk_audio_room_composite_cpu_cost") { table.audioRoomComposite = value }
        if let value = try cost("participant_cpu_cost") { table.participant = value }
        if let value = try cost("track_composite_cpu_cost") { table.trackComposite = value }
        if let value = try cost("track_cpu_cost") { table.track = value }
        if let seconds = try section.integer("cpu_kill_grace_sec", in: 0...86_400) {
            table.killGrace = .seconds(seconds)
        }
        markIdle(
            &section,
            "cpu_cost.",
            [
                "web_cpu_cost", "audio_web_cpu_cost", "max_pulse_clients", "memory_source", "memory_kill_grace_sec",
                "sdk_audio_room_composite_memory_cost",
            ]
        )
        oddities.close(section)
        return table
    }

    private mutating func limits(_ section: YAMLSection) throws(ConfigurationError) -> SessionLimits {
        var section = section
        var limits = SessionLimits()
        if let time = try section.duration("file_output_max_duration") { limits.file = time }
        if let bytes = try section.integer("file_output_max_size", in: 0...(1 << 60)) { limits.fileSize = Int64(bytes) }
        if let time = try section.duration("stream_output_max_duration") { limits.stream = time }
        if let time = try section.duration("segment_output_max_duration") { limits.segments = time }
        if let time = try section.duration("image_output_max_duration") { limits.images = time }
        oddities.close(section)
        return limits
    }

    private mutating func plans(_ top: inout YAMLSection) throws(ConfigurationError) -> PlanDefaults {
        var plans = PlanDefaults()
        if let flag = try top.flag("disallow_local_storage") { plans.disallowLocalStorage = flag }
        let key = try top.text("s3_assume_role_key") ?? ""
        let secret = try top.text("s3_assume_role_secret") ?? ""
        let role = try top.text("s3_assume_role_arn") ?? ""
        let externalID = try top.text("s3_assume_role_external_id") ?? ""
        guard key.isEmpty == secret.isEmpty else {
            throw top.error("s3_assume_role_secret", "s3_assume_role_key and s3_assume_role_secret go together")
        }
        if !key.isEmpty {
            plans.assumeRole = .key(accessKey: key, secret: secret, role: role, externalID: externalID)
        }
        if let seconds = try top.duration("stream_give_up_after"), seconds > .zero {
            plans.streamGiveUpAfter = seconds / .seconds(1)
        }
        let storage = try StorageSection(top.section("storage"), &oddities)
        let backup = try StorageSection(top.section("backup"), &oddities)
        if let configuration = storage.configuration { plans.storage = configuration }
        plans.backup = backup.configuration
        plans.prefix = storage.prefix
        plans.generatePresignedURL = storage.generatePresignedURL
        return plans
    }

    private mutating func markIdle(_ section: inout YAMLSection, _ place: String, _ keys: [String]) {
        let because = "there is no browser here, and no pipeline that it could change"
        oddities.markIdle(&section, place, keys, because: because)
    }

    /// LiveKit's keys for the browser, its sound server and its pipeline.
    private static let idleKeys = [
        "template_port", "template_base", "enable_chrome_sandbox", "chrome_flags", "insecure", "debug_handler_port",
        "debug", "max_upload_queue", "io_selection_timeout", "io_workers", "pulse_sink_reap_grace_sec",
        "video_encoder_threads", "enable_one_shot_sender_report_sync", "enable_sync_engine", "audio_tempo_controller",
        "test_overrides", "latency", "latency_overrides", "enable_room_composite_sdk_source",
    ]
    private static let gigabyte = Double(1 << 30)
    private static let mostGigabytes = 65_536.0
}
