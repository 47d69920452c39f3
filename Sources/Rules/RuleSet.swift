public import Inspection
public import LocatedYAML

/// Compiled rules of several packs against one catalogue. Immutable and shared: every source's classifier uses the same.
public struct RuleSet: Sendable {
    /// A rule for people.
    public struct Summary: Sendable, Hashable {
        public var id: String
        public var version: String
        public var pack: String
        public var sceneType: String
        public var title: BilingualText
    }

    public let catalogue: Catalogue
    /// Ids, in the order they were given.
    public let packs: [String]
    let rules: [CompiledRule]
    /// What is no mistake, and hardly what was meant.
    public internal(set) var warnings: [YAMLComplaint] = []

    public var count: Int { rules.count }

    public var summaries: [Summary] {
        rules.map {
            Summary(
                id: $0.id, version: $0.version, pack: $0.pack, sceneType: $0.sceneType.id, title: $0.sceneType.title)
        }
    }

    /// True when a rule of these packs (nil: of any) speaks of what is measured of the picture: frames must be decoded for
    /// it.
    public func asksForPictures(packs: [String]? = nil) -> Bool {
        rules.contains { (packs?.contains($0.pack) ?? true) && $0.asksForPictures }
    }

    /// Registers that conditions name, with the rule that names each first.
    public var registers: [(name: String, rule: String)] {
        var seen: Set<String> = []
        return rules.flatMap { rule in rule.registerNames.sorted().map { (name: $0, rule: rule.id) } }
            .filter { seen.insert($0.name).inserted }
    }

    /// Reads and compiles files. Everything that is wrong with any of them is in the one error.
    public static func load(catalogue: String, packs: [String]) throws(RulesError) -> RuleSet {
        var loader = RuleLoader()
        let catalogueDocument = loader.read(catalogue)
        let packDocuments = packs.map { loader.read($0) }
        return try loader.compile(catalogue: catalogueDocument, packs: packDocuments.compactMap(\.self))
    }

    /// The same for texts; the names are what complaints carry.
    public static func parse(
        catalogue: (text: String, file: String), packs: [(text: String, file: String)]
    ) throws(RulesError) -> RuleSet {
        var loader = RuleLoader()
        let catalogueDocument = loader.parse(catalogue.text, file: catalogue.file)
        let packDocuments = packs.map { loader.parse($0.text, file: $0.file) }
        return try loader.compile(catalogue: catalogueDocument, packs: packDocuments.compactMap(\.self))
    }
}

/// Gathers the complaints of several files.
struct RuleLoader {
    private var complaints: [YAMLComplaint] = []
    private var warnings: [YAMLComplaint] = []
    static let maximumRules = 5000

    mutating func read(_ path: String) -> YAMLDocument? {
        do {
            return try YAMLDocument(path: path)
        } catch {
            complaints += error.complaints
            return nil
        }
    }

    mutating func parse(_ text: String, file: String) -> YAMLDocument? {
        do {
            return try YAMLDocument(text, file: file)
        } catch {
            complaints += error.complaints
            return nil
        }
    }

    mutating func compile(catalogue document: YAMLDocument?, packs: [YAMLDocument]) throws(RulesError) -> RuleSet {
        guard let document else { throw RulesError(complaints) }
        let catalogueComplaints = document.makeComplaints()
        let catalogue = Catalogue.decode(document, into: catalogueComplaints)
        complaints += catalogueComplaints.all
        var rules: [CompiledRule] = []
        var ids: [String] = []
        var places: [String: String] = [:]
        var spelling = LabelSpelling(catalogue)
        for document in packs {
            let found = document.makeComplaints()
            let pack = RulePack.decode(document, into: found)
            if ids.contains(pack.id), let place = pack.place {
                found.add(place, "the pack \(pack.id) was already given by another file")
            }
            ids.append(pack.id)
            let compiler = RuleCompiler(catalogue: catalogue, pack: pack, complaints: found)
            for rule in pack.rules {
                if let id = rule.id {
                    if let place = places[id.text] {
                        found.add(
                            id, "the rule \(id.text) was already given at \(place)",
                            hint: "rule ids are one for all packs")
                    }
                    places[id.text] = "\(document.file):\(id.line)"
                }
                if let compiled = compiler.compile(rule) {
                    rules.append(compiled)
                    let review = RuleReview(rule: rule, compiled: compiled, file: document.file)
                    warnings += review.warnings(&spelling).prefix(max(RuleReview.limit - warnings.count, 0))
                }
                if let warning = Self.cooldownWarning(rule, document.file) { warnings.append(warning) }
            }
            complaints += found.all
        }
        if rules.count > Self.maximumRules {
            complaints.append(
                YAMLComplaint(
                    file: document.file, line: 0, column: 0, path: "",
                    message: "more than \(Self.maximumRules) rules in all"))
        }
        guard complaints.isEmpty else { throw RulesError(complaints) }
        return RuleSet(catalogue: catalogue, packs: ids, rules: rules, warnings: warnings)
    }

    /// Seconds after which a thing that is no finding yet is forgotten: the `forgetAfterSeconds` of joining.
    static let joiningMemory = 5

    /// Detections of one track further apart than a thing is remembered never add up to a finding.
    private static func cooldownWarning(_ rule: WrittenRule, _ file: String) -> YAMLComplaint? {
        guard rule.window.cooldown > Double(joiningMemory), let place = rule.cooldown else { return nil }
        return YAMLComplaint(
            file: file, line: place.line, column: place.column, path: place.path,
            message:
                "a track fires every \(place.text) s at most, and detections more than \(joiningMemory) s apart "
                + "open no finding",
            hint: "\(joiningMemory) or less, unless joining.open_after_sightings is 1")
    }
}
