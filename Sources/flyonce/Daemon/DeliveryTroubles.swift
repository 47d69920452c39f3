/// Why destinations cannot be reached, told once for each until it is over or the reason is another.
struct DeliveryTroubles {
    enum News: Equatable {
        case failing(reason: String)
        case over
    }

    /// By what fails.
    private var told: [String: String] = [:]

    /// `failure` is why the last attempt at `work` failed; nil after one that went well.
    mutating func news(of work: String, _ failure: String?) -> News? {
        guard told[work] != failure else { return nil }
        told[work] = failure
        if let failure { return .failing(reason: failure) }
        return .over
    }
}
