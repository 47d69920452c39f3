import Geodesy
import Inspection
import KLV

/// The targets of one VMTI set, with what their stream said of frame size, classes and algorithms.
struct VMTIReport: Sendable {
    let targets: [SeriesElement]
    private let state: VMTIState
    private let frameCenter: TelemetrySample.StatedPoint?

    /// Nil when the set has no targets.
    init?(_ items: [LocalSetItem], _ state: VMTIState, frameCenter: TelemetrySample.StatedPoint?) {
        guard let targets = items.value(101)?.elements, !targets.isEmpty else { return nil }
        self.targets = targets
        self.state = state
        self.frameCenter = frameCenter
    }

    /// The targets as objects of `frame`. Boxes are scaled from the analyser's frame size to that of the frame.
    func objects(in frame: Frame, centroidBox: Double) -> [FrameObject] {
        targets.map { target in
            let items = target.items
            let object = classification(items)
            let track = items.value(104)?.items?.value(1)?.text ?? target.id.map { String($0) }
            return FrameObject(
                label: object.label, confidence: confidence(items, object.confidence),
                box: VMTIPixels(state, frame).box(items, centroidBox: centroidBox), track: track,
                attributes: attributes(items), statedPosition: position(items))
        }
    }

    /// Of the surest VObject (item 107; 102 before ST 0903.6): the ontology's label, or the last part of its entity's
    /// IRI; before .6 the class name.
    private func classification(_ items: [LocalSetItem]) -> (label: String, confidence: Double?) {
        var objects = items.value(107)?.elements?.map(\.items) ?? []
        if objects.isEmpty, let single = items.value(102)?.items { objects = [single] }
        let surest = objects.max { ($0.value(4)?.number ?? -1) < ($1.value(4)?.number ?? -1) }
        guard let surest else { return ("", nil) }
        let confidence = surest.value(4)?.number.map { $0 / 100 }
        if let id = surest.value(3)?.count, let label = state.ontologies[id].flatMap(Self.label) {
            return (label, confidence)
        }
        return (surest.value(2)?.text ?? "", confidence)
    }

    private static func label(of ontology: [LocalSetItem]) -> String? {
        if let label = ontology.value(6)?.text, !label.isEmpty { return label }
        return ontology.value(4)?.text.map(lastPart)
    }

    /// What the stream's ontology names, by the ids of its entries: an analyser that refers to a class can see it.
    static func labels(of state: VMTIState) -> [String] {
        guard !state.ontologies.isEmpty else { return [] }
        return state.ontologies.sorted { $0.key < $1.key }.compactMap { label(of: $0.value) }
            .filter { !$0.isEmpty && $0.utf8.count <= AnalysisLine.textLimit }
    }

    /// `https://example.org/inspection.owl#WastePile` → `WastePile`.
    private static func lastPart(_ iri: String) -> String {
        let part = iri.split(whereSeparator: { $0 == "#" || $0 == "/" }).last.map { String($0) }
        return part ?? iri
    }

    /// Item 5, per cent; else that of the VObject.
    private func confidence(_ items: [LocalSetItem], _ object: Double?) -> Double? {
        let value = items.value(5)?.number.map { $0 / 100 } ?? object
        return value.flatMap { $0 >= 0 && $0 <= 1 ? $0 : nil }
    }

    private func attributes(_ items: [LocalSetItem]) -> [String: FrameObject.Attribute] {
        var attributes: [String: FrameObject.Attribute] = [:]
        let numbers = [4: "priority", 6: "history", 7: "percentageOfTargetPixels", 9: "intensity"]
        for (tag, name) in numbers {
            if let number = items.value(tag)?.number { attributes[name] = .number(number) }
        }
        if let color = items.value(8)?.items {
            let bytes = (1...3).compactMap { color.value($0)?.count.flatMap { UInt8(exactly: $0) } }
            if bytes.count == 3 { attributes["color"] = .string("#" + InspectLine.hex(bytes)) }
        }
        if let id = items.value(22)?.count {
            let name = state.algorithms[id]?.value(2)?.text
            attributes["algorithm"] = .string(name ?? String(id))
        }
        let states = ["inactive", "moving", "dropped", "stopped", "coasting"]
        if let status = items.value(23)?.count, status < UInt64(states.count) {
            attributes["detectionStatus"] = .string(states[Int(status)])
        }
        return attributes
    }

    /// Item 17, else the frame centre with items 10 and 11 added. Without a height above the ellipsoid (in 17, in 12, or
    /// the frame centre's own) it is no position.
    private func position(_ items: [LocalSetItem]) -> FrameObject.StatedPosition? {
        let ownHeight = items.value(12)?.number
        if let location = items.value(17)?.items, let latitude = location.value(1)?.number,
            let longitude = location.value(2)?.number
        {
            guard let height = location.value(3)?.number ?? ownHeight else { return nil }
            let errors = (4...6).compactMap { location.value($0)?.number }
            let sigma = errors.count == 3 ? SIMD3(errors[0], errors[1], errors[2]) : nil
            return stated(latitude, longitude, height, sigma)
        }
        guard let frameCenter, let north = items.value(10)?.number, let east = items.value(11)?.number,
            let height = ownHeight ?? frameCenter.heightHAE
        else { return nil }
        let longitude = frameCenter.longitude + east
        let wrapped = longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude
        return stated(frameCenter.latitude + north, wrapped, height, nil)
    }

    private func stated(
        _ latitude: Double, _ longitude: Double, _ height: Double, _ sigma: SIMD3<Double>?
    ) -> FrameObject.StatedPosition? {
        let point = GeodeticPoint(latitude: latitude, longitude: longitude, height: height)
        guard point.isOnGlobe, latitude != 0 || longitude != 0 else { return nil }
        return FrameObject.StatedPosition(point: point, sigma: sigma)
    }
}
