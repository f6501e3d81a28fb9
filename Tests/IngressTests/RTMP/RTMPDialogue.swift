import Media
import MediaWire

@testable import Ingress

/// A connection's machine in virtual time, with what it said and did.
///
/// A class: `#expect` cannot take what cannot be copied.
final class RTMPDialogue {
    private var machine: RTMPConnection.StateMachine
    private(set) var now: Instant
    /// Everything sent, the handshake included.
    private(set) var sent: [UInt8] = []
    private(set) var asked: [RTMPPublication] = []
    private(set) var events: [InputEvent] = []
    private(set) var isDisconnected = false
    /// Let in whoever asks, at once.
    let admitsAll: Bool

    init(limits: RTMPLimits = RTMPLimits(), admitsAll: Bool = true) {
        now = Instant(nanoseconds: 1_000_000_000)
        machine = RTMPConnection.StateMachine(limits: limits, nonce: 1, at: now)
        self.admitsAll = admitsAll
    }

    var ending: RTMPEnding? { machine.ending }
    var wantsBytes: Bool { machine.wantsBytes }
    var deadline: Instant? { machine.deadline }
    var malformedTags: Int { machine.malformedTags }

    func receive(_ bytes: [UInt8], step: Int = .max) {
        var start = 0
        while start < bytes.count {
            let end = start + min(step, bytes.count - start)
            perform(machine.receive(Array(bytes[start..<end]), at: now))
            start = end
        }
    }

    func admit() { perform(machine.admitted(at: now)) }
    func refuse(_ reason: RTMPRefusal) { perform(machine.refused(reason, at: now)) }
    func hold(_ isHeld: Bool) { machine.hold(isHeld, at: now) }
    func disconnect() { perform(machine.disconnected()) }

    /// Lets time pass, with every timer on its way.
    func wait(_ duration: Duration) {
        let end = now + duration
        while let deadline = machine.deadline, deadline <= end {
            now = max(now, deadline)
            perform(machine.timerFired(at: now))
        }
        now = end
    }

    /// The messages that were sent behind the handshake.
    var answers: [RTMPMessage] {
        var reader = ChunkReader()
        reader.receive(Array(sent.dropFirst(3073)))
        var messages: [RTMPMessage] = []
        while let message = try? reader.next() { messages.append(message) }
        return messages
    }

    /// The commands among them, as values.
    var commands: [[AMFValue]] {
        answers.filter { $0.type == .command }.map { message in
            var reader = AMFReader(message.payload)
            return (try? reader.readAll()) ?? []
        }
    }

    /// The codes of the states that were told, in order.
    var statusCodes: [String] {
        commands.filter { $0.first == .string("onStatus") }.compactMap { $0.last?["code"]?.text }
    }

    var samples: [(MediaKind, EncodedPacket)] {
        events.compactMap { if case .sample(let kind, let packet) = $0 { (kind, packet) } else { nil } }
    }

    var tracks: [InputTrack] {
        events.compactMap { if case .track(let track) = $0 { track } else { nil } }
    }

    var endings: Int { events.count { $0 == .ended } }

    private func perform(_ actions: [RTMPConnection.StateMachine.Action]) {
        for action in actions {
            switch action {
            case .send(let bytes): sent += bytes
            case .admit(let publication):
                asked.append(publication)
                if admitsAll { admit() }
            case .deliver(let event): events.append(event)
            case .disconnect:
                isDisconnected = true
                disconnect()
            }
        }
    }
}
