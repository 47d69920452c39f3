/// How the picture of a file is to be turned before it is shown. Raw values are those of EXIF. Source: CIPA DC-008, 4.6.5,
/// tag 0x0112: which sides of what is shown the file's first row and first column are.
public enum PictureOrientation: Int, Sendable, Hashable, CaseIterable {
    case topLeft = 1
    case topRight = 2
    case bottomRight = 3
    case bottomLeft = 4
    case leftTop = 5
    case rightTop = 6
    case rightBottom = 7
    case leftBottom = 8

    /// Rows of the file are columns of what is shown.
    public var isTransposed: Bool { rawValue >= 5 }

    /// Where what lies at shares of the file's picture lies in what is shown.
    public func shown(_ box: FrameObject.Box) -> FrameObject.Box {
        switch self {
        case .topLeft: box
        case .topRight: Self.mirrored(box)
        case .bottomRight: Self.flipped(Self.mirrored(box))
        case .bottomLeft: Self.flipped(box)
        case .leftTop: Self.transposed(box)
        case .rightTop: Self.mirrored(Self.transposed(box))
        case .rightBottom: Self.flipped(Self.mirrored(Self.transposed(box)))
        case .leftBottom: Self.flipped(Self.transposed(box))
        }
    }

    /// Where what lies at shares of what is shown lies in the file's picture.
    public func filed(_ box: FrameObject.Box) -> FrameObject.Box { inverse.shown(box) }

    private var inverse: PictureOrientation {
        switch self {
        case .rightTop: .leftBottom
        case .leftBottom: .rightTop
        default: self
        }
    }

    private static func mirrored(_ box: FrameObject.Box) -> FrameObject.Box {
        FrameObject.Box(left: 1 - box.right, top: box.top, right: 1 - box.left, bottom: box.bottom)
    }

    private static func flipped(_ box: FrameObject.Box) -> FrameObject.Box {
        FrameObject.Box(left: box.left, top: 1 - box.bottom, right: box.right, bottom: 1 - box.top)
    }

    private static func transposed(_ box: FrameObject.Box) -> FrameObject.Box {
        FrameObject.Box(left: box.top, top: box.left, right: box.bottom, bottom: box.right)
    }
}
