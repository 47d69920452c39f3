/// How many rounds the macros of an expression may take at most, when every list and map that it is handed has no more
/// than `assumed` elements. Lists that the text itself writes count as they are.
struct RoundEstimate {
    let assumed: Double
    /// Elements that a list made by an expression can have.
    let most: Double

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
        case .call(ListExtension.sorting, let arguments, _): return arguments.first.map { size($0, sizes) } ?? 0
        case .memberCall(let target, let name, let arguments): return size(of: name, target, arguments, sizes)
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

    /// Elements of what a function of lists gives.
    private func size(
        of name: String, _ target: Syntax, _ arguments: [Syntax], _ sizes: [String: Double]
    ) -> Double {
        switch name {
        case "sort", "distinct", "reverse", "slice": return size(target, sizes)
        case "flatten":
            guard arguments.isEmpty else { return most }
            guard case .list(let lists) = target.kind else { return min(most, size(target, sizes) * assumed) }
            return min(most, lists.reduce(0) { $0 + size($1, sizes) })
        case "range":
            guard case .identifier("lists", _) = target.kind else { return assumed }
            guard case .literal(.int(let count))? = arguments.first?.kind else { return most }
            return min(most, Double(max(0, count)))
        default: return assumed
        }
    }
}

extension Limits {
    /// An error when an expression may take more rounds than ``rounds``.
    func check(_ tree: Syntax, _ source: SourceText) throws(ExpressionError) {
        guard let rounds else { return }
        let estimate = RoundEstimate(assumed: Double(assumedElements), most: Double(elements)).rounds(tree)
        guard estimate > Double(rounds) else { return }
        let number = Int64(exactly: estimate.rounded()).map { "\($0)" } ?? "more than \(Int64.max)"
        throw source.error(
            "its macros may take \(number) rounds over lists of \(assumedElements) elements, the limit is \(rounds)",
            at: tree.range.lowerBound, hint: "do not nest macros over lists of the input more than twice")
    }
}
