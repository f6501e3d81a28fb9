/// Everything a job's process has to know.
///
/// It may hold secrets in its plan and has one in its token: it is never logged.
struct JobDescription: Codable, Sendable, Hashable {
    /// What to take from the room and where to bring it.
    var plan: EgressPlan
    /// A folder of the job's own, absolute: everything unfinished lies here.
    var workFolder: String
    /// The folder that local files go to, absolute.
    var recordings: String
    /// The egress as it stands, serialised.
    var info: [UInt8]
    /// The room server.
    var url: String
    /// The recorder's access token.
    var token: String
    /// Seconds after which the session limit ends the egress; nil for none.
    var limit: Double?
    /// Seconds that a storage's outage may last until an upload is given up; nil for the usual time.
    var uploadMaximumAge: Double?
}
