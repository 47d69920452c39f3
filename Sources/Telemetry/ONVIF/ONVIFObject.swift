import Inspection

/// One `tt:Object` of a frame, as it stands in the document.
struct ONVIFObject: Sendable, Hashable {
    static let colorLimit = 16
    /// Further classes that become attributes.
    static let classLimit = 16
    /// Bytes of a class or another text.
    static let textLimit = 128

    /// What kind of vehicle it is.
    struct Vehicle: Sendable, Hashable {
        var type: String?
        /// Of the type, 0…1; nil when the sender gives none, which is as good as 1.
        var likelihood: Double?
        var brand: String?
        var model: String?
    }

    var id: String?
    var parent: String?
    /// Nil where the object has none of its own.
    var transformation: ONVIFTransformation?
    /// Its transformation could not be read: where its coordinates are is not known.
    var isLost = false
    var box: ONVIFExtent?
    /// Around the points of its polygons.
    var outline: ONVIFExtent?
    var classes = ONVIFClass()
    var colors: [ONVIFColor] = []
    var speed: Double?
    /// Degrees, as the camera sees it: 0 to its right, 90 away from it.
    var direction: Double?
    var isIdle = false
    var isRemoved = false
    var latitude: Double?
    var longitude: Double?
    /// Metres above mean sea level.
    var elevation: Double?
    private(set) var vehicle: Vehicle?
    /// Ids of the objects that this one came from, by what happened to them.
    var origins: [String: String] = [:]

    /// Keeps the surest.
    mutating func take(_ other: Vehicle) {
        if let vehicle, vehicle.likelihood ?? 1 >= other.likelihood ?? 1 { return }
        vehicle = other
    }

    /// In shares of the picture. `frame` is nil when the frame's own transformation could not be read.
    func object(_ frame: ONVIFTransformation?, _ tally: (String) -> Void) -> FrameObject {
        let ranked = classes.ranked
        let best = ranked.first.map { ($0.type, $0.likelihood) } ?? vehicle.map { ($0.type ?? "", $0.likelihood) }
        return FrameObject(
            label: best?.0 ?? "", confidence: best?.1, box: share(frame, tally), track: id,
            attributes: attributes(ranked.dropFirst(), tally))
    }

    private func share(_ frame: ONVIFTransformation?, _ tally: (String) -> Void) -> FrameObject.Box? {
        guard let extent = box ?? outline else {
            tally("boxless_objects")
            return nil
        }
        guard let frame, !isLost else {
            tally("boxes_without_transformation")
            return nil
        }
        switch extent.placed(transformation?.within(frame) ?? frame) {
        case .outside:
            tally("boxes_refused_outside")
            return nil
        case .inside(let placed, let isCut, let isUpsideDown):
            if isCut { tally("boxes_cut") }
            if isUpsideDown, box != nil { tally("boxes_upside_down") }
            return placed
        }
    }

    private func attributes(
        _ others: ArraySlice<ONVIFClass.Entry>, _ tally: (String) -> Void
    ) -> [String: FrameObject.Attribute] {
        var attributes: [String: FrameObject.Attribute] = [:]
        for entry in others.prefix(Self.classLimit) {
            if let likelihood = entry.likelihood { attributes["class." + entry.type] = .number(likelihood) }
        }
        attributes["vehicle_type"] = vehicle?.type.map { .string($0) }
        attributes["vehicle_brand"] = vehicle?.brand.map { .string($0) }
        attributes["vehicle_model"] = vehicle?.model.map { .string($0) }
        for (name, ids) in origins { attributes[name] = .string(ids) }
        if let parent { attributes["parent"] = .string(parent) }
        if let speed { attributes["speed_mps"] = .number(speed) }
        if let direction, abs(direction) <= 360 { attributes["direction_deg"] = .number(direction) }
        if isIdle { attributes["idle"] = .bool(true) }
        if isRemoved { attributes["removed"] = .bool(true) }
        let heaviest = colors.enumerated().max {
            ($0.element.weight ?? 0, -$0.offset) < ($1.element.weight ?? 0, -$1.offset)
        }
        if let color = heaviest?.element.hexadecimal { attributes["color"] = .string(color) }
        position(&attributes, tally)
        return attributes
    }

    /// The height's datum is the sea, not the ellipsoid: what it states is told, and is no
    /// ``FrameObject/statedPosition``.
    private func position(_ attributes: inout [String: FrameObject.Attribute], _ tally: (String) -> Void) {
        guard let latitude, let longitude else { return }
        guard abs(latitude) <= 90, abs(longitude) <= 180, latitude != 0 || longitude != 0 else {
            tally("positions_refused")
            return
        }
        attributes["latitude"] = .number(latitude)
        attributes["longitude"] = .number(longitude)
        if let elevation { attributes["height_msl_m"] = .number(elevation) }
    }
}
