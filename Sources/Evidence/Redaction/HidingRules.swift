public import Inspection

/// Where in a picture heads and number plates may be, by the objects of its frame. When in doubt, more is hidden.
public struct HidingRules: Sendable, Hashable {
    /// What leaves in place of a picture of whose frame no analyser said what is in it.
    public enum Unlisted: String, Sendable, Hashable, CaseIterable {
        /// The picture, coarse all over.
        case coarse
        /// Nothing.
        case withhold
        /// The picture, with the matter's own box hidden where its label asks for it.
        case send
    }

    public var labels = SensitiveLabels()
    public var unlisted = Unlisted.coarse
    /// False when the analysers have no classes for people and vehicles: what they list tells nothing of either.
    public var listsNamePeople = true

    public init() {}

    /// Parts of one picture; with more of them all of it is hidden.
    public static let limit = 256
    /// Shares of its height that are hidden of a standing person, from the top, and of a vehicle, from the bottom.
    static let headShare = 0.4
    static let plateShare = 0.4
    /// Pixels of height below which all of the box is hidden.
    static let personHeight = 48.0
    static let vehicleHeight = 32.0
    /// How much taller than wide a box is of somebody who stands.
    static let standing = 1.2
    /// Around each part: a share of its longer side, and pixels.
    static let margin = 0.15
    static let marginPixels = 4.0

    /// What to hide for these objects in a picture of `width` × `height` pixels. `isUpright`: up in the picture is up in the
    /// world, so that heads are on top and plates at the bottom. Nil when no object is of any concern.
    public func hidden(
        _ objects: [FrameObject], width: Int, height: Int, isUpright: Bool
    ) -> HiddenParts? {
        var parts: [FrameObject.Box] = []
        for object in objects {
            guard let kind = labels.class(of: object.label) else { continue }
            // It is somewhere in the picture.
            guard width > 0, height > 0, let box = object.box else { return .everything }
            let edges = [box.left, box.top, box.right, box.bottom]
            guard edges.allSatisfy(\.isFinite) else { return .everything }
            let part = Self.part(of: box, kind, isUpright: isUpright && object.kind == .detected)
            // One that ends at the picture's edge has its part cut too; one beyond it is not seen.
            guard let shares = part.shares(ofWidth: width, height: height) else { continue }
            parts.append(shares)
            guard parts.count <= Self.limit else { return .everything }
        }
        return parts.isEmpty ? nil : .parts(parts)
    }

    /// In pixels; may reach beyond the picture.
    static func part(
        of box: FrameObject.Box, _ kind: SensitiveLabels.Class, isUpright: Bool
    ) -> FrameObject.Box {
        var part = FrameObject.Box(
            left: min(box.left, box.right), top: min(box.top, box.bottom), right: max(box.left, box.right),
            bottom: max(box.top, box.bottom))
        let height = part.height
        switch kind {
        case .person where isUpright && height >= personHeight && height >= standing * part.width:
            part.bottom = part.top + headShare * height
        case .vehicle where isUpright && height >= vehicleHeight:
            part.top = part.bottom - plateShare * height
        case .head, .person, .plate, .vehicle, .unnamed: break
        }
        let margin = Self.margin * max(part.width, part.height) + marginPixels
        return FrameObject.Box(
            left: part.left - margin, top: part.top - margin, right: part.right + margin, bottom: part.bottom + margin)
    }
}

extension HiddenParts {
    /// All that either hides.
    public func joined(_ other: HiddenParts?) -> HiddenParts {
        switch (self, other) {
        case (_, nil): return self
        case (.everything, _), (_, .everything): return .everything
        case (.parts(let some), .parts(let more)):
            var all = some
            var known = Set(some)
            for part in more where known.insert(part).inserted { all.append(part) }
            return all.count > HidingRules.limit ? .everything : .parts(all)
        }
    }
}
