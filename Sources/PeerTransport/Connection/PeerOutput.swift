/// What a connection wants done, given out by `poll` one at a time.
public typealias PeerOutput = DriveOutput<PeerEvent>
