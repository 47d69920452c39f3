import Expressions
import Inspection

extension Vocabulary {
    static let object = RecordTable<ObjectView>(
        "Object",
        [
            .text("label", "The analyser's class: lower case, blanks and hyphens as `_`; \"\" when it gives none.") {
                $0.label
            },
            .number("confidence", "", "0…1, as the analyser states it. No value when it gives none.") {
                $0.object.confidence
            },
            .text("track", "The analyser's track. No value when it tracks nothing.") { $0.object.track },
            .text("kind", "`detected` (by software) or `mark` (drawn by a person).") { $0.object.kind.rawValue },
            .number("left_px", "px", "Left edge of the box in the full-resolution picture, from the left.") {
                $0.object.box?.left
            },
            .number("top_px", "px", "Top edge, from the top.") { $0.object.box?.top },
            .number("right_px", "px", "Right edge, from the left.") { $0.object.box?.right },
            .number("bottom_px", "px", "Bottom edge, from the top.") { $0.object.box?.bottom },
            .number("width_px", "px", "Width of the box.") { $0.object.box?.width },
            .number("height_px", "px", "Height of the box.") { $0.object.box?.height },
            .number("area_px", "px²", "Area of the box.") { $0.area },
            .number("width_share", "", "Width of the box as a share of the picture's, 0…1.") { $0.widthShare },
            .number("height_share", "", "Height of the box as a share of the picture's, 0…1.") { $0.heightShare },
            .number("area_share", "", "Area of the box as a share of the picture's, 0…1.") { $0.areaShare },
            .number("aspect", "", "Width over height of the box.") { $0.aspect },
            .flag("touches_edge", "The box reaches the border of the picture: part of the thing may be outside.") {
                $0.touchesEdge
            },
            .attributes("attributes", "What else the analyser states: text, number or truth by name.") {
                $0.attributes
            },
        ])
}

extension ObjectView {
    var area: Double? { object.box.map { max($0.width, 0) * max($0.height, 0) } }

    var widthShare: Double? { width > 0 ? object.box.map { $0.width / width } : nil }

    var heightShare: Double? { height > 0 ? object.box.map { $0.height / height } : nil }

    var areaShare: Double? { width > 0 && height > 0 ? area.map { $0 / (width * height) } : nil }

    var aspect: Double? { object.box.flatMap { $0.height > 0 ? $0.width / $0.height : nil } }

    var touchesEdge: Bool? {
        guard width > 0, height > 0 else { return nil }
        return object.box.map { $0.left <= 1 || $0.top <= 1 || $0.right >= width - 1 || $0.bottom >= height - 1 }
    }

    var attributes: CELValue {
        var map = CELMap()
        for (name, attribute) in object.attributes.sorted(by: { $0.key < $1.key }).prefix(256) {
            let value: CELValue =
                switch attribute {
                case .string(let text): .string(text)
                case .number(let number): .double(number)
                case .bool(let flag): .bool(flag)
                }
            _ = map.insert(value, for: .string(name))
        }
        return .map(map)
    }
}
