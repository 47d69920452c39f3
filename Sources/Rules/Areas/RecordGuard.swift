import Geodesy
public import Inspection

/// Says of a frame whether it may be kept. It is asked before anything else looks at the frame.
public struct RecordGuard: Sendable {
    private let ground: HeldGround

    public init(_ ground: HeldGround) { self.ground = ground }

    /// Some area must not be recorded.
    public var isNeeded: Bool { ground.current.areas.forbidsRecords }

    /// Metres that the error of a place counts at most: beyond, a bad fix would forbid a whole county.
    static let errorLimit = 500.0

    /// True when the aircraft, the middle of the picture, its footprint (as stated, else as worked out) or the place of an
    /// object touches an area that must not be recorded. Where nothing at all is known of a frame's place it is false.
    public func forbids(_ frame: FrameMetadata, placement: any Placement) -> Bool {
        let areas = ground.current.areas
        guard areas.forbidsRecords else { return false }
        if let telemetry = frame.telemetry, telemetry.hasFix, let latitude = telemetry.latitude,
            let longitude = telemetry.longitude,
            Self.touches(areas, GeodeticPoint(latitude: latitude, longitude: longitude, height: 0), error: 0)
        {
            return true
        }
        let (outline, error) = Self.footprint(of: frame, placement)
        if outline.count >= 3, let shape = GroundShape(areas: [[outline]]) {
            if areas.touchesNoRecord(shape, error: error) { return true }
        } else {
            for point in outline where Self.touches(areas, point, error: error) { return true }
        }
        return frame.objects.contains { object in
            [Footing.flat, .standing].contains { footing in
                guard let tag = try? placement.place(object, footing: footing, in: frame).get() else { return false }
                return Self.touches(areas, tag.point, error: min(tag.ce90, Self.errorLimit))
            }
        }
    }

    private static func touches(_ areas: AreaSet, _ point: GeodeticPoint, error: Double) -> Bool {
        guard let shape = GroundShape(discs: [.init(center: point, radius: 0)]) else { return false }
        return areas.touchesNoRecord(shape, error: error)
    }

    /// Corners in order round the picture, or what is known instead of them; and their error, metres.
    private static func footprint(
        of frame: FrameMetadata, _ placement: any Placement
    ) -> (outline: [GeodeticPoint], error: Double) {
        let stated = (frame.telemetry?.corners ?? []).map(\.point).filter(\.isOnGlobe)
        let center = frame.telemetry?.frameCenter.map(\.point).flatMap { $0.isOnGlobe ? $0 : nil }
        if stated.count == 4 { return (stated, 0) }
        let (width, height) = (Double(frame.frame.width), Double(frame.frame.height))
        guard width > 0, height > 0 else { return (center.map { [$0] } ?? [], 0) }
        var outline: [GeodeticPoint] = []
        var error = 0.0
        // Where the upper corners look over the horizon, the highest pixel that meets the ground stands for them.
        for (x, rows) in [(0.0, [0, 0.1, 0.25, 0.5, 0.75]), (1, [0, 0.1, 0.25, 0.5, 0.75]), (1, [1]), (0, [1])] {
            for y in rows {
                let pixel = FrameObject(
                    label: "", confidence: nil,
                    box: .init(left: x * width, top: y * height, right: x * width, bottom: y * height))
                guard let tag = try? placement.place(pixel, footing: .flat, in: frame).get() else { continue }
                outline.append(tag.point)
                error = max(error, min(tag.ce90, errorLimit))
                break
            }
        }
        if outline.count < 3, let center { outline.append(center) }
        return (outline, error)
    }
}

extension TelemetrySample.StatedPoint {
    fileprivate var point: GeodeticPoint { GeodeticPoint(latitude: latitude, longitude: longitude, height: 0) }
}
