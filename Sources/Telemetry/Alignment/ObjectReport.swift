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
            return objects.map { $0.scaled(toWidth: frame.width, height: frame.height) }
        case .objects(let objects, .pixels(let width, let height)):
            return objects.map { $0.scaled(x: Double(frame.width) / width, y: Double(frame.height) / height) }
        case .objects(let objects, .fullResolution): return objects
        }
    }
}
