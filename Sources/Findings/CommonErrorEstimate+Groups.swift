import Inspection

extension CommonErrorEstimate {
    /// The views of what is one matter, however it was joined.
    struct Group: Sendable {
        let sceneType: SceneType
        private(set) var seen: UTCTime
        private(set) var views: [ErringMatter.View]
        /// Where an earlier flight has it.
        var known: ErringMatter.View?

        /// Metres by which what one sigma does to a place differs between views that tell of it.
        private static let telling = 1.0

        init(_ matter: ErringMatter, taken: Double) {
            sceneType = matter.sceneType
            seen = matter.seen
            views = matter.views.map { view in
                var view = view
                view.place = TimingEstimate.corrected(view.place, slope: view.slope, offset: taken)
                return view
            }
        }

        var fitted: [ErringMatter.View] { views + (known.map { [$0] } ?? []) }

        var tells: Bool {
            guard known == nil, let first = views.first else { return known != nil }
            return views.contains { view in
                zip(view.common, first.common).contains { ($0 - $1).magnitude >= Self.telling }
            }
        }

        /// Where it is when the flight's errors are `sigmas`.
        func place(_ sigmas: [Double]) -> SIMD2<Double> {
            let whole = views.reduce(0) { $0 + 1 / $1.error }
            return views.reduce(SIMD2(0, 0)) { $0 + 1 / $1.error / whole * ($1.place - $1.off(by: sigmas)) }
        }

        mutating func add(_ other: Group) {
            views += other.views
            seen = max(seen, other.seen)
        }
    }

    /// Metres that the views of one matter lie apart when they are placed rightly.
    private static let mergeRadius = 3.0

    static func merged(_ groups: [Group], _ sigmas: [Double]) -> [Group] {
        var merged: [(place: SIMD2<Double>, group: Group)] = []
        for group in groups {
            let place = group.place(sigmas)
            let near = merged.firstIndex {
                $0.group.sceneType.id == group.sceneType.id && ($0.place - place).magnitude <= mergeRadius
            }
            if let near { merged[near].group.add(group) } else { merged.append((place, group)) }
        }
        return merged.map(\.group)
    }

    /// Takes what is known for a matter of this flight where it can be no other, and the matter none that is known beside it.
    func anchor(
        _ groups: inout [Group], _ sigmas: [Double],
        _ recall: (SceneType, SIMD2<Double>, UTCTime) -> [SIMD2<Double>]
    ) {
        let places = groups.map { $0.place(sigmas) }
        for index in groups.indices {
            let type = groups[index].sceneType
            let near = recall(type, places[index], groups[index].seen)
                .map { (place: $0, distance: ($0 - places[index]).magnitude) }
                .sorted { $0.distance < $1.distance }
            guard let nearest = near.first, nearest.distance <= options.reach,
                near.count == 1 || near[1].distance >= nearest.distance + options.lead
            else { continue }
            let isContested = groups.indices.contains { other in
                other != index && groups[other].sceneType.id == type.id
                    && (places[other] - nearest.place).magnitude < nearest.distance + options.lead
            }
            guard !isContested, let count = groups[index].views.first?.common.count else { continue }
            groups[index].known = ErringMatter.View(
                place: nearest.place, slope: SIMD2(0, 0), common: Array(repeating: SIMD2(0, 0), count: count),
                variance: options.knownError * options.knownError, count: 1)
        }
    }
}
