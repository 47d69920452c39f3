/// Arrays of MISB ST 1303, of one or two dimensions: numbers as they are, mapped by ST 1201, bits, or BER-OID numbers
/// above a bias. Not run lengths.
enum ArrayPack {
    /// Elements; a longer array is refused.
    static let limit = 16_384

    private enum Processing {
        case natural
        case mapped(IMAPB)
        case bits
        case biased(UInt64)
    }

    private struct Shape {
        var rows: Int
        var columns: Int
        var bytes: Int
        var isFlat: Bool

        var count: Int { rows * columns }
    }

    static func decode(_ rows: [ItemDefinition], _ bytes: [UInt8], _ range: Range<Int>) -> LocalSetValue? {
        var cursor = ByteCursor(bytes, range)
        guard let shape = shape(&cursor), let processing = processing(&cursor, shape, bytes) else { return nil }
        let hasRows = rows.count > 1
        guard !rows.isEmpty, !hasRows || !shape.isFlat && shape.rows <= rows.count else { return nil }
        var values: [LocalSetValue] = []
        values.reserveCapacity(shape.count)
        let start = cursor.position
        for index in 0..<shape.count {
            let row = hasRows ? index / shape.columns : 0
            guard let value = element(rows[row].form, processing, index, start, &cursor, shape) else { return nil }
            values.append(value)
        }
        if case .bits = processing { _ = cursor.range((shape.count + 7) / 8) }
        guard cursor.isAtEnd else { return nil }
        return .series(hasRows ? columns(values, rows, shape) : lines(values, rows[0], shape))
    }

    /// Numbers of dimensions and of elements in each, then bytes of an element. One dimension is a column.
    private static func shape(_ cursor: inout ByteCursor) -> Shape? {
        guard let dimensions = cursor.identifier(), (1...2).contains(dimensions), let first = cursor.identifier()
        else { return nil }
        let second = dimensions == 2 ? cursor.identifier() : 1
        guard let second, let bytes = cursor.identifier(), (1...limit).contains(first), (1...limit).contains(second),
            first * second <= limit, (1...8).contains(bytes)
        else { return nil }
        return Shape(rows: first, columns: second, bytes: bytes, isFlat: dimensions == 1)
    }

    private static func processing(_ cursor: inout ByteCursor, _ shape: Shape, _ bytes: [UInt8]) -> Processing? {
        switch cursor.identifier() {
        case 1: return .natural
        case 2:
            // The range, in two numbers of the four or eight bytes that the elements leave.
            let width = (cursor.remaining - shape.count * shape.bytes) / 2
            guard let low = cursor.range(width), let high = cursor.range(width),
                case .real(let minimum)? = NumberForm.decode(.real(bytes: width), bytes, low),
                case .real(let maximum)? = NumberForm.decode(.real(bytes: width), bytes, high)
            else { return nil }
            return IMAPB(minimum, maximum, bytes: shape.bytes).map { .mapped($0) }
        case 3: return cursor.remaining >= (shape.count + 7) / 8 ? .bits : nil
        case 4: return cursor.identifier().map { .biased(UInt64($0)) }
        default: return nil
        }
    }

    private static func element(
        _ form: ItemForm, _ processing: Processing, _ index: Int, _ start: Int, _ cursor: inout ByteCursor,
        _ shape: Shape
    ) -> LocalSetValue? {
        switch processing {
        case .bits:
            return .unsigned(UInt64(cursor.bytes[start + index / 8] >> UInt8(7 - index % 8) & 1))
        case .biased(let bias):
            return cursor.identifier().map { .unsigned(UInt64($0) + bias) }
        case .natural:
            return cursor.range(shape.bytes).flatMap { NumberForm.decode(form, cursor.bytes, $0) }
        case .mapped(let mapping):
            guard let range = cursor.range(shape.bytes) else { return nil }
            switch mapping.decode(cursor.unsigned(range)) {
            case .real(let value): return .real(value)
            case .special(let special): return .special(special)
            }
        }
    }

    /// A member for each column, with the rows by name.
    private static func columns(
        _ values: [LocalSetValue], _ rows: [ItemDefinition], _ shape: Shape
    ) -> [SeriesElement] {
        (0..<shape.columns).map { column in
            SeriesElement(
                items: (0..<shape.rows).map { row in
                    let row = (definition: rows[row], value: values[row * shape.columns + column])
                    return LocalSetItem(
                        tag: row.definition.tag, name: row.definition.name, unit: row.definition.unit, value: row.value)
                })
        }
    }

    /// A member for each row, with the columns numbered from 1.
    private static func lines(
        _ values: [LocalSetValue], _ definition: ItemDefinition, _ shape: Shape
    ) -> [SeriesElement] {
        (0..<shape.rows).map { row in
            SeriesElement(
                items: (0..<shape.columns).map { column in
                    LocalSetItem(
                        tag: column + 1, name: definition.name, unit: definition.unit,
                        value: values[row * shape.columns + column])
                })
        }
    }
}
