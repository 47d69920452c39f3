import Hummingbird
import Logging
import NIOCore

/// A request context that can cut its connection off.
protocol DroppingContext: RequestContext {
    func dropConnection() async
}

struct PlatformContext: DroppingContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    func dropConnection() async { try? await channel.close() }
}
