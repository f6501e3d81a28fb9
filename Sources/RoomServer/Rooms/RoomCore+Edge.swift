import LiveKitProtocol

// What the edge sees of the rooms.

extension RoomCore: SignalEntrance {
    /// Lets a client in, or says why not.
    package func enter(
        _ parameters: JoinParameters,
        connection: any SignalConnection
    ) -> Result<any SignalReceiver, JoinFailure> {
        join(parameters, connection: connection).map { $0 }
    }
}

extension RoomCore: RoomAdministration {}

extension SignalSession: SignalReceiver {}
