/// The name of an element or attribute: where it is defined, and its own part.
struct XMLName: Sendable, Hashable {
    /// Nil without a namespace, and where the document binds no namespace to the prefix.
    var namespace: String?
    var local: String
}

/// An element with its attributes, as it begins.
struct XMLElement: Sendable, Hashable {
    struct Attribute: Sendable, Hashable {
        var name: XMLName
        /// Empty when it was longer than ``XMLScanner/textLimit``.
        var value: String
    }

    var name: XMLName
    var attributes: [Attribute]

    /// The value of the attribute that has this name and no namespace of its own.
    subscript(_ local: String) -> String? {
        attributes.first { $0.name.local == local && $0.name.namespace == nil }?.value
    }
}

/// What ``XMLScanner`` read.
enum XMLEvent: Sendable, Hashable {
    case start(XMLElement)
    /// `text` is what stood after the last markup: all the text of an element without children. Empty when it was
    /// longer than ``XMLScanner/textLimit``.
    case end(XMLName, text: String)
    /// The root element ended, and all was well.
    case documentEnd
    /// The rest of the document is not read.
    case fault(XMLFault)
}

/// Why a document is not read to its end.
enum XMLFault: String, Sendable, Hashable, CaseIterable {
    /// Another document began before this one ended.
    case truncated
    /// Tags that do not match, an attribute without value, and the like.
    case malformed
    /// A document type definition: entities of a sender's own are not read.
    case dtd
    /// An entity that is neither one of the five named ones nor a number.
    case entity
    /// UTF-16, or another coding that is no superset of ASCII.
    case encoding
    /// Nests too deep, or has too long a tag, too many attributes or namespaces.
    case tooLarge = "too_large"
}
