/// Who takes part in the demo and what they show and sound like.
struct DemoScript {
    /// One synthetic participant.
    struct Role: Sendable {
        let identity: String
        let name: String
        /// What the camera shows; nil for somebody who only speaks.
        let hue: Double?
        /// The tone heard, in hertz.
        let hertz: Double
        /// The part of the recording during which the screen is shared, as fractions of its length.
        let screenShare: ClosedRange<Double>?
    }

    /// Three cameras, one without, and one of them shares a screen in the middle of the recording.
    static let roles: [Role] = [
        Role(identity: "ada", name: "Ada Lovelace", hue: 0.02, hertz: 262, screenShare: 0.4...0.7),
        Role(identity: "alan", name: "Alan Turing", hue: 0.35, hertz: 330, screenShare: nil),
        Role(identity: "grace", name: "Grace Hopper", hue: 0.65, hertz: 392, screenShare: nil),
        Role(identity: "hedy", name: "Hedy Lamarr", hue: nil, hertz: 523, screenShare: nil),
    ]
}
