/// How an egress worker does its work.
public struct EgressWorkerConfiguration: Sendable {
    /// The program a job's process runs, absolute: `sluice` itself.
    public var executable: String
    /// Its arguments; they have to lead to ``EgressJobProcess/run()``.
    public var arguments: [String]
    /// The room server as jobs reach it, such as `ws://127.0.0.1:7880`.
    public var url: String
    /// The API key recorders' tokens are issued with.
    public var apiKey: String
    /// Its secret, never logged.
    public var apiSecret: String
    /// The folder recordings are written into, and never outside of; created if need be.
    public var recordings: String
    /// How many recordings may run at the same time.
    public var maximumJobs: Int
    /// How long an ended egress stays in the list.
    public var retention: Duration
    /// When a job that was asked to stop and has not even drained its encoders is killed.
    ///
    /// It gives up by itself after 30 s (`JobStateMachine.drainLimit`); what takes longer hangs.
    var stopLimit = Duration.seconds(45)

    /// A worker's configuration with the usual values for everything not named.
    public init(
        executable: String,
        arguments: [String] = ["egress-job"],
        url: String,
        apiKey: String,
        apiSecret: String,
        recordings: String = "recordings",
        maximumJobs: Int = 64,
        retention: Duration = .seconds(24 * 60 * 60)
    ) {
        self.executable = executable
        self.arguments = arguments
        self.url = url
        self.apiKey = apiKey
        self.apiSecret = apiSecret
        self.recordings = recordings
        self.maximumJobs = maximumJobs
        self.retention = retention
    }
}
