/// What an analyser's label says that a person could be known by, by the words in it. Chinese words are found anywhere in the
/// label, others as words of their own (`no_mask`, `NoMask`, `trucks`); long ones also with something before or behind.
public struct SensitiveLabels: Sendable, Hashable {
    public enum Class: String, Sendable, Hashable, CaseIterable {
        /// A head or face, or what is worn on it: all of the box.
        case head
        case person
        case plate
        case vehicle
        /// The analyser says that something is there, and not what: all of the box.
        case unnamed
    }

    /// Words besides the built-in ones.
    public var added: [Class: [String]] = [:]

    public init() {}

    /// Labels beyond so many bytes are looked at no further.
    static let lengthLimit = 256
    /// Words at least so long are also found at the beginning or end of longer ones.
    private static let longWord = 6

    private static let faces = ["head", "face", "人头", "头部", "脸", "面部"]
    private static let gear = [
        "helmet", "hat", "cap", "hardhat", "mask", "nomask", "facemask", "earmuff", "goggle", "respirator", "口罩", "帽",
        "头盔", "耳塞", "耳罩", "护目镜",
    ]
    private static let persons = [
        "person", "people", "human", "pedestrian", "worker", "man", "men", "woman", "women", "child", "children", "kid",
        "boy", "girl", "rider", "cyclist", "driver", "passenger", "staff", "operator", "labourer", "laborer",
        "fisherman", "angler", "crowd", "swimmer", "policeman", "workman", "workmen", "fireman", "人", "员", "司机", "骑手",
        "儿童", "男", "女", "钓鱼",
    ]
    private static let plates = ["plate", "licenseplate", "licenceplate", "numberplate", "lpr", "车牌", "号牌", "牌照"]
    private static let vehicles = [
        "vehicle", "car", "truck", "lorry", "van", "bus", "minibus", "minivan", "suv", "pickup", "taxi", "automobile",
        "motorcycle", "motorbike", "motor", "moped", "scooter", "tricycle", "trailer", "tanker", "dumper", "tipper",
        "excavator", "digger", "bulldozer", "loader", "tractor", "forklift", "crane", "车", "摩托", "挖掘机", "挖机",
        "装载机", "铲车", "推土机", "拖拉机",
    ]
    /// Words that hold one of these by accident, and none that a longer label may hold by accident itself.
    private static let others = ["无人机", "无人驾驶", "机器人", "人行道", "停车场"]

    /// Nil for a label that says nothing of the kind.
    public func `class`(of label: String) -> Class? {
        // Numbers are names that nobody told.
        guard label.utf8.contains(where: { !(48...57).contains($0) && $0 != 32 }) else { return .unnamed }
        let words = Words(String(decoding: label.utf8.prefix(Self.lengthLimit), as: UTF8.self), without: Self.others)
        func holds(_ listed: [String], _ kind: Class?) -> Bool {
            listed.contains(where: words.holds) || kind.map { (added[$0] ?? []).contains(where: words.holds) } ?? false
        }
        if holds(Self.plates, .plate) { return .plate }
        if holds(Self.faces, .head) { return .head }
        // A worker without a helmet is a worker, a helmet alone is on a head.
        if holds(Self.persons, .person) { return .person }
        if holds(Self.gear, nil) { return .head }
        return holds(Self.vehicles, .vehicle) ? .vehicle : nil
    }

    private struct Words {
        private var text: String
        private var tokens: Set<String> = []

        init(_ label: String, without others: [String]) {
            text = label.lowercased()
            for other in others where text.contains(other) {
                text = text.split(separator: other).joined(separator: " ")
            }
            var token = ""
            var wasSmall = false
            for scalar in label.unicodeScalars {
                let isLetter = scalar.isASCII && (scalar.properties.isAlphabetic)
                if !isLetter || (wasSmall && scalar.properties.isUppercase) { take(&token) }
                if isLetter { token.unicodeScalars.append(scalar) }
                wasSmall = isLetter && scalar.properties.isLowercase
            }
            take(&token)
        }

        private mutating func take(_ token: inout String) {
            guard !token.isEmpty else { return }
            let word = token.lowercased()
            tokens.insert(word)
            if word.count > 3, word.hasSuffix("s") { tokens.insert(String(word.dropLast())) }
            token = ""
        }

        func holds(_ listed: String) -> Bool {
            let word = listed.lowercased()
            guard word.utf8.allSatisfy({ $0 < 128 }) else { return text.contains(word) }
            if tokens.contains(word) { return true }
            guard word.utf8.count >= SensitiveLabels.longWord else { return false }
            return tokens.contains { $0.hasPrefix(word) || $0.hasSuffix(word) }
        }
    }
}
