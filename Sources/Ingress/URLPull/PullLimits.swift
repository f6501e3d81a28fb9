/// How long a pull waits, and for what.
package struct PullLimits: Sendable, Hashable {
    /// A server's answer: from connecting to one address to the end of the response's head.
    package var answer: Duration
    /// Opening a source and finding out what its streams are.
    package var opening: Duration
    /// The next packet of a source.
    package var silence: Duration
    /// A live source that does not come back is given up after being away so long.
    package var absence: Duration

    /// Limits; the reference implementation gives a source 60 s to send anything at all.
    package init(
        answer: Duration = .seconds(10),
        opening: Duration = .seconds(30),
        silence: Duration = .seconds(20),
        absence: Duration = .seconds(30)
    ) {
        self.answer = answer
        self.opening = opening
        self.silence = silence
        self.absence = absence
    }
}
