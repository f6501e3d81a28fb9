internal import NIOCore

/// A peer's place in a hub; used on the hub's loop only.
public final class PeerAttachment {
    private let core: HubCore
    private let attachment: Attachment

    init(core: HubCore, attachment: Attachment) {
        self.core = core
        self.attachment = attachment
    }

    /// Has the peer's packets sent and its events told.
    ///
    /// To be called after anything has been done to the peer. It returns at once: the work is done once for all peers,
    /// in the pass that is under way, else at the loop's next turn.
    public func drain() {
        core.loop.preconditionInEventLoop()
        core.mark(attachment)
    }

    /// Sends what the peer has left to say (close it before) and stops driving it; no event is told any more.
    public func detach() {
        core.loop.preconditionInEventLoop()
        core.detach(attachment)
    }
}
