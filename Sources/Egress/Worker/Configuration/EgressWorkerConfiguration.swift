public import JobProcess
import LiveKitProtocol

/// How an egress worker does its work.
public struct EgressWorkerConfiguration: Sendable {
    /// The program a job's process runs, absolute: `sluice` itself.
    public var executable: String
    /// Its arguments; they have to lead to ``EgressJobProcess/run()``.
    public var arguments = ["egress-job"]
    /// The room server as jobs reach it, such as `ws://127.0.0.1:7880`, where a request names no other (`ws_url`).
    public var url: String
    /// The API key recorders' tokens are issued with (`api_key`).
    public var apiKey: String
    /// Its secret, never logged (`api_secret`).
    public var apiSecret: String
    /// This worker's name in metrics and logs.
    public var nodeID: String
    /// The name of the cluster in metrics (`cluster_id`).
    public var clusterID = ""
    /// The folder local recordings are written into, and never outside of; created if need be (`recordings`).
    public var recordings = "recordings"
    /// The folder unfinished recordings lie in (`work_folder`); empty: `.sluice` in the folder of recordings.
    ///
    /// What a worker that was killed has left there is completed by the next one that starts with this folder.
    public var workFolder = ""
    /// What requests leave open: storage, backup, what is allowed (`storage`, `backup`, `disallow_local_storage`…).
    public var plans = PlanDefaults()
    /// What egresses are expected to cost (`cpu_cost`).
    public var costs = CostTable()
    /// How long egresses may last (`session_limits`).
    public var limits = SessionLimits()
    /// What a job's process is allowed.
    public var process = JobLimits()
    /// How long a start waits until its egress is known to the room server (`io_create_timeout`).
    public var createTimeout = Duration.seconds(15)
    /// How long a report waits for its answer (`io_update_timeout`).
    public var updateTimeout = Duration.seconds(30)
    /// How long a storage's outage may last until an upload is given up (`upload_maximum_age`); nil for the usual six hours.
    public var uploadMaximumAge: Duration?
    /// Cores this worker may count on; nil: those of the machine, or of its control group.
    public var cores: Double?
    /// Whether a job is refused, or ended, for want of cores.
    ///
    /// Without it recordings of a machine that is too small for them lose frames instead.
    public var countsCores = true
    /// When a job that was asked to stop and has not even drained its encoders is killed.
    ///
    /// It gives up by itself after 30 s (`JobStateMachine.drainLimit`); what takes longer hangs.
    var stopLimit = Duration.seconds(45)
    /// When a process that completes what another has left is killed.
    var salvageLimits = SalvageWatch.Limits()

    /// A worker's configuration with the usual values for everything not named.
    public init(executable: String, url: String, apiKey: String, apiSecret: String, nodeID: String? = nil) {
        self.executable = executable
        self.url = url
        self.apiKey = apiKey
        self.apiSecret = apiSecret
        self.nodeID = nodeID ?? EgressNodeID.random().rawValue
    }
}
