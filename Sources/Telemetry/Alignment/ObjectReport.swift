import Inspection

/// Objects of one moment, before it is known which frame shows them.
enum ObjectReport: Sendable {
    case vmti(VMTIReport)
    case objects([FrameObject], MetadataReading.BoxUnit)

    var count: Int {
        switch self {
        case .vmti(let report): report.targets.count
        case .objects(let objects, _): objects.count
        }
    }

    /// With boxes in the full-resolution pixels of `frame`; without a box where its size would have to be known and is not.
    func objects(in frame: Frame, centroidBox: Double) -> [FrameObject] {
        switch self {
        case .vmti(let report): return report.objects(in: frame, centroidBox: centroidBox)
        case .objects(let objects, .shares):
            return objects.map { Self.scaled($0, frame, x: Double(frame.width), y: Double(frame.height)) }
        case .objects(let objects, .pixels(let width, let height)):
            return objects.map {
                Self.scaled($0, frame, x: Double(frame.width) / width, y: Double(frame.height) / height)
            }
        case .objects(let objects, .fullResolution): return objects
        }
    }

    private static func scaled(_ object: FrameObject, _ frame: Frame, x: Double, y: Double) -> FrameObject {
        var object = object
        object.box = object.box.flatMap { box in
            guard x > 0, y > 0, x.isFinite, y.isFinite else { return nil }
            return FrameObject.Box(left: box.left * x, top: box.top * y, right: box.right * x, bottom: box.bottom * y)
        }
        return object
    }
}
