/// What came back, whatever its status.
public struct HTTPResponse: Sendable, Hashable {
    /// 100…599 from a well-behaved server.
    public var status: Int
    /// Of the final response, in order, trailers last.
    public var fields: [HTTPField]
    public var body: [UInt8]

    public init(status: Int, fields: [HTTPField] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// Value of the first field of this name, in any case.
    public func field(_ name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }?.value
    }
}
