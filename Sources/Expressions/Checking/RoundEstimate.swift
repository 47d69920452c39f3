/// How many rounds the macros of an expression may take at most, when every list and map that it is handed has no more
/// than `assumed` elements. Lists that the text itself writes count as they are.
struct RoundEstimate {
    let assumed: Double

    func rounds(_ node: Syntax, _ sizes: [String: Double] = [:]) -> Double {
        switch node.kind {
        case .comprehension(let comprehension):
            var inner = sizes
            for variable in comprehension.variables { inner[variable] = assumed }
            let filter = comprehension.filter.map { rounds($0, inner) } ?? 0
            let round = 1 + filter + rounds(comprehension.body, inner)
            return rounds(comprehension.range, sizes) + size(comprehension.range, sizes) * round
        case .bind(let name, let value, let body):
            var inner = sizes
            inner[name] = size(value, sizes)
            return rounds(value, sizes) + rounds(body, inner)
        default:
            return node.children.reduce(0) { $0 + rounds($1, sizes) }
        }
    }

    /// Elements of what a node gives, if that is a list or map.
    private func size(_ node: Syntax, _ sizes: [String: Double]) -> Double {
        switch node.kind {
        case .list(let elements): return Double(elements.count)
        case .map(let entries): return Double(entries.count)
        case .identifier(let name, isAbsolute: false): return sizes[name] ?? assumed
        case .binary(.add, let left, let right): return size(left, sizes) + size(right, sizes)
        case .conditional(_, let first, let second): return max(size(first, sizes), size(second, sizes))
        case .bind(let name, let value, let body):
            var inner = sizes
            inner[name] = size(value, sizes)
            return size(body, inner)
        case .comprehension(let comprehension):
            let range = size(comprehension.range, sizes)
            guard comprehension.form == .transformMapEntry else { return range }
            var inner = sizes
            for variable in comprehension.variables { inner[variable] = assumed }
            return range * size(comprehension.body, inner)
        default: return assumed
        }
    }
}

extension Limits {
    /// An error when an expression may take more rounds than ``rounds``.
    func check(_ tree: Syntax, _ source: SourceText) throws(ExpressionError) {
        guard let rounds else { return }
        let estimate = RoundEstimate(assumed: Double(assumedElements)).rounds(tree)
        guard estimate > Double(rounds) else { return }
        let number = Int64(exactly: estimate.rounded()).map { "\($0)" } ?? "more than \(Int64.max)"
        throw source.error(
            "its macros may take \(number) rounds over lists of \(assumedElements) elements, the limit is \(rounds)",
            at: tree.range.lowerBound, hint: "do not nest macros over lists of the input more than twice")
    }
}
