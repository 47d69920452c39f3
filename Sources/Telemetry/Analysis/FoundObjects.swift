import Inspection

/// The objects of one line, as far as they are fit for use.
struct FoundObjects {
    private(set) var objects: [FrameObject] = []
    private(set) var unfit = 0
    /// Boxes in pixels of a picture whose size may come later in the line, and which object each is of.
    private var inPixels: [(index: Int, box: SIMD4<Double>)] = []

    init() { objects.reserveCapacity(16) }

    var count: Int { objects.count + unfit }

    mutating func readObject(_ json: inout AnalysisJSON) throws(AnalysisFault) {
        var object = AnalysisObject()
        objects.append(FrameObject(label: "", confidence: nil, box: nil))
        try object.read(&json, &objects[objects.count - 1])
        guard object.isFit(objects[objects.count - 1]) else {
            objects.removeLast()
            unfit += 1
            return
        }
        if let box = object.pixels { inPixels.append((objects.count - 1, box)) }
    }

    /// Boxes in pixels become shares of the size; without one, or outside the picture, their objects are unfit.
    mutating func settle(_ size: (width: Double, height: Double)?) {
        guard !inPixels.isEmpty else { return }
        for (index, box) in inPixels {
            let shares = size.flatMap { AnalysisObject.shares(box / SIMD4($0.width, $0.height, $0.width, $0.height)) }
            objects[index].box = shares
            // No label of a fit object is empty.
            if shares == nil { objects[index].label = "" }
        }
        inPixels = []
        let before = objects.count
        objects.removeAll(where: \.label.isEmpty)
        unfit += before - objects.count
    }
}
