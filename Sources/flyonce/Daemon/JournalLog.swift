import Foundation
import Logging
import Synchronization

/// Writes a line an event to standard error. Under journald a line begins with its priority in angle brackets, which the
/// journal takes off; on a terminal with the time.
struct JournalLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info
    private let label: String
    private let isJournal: Bool

    init(label: String) {
        self.label = label
        isJournal = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = isJournal ? "<\(Self.priority(event.level))>" : "\(Date().ISO8601Format()) \(event.level): "
        line += event.message.description
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
            $0.key < $1.key
        }) {
            let text = value.description
            guard !text.isEmpty else { continue }
            line += text.contains(" ") ? " \(key)=\"\(text)\"" : " \(key)=\(text)"
        }
        // One line stays one line, whatever a message holds.
        line = line.replacing("\n", with: " ⏎ ")
        writeComplaint(Data((line + "\n").utf8))
    }

    /// syslog's numbers.
    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
