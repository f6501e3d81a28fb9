/// What a client may ask of us before it is cut off.
struct RTMPLimits: Sendable {
    /// Chunks and messages.
    var chunks = ChunkReader.Limits()
    /// Bytes before a publish command; encoders send some 4,000, the handshake included.
    var bytesBeforePublish = 64 << 10
    /// Bytes between a publish command and its answer, after which no more is read until there is one.
    var bytesBeforeAdmission = 256 << 10
    /// From the connection to the publish command, TLS included.
    var publishTime = Duration.seconds(10)
    /// For the gate to decide.
    var admissionTime = Duration.seconds(20)
    /// Without a byte, after which a publisher is asked whether it is still there.
    var pingTime = Duration.seconds(30)
    /// Without a byte, after which a publisher is given up.
    var idleTime = Duration.seconds(60)
    /// For a client to read its last answer and to close the connection.
    var lingerTime = Duration.seconds(2)
    /// Malformed tags of one publisher; single ones are passed over.
    var malformedTags = 100
    /// Streams that a client may create; it can publish on one.
    var createdStreams = 16
}
