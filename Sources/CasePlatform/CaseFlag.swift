/// What a stage alone does not say: by which way back a case came there, or that it rests.
public enum CaseFlag: String, Sendable, Hashable, Codable, CaseIterable {
    case returned, rework, extended, suspended

    public var zh: String {
        switch self {
        case .returned: "退回"
        case .rework: "返工"
        case .extended: "延期"
        case .suspended: "挂账"
        }
    }
}
