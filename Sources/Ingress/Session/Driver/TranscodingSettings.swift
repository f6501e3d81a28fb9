/// How a session treats time: given by whoever runs it.
package struct TranscodingSettings: Sendable, Hashable, Codable {
    /// How samples come.
    package enum Pace: String, Sendable, Hashable, Codable, CaseIterable {
        /// At their time: sent as they come, and left out when they come faster than they can be encoded.
        case live
        /// As fast as we take them: kept until their time, and the source waits.
        case file
    }

    /// How samples come.
    package var pace: Pace = .live
    /// How long a source that was lost may stay away; zero ends the session at once.
    package var grace: Duration = .seconds(10)
    /// How long a source that is there may send nothing: LiveKit's ingress waits 60 s.
    package var mediaPatience: Duration = .seconds(60)
    /// How long the room may take to take a track: LiveKit's ingress waits 60 s.
    package var publishPatience: Duration = .seconds(60)
    /// The longest time between two reports: LiveKit's ingress sends its statistics every 60 s.
    package var reportInterval: Duration = .seconds(60)
    /// How long the participant of a file that has ended stays, so that what is lost on the way can be sent again: LiveKit's
    /// ingress drains for 2 s.
    package var drain: Duration = .seconds(2)

    /// The usual settings.
    package init() {}
}
