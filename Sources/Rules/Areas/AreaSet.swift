public import Geodesy

/// The areas of all files, by where they are. Immutable and shared.
public struct AreaSet: Sendable {
    public struct Area: Sendable, Hashable {
        public var name: String
        /// Of a grid cell: its 15 digits.
        public var code: String
        public var kind: AreaSource.Kind
        /// The name of the file's entry in the settings.
        public var set: String
        /// Metres.
        public var margin: Double
    }

    /// Areas of all files at most.
    static let limit = 500_000

    public let areas: [Area]
    private let index: ShapeIndex
    private let indexOfNoRecord: ShapeIndex
    private let noRecordMargins: [Double]
    /// Metres, the largest of them.
    private let widestNoRecordMargin: Double
    private let indexOfNoAlert: ShapeIndex
    private let noAlert: [Int]
    private let widestNoAlertMargin: Double
    /// Words that rules may name areas by, by number.
    private let words: [String: Int32]
    /// The numbers of each area's name, entry and kind.
    private let calls: [SIMD4<Int32>]

    init(_ entries: [(area: Area, shape: GroundShape)]) {
        areas = entries.map(\.area)
        index = ShapeIndex(entries.map(\.shape))
        let closed = entries.filter { $0.area.kind == .noRecord }
        indexOfNoRecord = ShapeIndex(closed.map(\.shape))
        noRecordMargins = closed.map(\.area.margin)
        widestNoRecordMargin = noRecordMargins.max() ?? 0
        noAlert = entries.indices.filter { entries[$0].area.kind == .noAlert }
        indexOfNoAlert = ShapeIndex(noAlert.map { entries[$0].shape })
        widestNoAlertMargin = noAlert.map { entries[$0].area.margin }.max() ?? 0
        var words: [String: Int32] = [:]
        func number(_ word: String) -> Int32 {
            let number = words[word] ?? Int32(truncatingIfNeeded: words.count)
            words[word] = number
            return number
        }
        for kind in AreaSource.Kind.allCases { _ = number(kind.rawValue) }
        calls = entries.map { entry in
            SIMD4(number(entry.area.name), number(entry.area.set), number(entry.area.kind.rawValue), -1)
        }
        self.words = words
    }

    public init() { self.init([]) }

    public var isEmpty: Bool { areas.isEmpty }

    /// Some area must not be recorded.
    public var forbidsRecords: Bool { !noRecordMargins.isEmpty }

    /// Some area is one in which nothing is to be alerted.
    var silencesSome: Bool { !noAlert.isEmpty }

    /// Areas that hold `point`, in the order of the files.
    public func areas(at point: GeodeticPoint) -> [Area] { index.containing(point).map { areas[$0] } }

    /// An area, an entry or a kind is called so.
    func knows(_ word: String) -> Bool { words[word] != nil }

    /// There is an area of this name, of this entry or of this kind.
    func hasAny(_ word: String) -> Bool {
        guard let number = words[word] else { return false }
        return areas.indices.contains { isCalled($0, number) }
    }

    /// Name of the first area in the order of the files, grid cells aside, that holds `point`.
    public func name(at point: GeodeticPoint) -> String? { first(at: point) { $0.kind != .grid }?.name }

    /// Code of the grid cell that holds `point`.
    public func gridCode(at point: GeodeticPoint) -> String? { first(at: point) { $0.kind == .grid }?.code }

    private func first(at point: GeodeticPoint, where isMeant: (Area) -> Bool) -> Area? {
        var first: Int?
        index.visit(containing: point) { index in
            if isMeant(areas[index]) { first = min(first ?? index, index) }
            return true
        }
        return first.map { areas[$0] }
    }

    /// Areas that touch a box and their outlines, in the order of the files; `limit` at most.
    public func shapes(in box: BoundingBox, limit: Int) -> [(area: Area, shape: GroundShape)] {
        let corners = [(box.south, 0.0), (box.south, box.width), (box.north, box.width), (box.north, 0)].map {
            GeodeticPoint(latitude: $0.0, longitude: box.west + $0.1, height: 0)
        }
        guard let rectangle = GroundShape(areas: [[corners]]) else { return [] }
        var found: Set<Int> = []
        index.visit(within: 0, of: rectangle) { index in
            found.insert(index)
            return true
        }
        return found.sorted().prefix(max(limit, 0)).map { (areas[$0], index.shapes[$0]) }
    }

    /// Area, entry or kind of this name holds `point`; nil when nothing is called so.
    public func holds(_ word: String, _ point: GeodeticPoint) -> Bool? {
        guard let number = words[word] else { return nil }
        var isFound = false
        index.visit(containing: point) { index in
            isFound = isCalled(index, number)
            return !isFound
        }
        return isFound
    }

    /// Metres to the nearest area called so, 0 inside, infinite when none is within 100 km; nil when nothing is called so.
    func distance(to word: String, from point: GeodeticPoint) -> Double? {
        guard let number = words[word] else { return nil }
        return index.nearest(to: point) { isCalled($0, number) }?.distance ?? .infinity
    }

    /// Metres to the nearest edge of the areas that are called so and hold `point`; 0 when none holds it, nil when nothing
    /// is called so.
    func depth(in word: String, at point: GeodeticPoint) -> Double? {
        guard let number = words[word] else { return nil }
        var deepest = 0.0
        index.visit(containing: point) { index in
            if isCalled(index, number) {
                deepest = max(deepest, self.index.shapes[index].distanceToEdge(from: point))
            }
            return true
        }
        return deepest
    }

    /// The area in which nothing is to be alerted that holds `point` or has it within its margin.
    func noAlertArea(at point: GeodeticPoint) -> Area? {
        guard !noAlert.isEmpty else { return nil }
        var found: Area?
        guard let place = GroundShape(discs: [.init(center: point, radius: 0)]) else { return nil }
        indexOfNoAlert.visit(within: widestNoAlertMargin, of: place) { position in
            let area = areas[noAlert[position]]
            if indexOfNoAlert.shapes[position].distance(to: point, limit: area.margin) <= area.margin { found = area }
            return found == nil
        }
        return found
    }

    /// True when `shape`, give or take `error` metres, touches an area that must not be recorded.
    func touchesNoRecord(_ shape: GroundShape, error: Double) -> Bool {
        var touches = false
        indexOfNoRecord.visit(within: error + widestNoRecordMargin, of: shape) { index in
            touches = indexOfNoRecord.shapes[index].comes(within: error + noRecordMargins[index], of: shape)
            return !touches
        }
        return touches
    }

    private func isCalled(_ index: Int, _ number: Int32) -> Bool {
        let call = calls[index]
        return call.x == number || call.y == number || call.z == number
    }
}
