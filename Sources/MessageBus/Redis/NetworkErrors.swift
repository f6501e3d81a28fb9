import NIOCore
import NIOPosix
import NIOSSL

/// A network error in a few words.
func describe(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
        if let first = error.connectionErrors.first { return describe(first.error) }
        if let lookup = error.dnsAError ?? error.dnsAAAAError { return "the host is not known (\(lookup))" }
        return "cannot connect"
    case ChannelError.connectTimeout: return "no answer in time"
    case let error as IOError: return error.description
    default: return "\(error)"
    }
}
