import Inspection

/// An object as a foreign dialect reports it, before it is judged.
struct ReportedObject {
    var label: String?
    var confidence: Double?
    var track: String?
    var box: FrameObject.Box?
    var attributes = FrameObject.noAttributes
    var position: FrameObject.StatedPosition?

    /// Keeps an attribute; an empty text says nothing, and there is a limit to their number.
    mutating func note(_ name: String, _ value: FrameObject.Attribute?) {
        guard let value, value != .string(""), !name.isEmpty, name.utf8.count <= AnalysisLine.textLimit,
            attributes.count < AnalysisLine.attributeLimit || attributes[name] != nil
        else { return }
        attributes[name] = value
    }

    /// Nil, and counted, when it is not fit for use: neither class nor box, a box without an area or outside the picture, a
    /// text too long. A confidence outside 0…1 (trackers write −0.1 for what they carried on) is no confidence. `size` is of
    /// the picture that the box is in pixels of: with it the box comes out as shares, cut to the picture.
    func judged(_ size: AnalysisOptions.PictureSize?, _ tally: (String) -> Void) -> FrameObject? {
        func refused() -> FrameObject? {
            tally("bad_objects")
            return nil
        }
        let label = label ?? ""
        guard label.utf8.count <= AnalysisLine.textLimit, (track?.utf8.count ?? 0) <= AnalysisLine.textLimit,
            !label.isEmpty || box != nil
        else { return refused() }
        var object = FrameObject(label: label, confidence: nil, box: nil, attributes: attributes)
        object.track = track.flatMap { $0.isEmpty ? nil : $0 }
        object.statedPosition = position
        if let confidence {
            if (0...1).contains(confidence) {
                object.confidence = confidence
            } else {
                tally("confidences_out_of_range")
            }
        }
        guard let box else { return object }
        guard let fit = Self.fit(box, size) else { return refused() }
        object.box = fit
        return object
    }

    private static func fit(_ box: FrameObject.Box, _ size: AnalysisOptions.PictureSize?) -> FrameObject.Box? {
        var box = box
        if let size {
            box = FrameObject.Box(
                left: box.left / size.width, top: box.top / size.height, right: box.right / size.width,
                bottom: box.bottom / size.height)
            // More than a picture's side outside: pixels of a larger picture, most likely.
            guard [box.left, box.top, box.right, box.bottom].allSatisfy({ $0 >= -1 && $0 <= 2 }) else { return nil }
            return box.shares(ofWidth: 1, height: 1)
        }
        guard [box.left, box.top, box.right, box.bottom].allSatisfy({ abs($0) <= 1e6 }) else { return nil }
        box.left = max(box.left, 0)
        box.top = max(box.top, 0)
        return box.right > box.left && box.bottom > box.top ? box : nil
    }
}

extension FrameObject {
    /// With room for as many as most objects have, which a copy keeps.
    static let noAttributes = [String: Attribute](minimumCapacity: 3)
}

extension AnalysisOptions.PictureSize {
    /// Of boxes that are shares already.
    static let shares = AnalysisOptions.PictureSize(width: 1, height: 1)
}
