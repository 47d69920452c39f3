/// How far a case has come. 上报 受理 分流 处置 反馈 核查 办结, and 不予受理.
public enum CaseStage: String, Sendable, Hashable, Codable, CaseIterable {
    case reported, accepted, dispatched, handling
    case fedBack = "fed_back"
    case checking, closed, rejected

    /// The ordinary next stage; nil at the end.
    public var next: CaseStage? {
        switch self {
        case .reported: .accepted
        case .accepted: .dispatched
        case .dispatched: .handling
        case .handling: .fedBack
        case .fedBack: .checking
        case .checking: .closed
        case .closed, .rejected: nil
        }
    }

    public var zh: String {
        switch self {
        case .reported: "上报"
        case .accepted: "受理"
        case .dispatched: "分流"
        case .handling: "处置"
        case .fedBack: "反馈"
        case .checking: "核查"
        case .closed: "办结"
        case .rejected: "不予受理"
        }
    }
}
