import Geodesy
import Inspection

/// A detection made ready for joining: its place on the flight's plane, and how good a picture it makes.
struct Sighted: Sendable {
    private(set) var detection: Detection
    /// Nil for a detection without a usable geotag, or of the whole frame (whose place is not a thing's).
    private(set) var place: Place?
    /// One sigma, metres, of the longer axis.
    let sigma: Double
    let box: FrameObject.Box?
    let track: String?
    /// True when the box is cut off by the picture's edge: its middle is then not the thing's.
    let isCutOff: Bool
    /// Confidence × how large × how central, 0…1: how good a picture of the thing this frame makes.
    let score: Double

    var isWholeFrame: Bool { detection.object == nil }
    var isMark: Bool { detection.object?.kind == .mark }
    /// Things that stand may walk; heaps do not.
    var mayMove: Bool { detection.sceneType.footing == .standing }
    var confidence: Double { Self.unit(detection.confidence) }

    init(_ detection: Detection, on plane: LocalPlane?) {
        self.detection = detection
        if let geotag = Self.usable(detection.geotag), detection.object != nil, let plane {
            place = plane.place(of: geotag.point)
            sigma = geotag.ellipse.semiMajor
        } else {
            place = nil
            sigma = 0
        }
        let frame = detection.frame
        let box = detection.object?.box.flatMap { Self.usable($0) }
        self.box = box
        track = detection.object?.track
        let (width, height) = (Double(max(frame.width, 0)), Double(max(frame.height, 0)))
        var quality = 1.0
        var isCutOff = false
        if let box, width > 0, height > 0 {
            isCutOff = box.left <= 1 || box.top <= 1 || box.right >= width - 1 || box.bottom >= height - 1
            // A twentieth of the picture is as large as a thing need be.
            let size = min(box.width * box.height / (0.05 * width * height), 1).squareRoot()
            let (x, y) = ((box.left + box.right) / width - 1, (box.top + box.bottom) / height - 1)
            let aside = min(((x * x + y * y) / 2).squareRoot(), 1)
            quality = size * (1 - 0.5 * aside) * (isCutOff ? 0.5 : 1)
        }
        self.isCutOff = isCutOff
        score = Self.unit(detection.confidence) * quality
    }

    /// Puts right what was placed with a pose looked up `offset` seconds too late.
    mutating func correct(_ offset: Double) {
        if let slope = detection.geotag?.perSecond { place?.correct(slope, offset) }
        detection.geotag?.correct(offset)
    }

    /// No later ``correct(_:)`` moves it.
    mutating func settleTiming() { detection.geotag?.perSecond = nil }

    /// The geotag when it can be counted with.
    static func usable(_ geotag: Geotag?) -> Geotag? {
        guard let geotag, geotag.point.isOnGlobe, geotag.ellipse.covariance.isFinite, geotag.ellipse.semiMajor >= 0,
            geotag.ellipse.semiMajor < 1e6, geotag.ce90.isFinite
        else { return nil }
        return geotag
    }

    private static func usable(_ box: FrameObject.Box) -> FrameObject.Box? {
        let edges = [box.left, box.top, box.right, box.bottom]
        guard edges.allSatisfy({ abs($0) < 1e7 }), box.width > 0, box.height > 0 else { return nil }
        return box
    }

    private static func unit(_ value: Double) -> Double { value >= 0 ? min(value, 1) : 0 }
}

extension FrameObject.Box {
    func intersection(_ other: Self) -> Double {
        let width = min(right, other.right) - max(left, other.left)
        let height = min(bottom, other.bottom) - max(top, other.top)
        return width > 0 && height > 0 ? width * height : 0
    }

    /// Intersection over union, 0…1.
    func overlap(_ other: Self) -> Double {
        let common = intersection(other)
        let union = width * height + other.width * other.height - common
        return union > 0 ? common / union : 0
    }

    /// The share of the smaller box that lies in the larger, 0…1.
    func containment(_ other: Self) -> Double {
        let smaller = min(width * height, other.width * other.height)
        return smaller > 0 ? intersection(other) / smaller : 0
    }
}
