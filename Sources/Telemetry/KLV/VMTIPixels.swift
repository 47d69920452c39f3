import Inspection
import KLV

/// From ST 0903 pixel numbers to boxes in the frame's own pixels. A pixel number is (row − 1) × width + column with rows and
/// columns from 1; pixel column c spans c − 1 … c in continuous coordinates.
struct VMTIPixels: Sendable {
    private let width: Int
    private let height: Int?
    private let scaleX: Double
    private let scaleY: Double

    /// The analyser's frame size is that of `state`, or the frame's own where the stream never said it.
    init(_ state: VMTIState, _ frame: Frame) {
        width = state.frameWidth.flatMap { $0 > 0 ? $0 : nil } ?? max(frame.width, 0)
        height = state.frameHeight.flatMap { $0 > 0 ? $0 : nil } ?? (frame.height > 0 ? frame.height : nil)
        scaleX = width > 0 && frame.width > 0 ? Double(frame.width) / Double(width) : 1
        scaleY = height.map { frame.height > 0 ? Double(frame.height) / Double($0) : 1 } ?? scaleX
    }

    /// The box of items 2 and 3, in whichever order its corners come; else a square of `centroidBox` frame pixels around
    /// the centroid (19 and 20, or 1).
    func box(_ items: [LocalSetItem], centroidBox: Double) -> FrameObject.Box? {
        if let first = pixel(items.value(2)), let second = pixel(items.value(3)) {
            return FrameObject.Box(
                left: (min(first.column, second.column) - 1) * scaleX, top: (min(first.row, second.row) - 1) * scaleY,
                right: max(first.column, second.column) * scaleX, bottom: max(first.row, second.row) * scaleY)
        }
        guard let center = place(items.value(19), items.value(20)) ?? pixel(items.value(1)) else { return nil }
        let x = (center.column - 0.5) * scaleX
        let y = (center.row - 0.5) * scaleY
        let half = max(centroidBox, 1) / 2
        return FrameObject.Box(left: x - half, top: y - half, right: x + half, bottom: y + half)
    }

    private func pixel(_ value: LocalSetValue?) -> (row: Double, column: Double)? {
        guard let number = value?.count, number >= 1, width > 0, let index = Int64(exactly: number - 1) else {
            return nil
        }
        let (row, column) = index.quotientAndRemainder(dividingBy: Int64(width))
        return checked(row: Double(row) + 1, column: Double(column) + 1)
    }

    private func place(_ row: LocalSetValue?, _ column: LocalSetValue?) -> (row: Double, column: Double)? {
        guard let row = row?.count, let column = column?.count, row >= 1, column >= 1 else { return nil }
        return checked(row: Double(row), column: Double(column))
    }

    /// Nil outside the analyser's frame.
    private func checked(row: Double, column: Double) -> (row: Double, column: Double)? {
        if width > 0, column > Double(width) { return nil }
        if let height, row > Double(height) { return nil }
        return (row, column)
    }
}
