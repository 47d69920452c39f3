/// Reads XML documents, one after another, from bytes that come in pieces of any size. Total and bounded: any bytes
/// give events or a fault, nothing is fetched, no entity is defined, and what is held is no more than one tag and the
/// names of the open elements. After a fault it goes on with the next document: at the next `<?xml`, or at the next
/// element named as a root.
struct XMLScanner: Sendable {
    /// Bytes of one tag.
    static let tagLimit = 1 << 16
    /// Bytes of the text of one element; a longer one is left out.
    static let textLimit = 4096
    static let depthLimit = 64
    static let attributeLimit = 64

    private enum State: Sendable, Hashable {
        case content, comment, instruction, cdata
        /// Looks for the next document; `root`: also without a prologue.
        case lost(root: Bool)
    }

    /// Local names, in lower case, of elements that can only be roots.
    private let roots: Set<String>
    private var state = State.content
    private var pending: [UInt8] = []
    private var names: [[UInt8]] = []
    private var elements: [XMLName] = []
    private var namespaces = XMLNamespaces()
    private var raw: [UInt8] = []
    private var text = ""
    private var isTextTooLong = false
    private var isAtStart = true

    init(roots: Set<String> = []) { self.roots = roots }

    /// True between documents.
    var isIdle: Bool { names.isEmpty && pending.isEmpty && state == .content }

    /// A unit of the carrier begins with these bytes: what was lost may begin anew without a prologue, and before a
    /// prologue nothing is open, not even a comment.
    mutating func beginUnit(_ bytes: [UInt8], emit: (XMLEvent) -> Void) {
        if case .lost = state { state = .lost(root: true) }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        if !isIdle, text.starts(with: Array("<?xml".utf8)) { finish(emit: emit) }
    }

    mutating func read(_ bytes: [UInt8], emit: (XMLEvent) -> Void) {
        var buffer = bytes
        if !pending.isEmpty {
            buffer = pending + bytes
            pending = []
        }
        var at = 0
        if isAtStart {
            guard let start = prologue(buffer, emit) else { return }
            at = start
        }
        while at < buffer.count {
            guard let next = step(buffer, at, emit) else { break }
            at = next
        }
        if at < buffer.count { pending = Array(buffer[at...]) }
    }

    /// What was read so far is all there is.
    mutating func finish(emit: (XMLEvent) -> Void) {
        let isLost = if case .lost = state { true } else { false }
        if !names.isEmpty || (!isLost && pending.contains { !XMLText.isBlank($0) && $0 != 0 }) {
            emit(.fault(.truncated))
        }
        self = XMLScanner(roots: roots)
    }

    /// Where the content begins: after a byte order mark. Nil while that is not known yet.
    private mutating func prologue(_ buffer: [UInt8], _ emit: (XMLEvent) -> Void) -> Int? {
        let mayBeMarked = buffer.first.map { [0xEF, 0xFE, 0xFF, 0, UInt8(ascii: "<")].contains($0) } ?? true
        guard buffer.count >= 3 || !mayBeMarked else {
            pending = buffer
            return nil
        }
        isAtStart = false
        if XMLText.isWide(buffer) { lose(.encoding, emit) }
        return buffer.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Reads what begins at `at`; gives the place after it, nil when its end has not come yet.
    private mutating func step(_ buffer: [UInt8], _ at: Int, _ emit: (XMLEvent) -> Void) -> Int? {
        switch state {
        case .comment: return skip(buffer, at, to: Self.commentEnd)
        case .instruction: return skip(buffer, at, to: Self.instructionEnd)
        case .cdata: return cdata(buffer, at)
        case .lost(let root): return search(buffer, at, root)
        case .content: break
        }
        guard buffer[at] == UInt8(ascii: "<") else {
            let end = buffer[at...].firstIndex(of: UInt8(ascii: "<")) ?? buffer.count
            take(buffer[at..<end])
            return end
        }
        guard at + 1 < buffer.count else { return nil }
        switch buffer[at + 1] {
        case UInt8(ascii: "!"): return declaration(buffer, at, emit)
        case UInt8(ascii: "?"): return instruction(buffer, at, emit)
        default: break
        }
        guard let end = Self.tagEnd(buffer, at + 1) else {
            guard buffer.count - at > Self.tagLimit else { return nil }
            lose(.tooLarge, emit)
            return at + 1
        }
        guard buffer[end] == UInt8(ascii: ">") else {
            lose(.malformed, emit)
            return end
        }
        if buffer[at + 1] == UInt8(ascii: "/") {
            close(buffer[(at + 2)..<end], emit)
        } else {
            open(buffer[(at + 1)..<end], emit)
        }
        return end + 1
    }

    // MARK: Markup

    private static let commentEnd = Array("-->".utf8)
    private static let instructionEnd = Array("?>".utf8)
    private static let cdataEnd = Array("]]>".utf8)
    private static let cdataStart = Array("<![CDATA[".utf8)

    private mutating func declaration(_ buffer: [UInt8], _ at: Int, _ emit: (XMLEvent) -> Void) -> Int? {
        let head = buffer[at...].prefix(9)
        if head.starts(with: Array("<!--".utf8)) {
            state = .comment
            return at + 4
        }
        if head.elementsEqual(Self.cdataStart) {
            guard flush() else {
                lose(.entity, emit)
                return at + 9
            }
            state = .cdata
            return at + 9
        }
        let isShort = head.count < 9 && (Self.cdataStart.starts(with: head) || Array("<!--".utf8).starts(with: head))
        if isShort { return nil }
        lose(head.starts(with: Array("<!D".utf8)) ? .dtd : .malformed, emit)
        return at + 2
    }

    private mutating func instruction(_ buffer: [UInt8], _ at: Int, _ emit: (XMLEvent) -> Void) -> Int? {
        guard buffer.count - at >= 6 else { return nil }
        if Self.isPrologue(buffer, at), !names.isEmpty {
            emit(.fault(.truncated))
            clear()
        }
        state = .instruction
        return at + 2
    }

    private static func isPrologue(_ buffer: [UInt8], _ at: Int) -> Bool {
        buffer[at...].prefix(5).elementsEqual(Array("<?xml".utf8)) && at + 5 < buffer.count
            && XMLText.isBlank(buffer[at + 5])
    }

    /// The place of the `>` that ends a tag, outside of quotes, or of a `<`, which no tag holds: it was cut short.
    private static func tagEnd(_ buffer: [UInt8], _ start: Int) -> Int? {
        var quote: UInt8?
        for index in start..<min(buffer.count, start + tagLimit + 1) {
            let byte = buffer[index]
            if byte == UInt8(ascii: "<") { return index }
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: ">") {
                return index
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
        }
        return nil
    }

    private mutating func skip(_ buffer: [UInt8], _ at: Int, to mark: [UInt8]) -> Int? {
        guard let end = Self.find(mark, buffer, at) else { return tail(buffer, at, mark) }
        state = .content
        return end + mark.count
    }

    private mutating func cdata(_ buffer: [UInt8], _ at: Int) -> Int? {
        let end = Self.find(Self.cdataEnd, buffer, at)
        let upTo = end ?? max(at, buffer.count - 2)
        if names.isEmpty || isTextTooLong || text.utf8.count + raw.count + (upTo - at) > Self.textLimit {
            isTextTooLong = true
            raw = []
        } else {
            // Pieces may cut a character in two: bytes are put together before they become text.
            raw.append(contentsOf: buffer[at..<upTo])
        }
        guard let end else { return upTo > at ? upTo : nil }
        text += String(decoding: raw, as: UTF8.self)
        raw = []
        state = .content
        return end + Self.cdataEnd.count
    }

    /// Leaves the last bytes, which may be the beginning of `mark`.
    private func tail(_ buffer: [UInt8], _ at: Int, _ mark: [UInt8]) -> Int? {
        let kept = buffer.count - (mark.count - 1)
        return kept > at ? kept : nil
    }

    private static func find(_ mark: [UInt8], _ buffer: [UInt8], _ start: Int) -> Int? {
        guard let last = mark.last else { return nil }
        var from = start
        while let found = buffer[min(from, buffer.count)...].firstIndex(of: last) {
            let begin = found - mark.count + 1
            if begin >= start, buffer[begin...found].elementsEqual(mark) { return begin }
            from = found + 1
        }
        return nil
    }

    // MARK: After a fault

    private mutating func lose(_ fault: XMLFault, _ emit: (XMLEvent) -> Void) {
        emit(.fault(fault))
        clear()
        state = .lost(root: fault != .dtd)
    }

    private mutating func clear() {
        names = []
        elements = []
        namespaces.clear()
        raw = []
        text = ""
        isTextTooLong = false
    }

    private mutating func search(_ buffer: [UInt8], _ at: Int, _ root: Bool) -> Int? {
        guard let start = buffer[at...].firstIndex(of: UInt8(ascii: "<")) else { return buffer.count }
        guard start + 1 < buffer.count else { return start > at ? start : nil }
        if buffer[start + 1] == UInt8(ascii: "?") {
            guard buffer.count - start >= 6 else { return start > at ? start : nil }
            if Self.isPrologue(buffer, start) { state = .content }
            return state == .content ? start : start + 2
        }
        guard root else { return start + 1 }
        guard let end = Self.nameEnd(buffer, start + 1) else {
            return buffer.count - start > Self.textLimit ? start + 1 : start > at ? start : nil
        }
        if isRoot(buffer[(start + 1)..<end]) {
            state = .content
            return start
        }
        return start + 1
    }

    private func isRoot(_ name: ArraySlice<UInt8>) -> Bool {
        guard !roots.isEmpty, name.count <= 128 else { return false }
        let local = name[((name.lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 }) ?? name.startIndex)...]
        return roots.contains(String(decoding: local, as: UTF8.self).lowercased())
    }

    private static func nameEnd(_ buffer: [UInt8], _ start: Int) -> Int? {
        buffer[start...].firstIndex { XMLText.isBlank($0) || $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "/") }
    }

    // MARK: Elements

    /// `tag` is what stands between the angle brackets.
    private mutating func open(_ tag: ArraySlice<UInt8>, _ emit: (XMLEvent) -> Void) {
        let isEmpty = tag.last == UInt8(ascii: "/")
        let tag = isEmpty ? tag.dropLast() : tag
        guard flush() else { return lose(.entity, emit) }
        let nameEnd = tag.firstIndex(where: XMLText.isBlank) ?? tag.endIndex
        let name = tag[tag.startIndex..<nameEnd]
        if !names.isEmpty, isRoot(name) {
            emit(.fault(.truncated))
            clear()
        }
        guard names.count < Self.depthLimit else { return lose(.tooLarge, emit) }
        let parts: [(name: Substring, value: String)]
        switch XMLAttributes.read(tag[nameEnd...]) {
        case .success(let found): parts = found
        case .failure(let fault): return lose(fault.fault, emit)
        }
        guard XMLAttributes.isName(name) else { return lose(.malformed, emit) }
        let declared = parts.compactMap { part -> (prefix: String, uri: String)? in
            if part.name == "xmlns" { return ("", part.value) }
            return part.name.hasPrefix("xmlns:") ? (String(part.name.dropFirst(6)), part.value) : nil
        }
        guard namespaces.open(declared) else { return lose(.tooLarge, emit) }
        let element = XMLElement(
            name: namespaces.element(Substring(String(decoding: name, as: UTF8.self))),
            attributes: parts.filter { $0.name != "xmlns" && !$0.name.hasPrefix("xmlns:") }.map {
                XMLElement.Attribute(name: namespaces.attribute($0.name), value: $0.value)
            })
        names.append(Array(name))
        elements.append(element.name)
        text = ""
        isTextTooLong = false
        emit(.start(element))
        if isEmpty { end(emit) }
    }

    private mutating func close(_ tag: ArraySlice<UInt8>, _ emit: (XMLEvent) -> Void) {
        let name = tag.prefix { !XMLText.isBlank($0) }
        guard let open = names.last, open.elementsEqual(name) else { return lose(.malformed, emit) }
        guard flush() else { return lose(.entity, emit) }
        end(emit)
    }

    private mutating func end(_ emit: (XMLEvent) -> Void) {
        guard let name = elements.popLast() else { return }
        names.removeLast()
        namespaces.close()
        emit(.end(name, text: isTextTooLong ? "" : text))
        text = ""
        isTextTooLong = false
        if names.isEmpty {
            isAtStart = true
            emit(.documentEnd)
        }
    }

    // MARK: Text

    private mutating func take(_ bytes: ArraySlice<UInt8>) {
        guard !names.isEmpty, !isTextTooLong else { return }
        if text.utf8.count + raw.count + bytes.count > Self.textLimit {
            isTextTooLong = true
            raw = []
            text = ""
        } else {
            raw.append(contentsOf: bytes)
        }
    }

    /// Puts the raw text to the resolved one; false for an unknown entity.
    private mutating func flush() -> Bool {
        guard !raw.isEmpty else { return true }
        defer { raw = [] }
        guard let resolved = XMLText.resolved(raw[...]) else { return false }
        text += resolved
        return true
    }
}
