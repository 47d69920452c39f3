import API
import Inspection
import Logging
import Store

extension StoreStatus {
    init(_ database: FindingDatabase) {
        let condition = database.condition
        self.init(
            epoch: database.epoch, check: condition.check.rawValue, salvages: condition.waitingSalvages,
            salvageProgress: condition.salvageProgress,
            notices: condition.notices.map { Notice(severity: $0.severity.rawValue, text: $0.description) })
    }
}

extension Logger {
    /// What the store tells of itself.
    func tell(_ notice: StoreNotice) {
        let level: Logger.Level =
            switch notice.severity {
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            }
        log(level: level, "store: \(notice.description)")
    }
}
