/// Where an evaluation reads its variables, by the indices of the environment that the program was compiled in.
///
/// Make it a class, or a struct of at most three words, and evaluation does not allocate for it. A variable of a record
/// type is read field by field, so that the record need never be built; `value(ofVariable:)` is asked for it only where
/// an expression uses the whole record.
public protocol Activation {
    /// Nil when the variable has no value: reading it is an evaluation error.
    func value(ofVariable variable: Int) -> CELValue?

    /// A field of a variable of a record type, by the field's index. Nil when it has no value: `has` is false and
    /// reading it is an evaluation error.
    func value(ofField field: Int, ofVariable variable: Int) -> CELValue?

    /// The same for a field declared `double`, without the detour through ``CELValue``. Optional.
    func double(ofField field: Int, ofVariable variable: Int) -> Double?

    /// The same for a field declared `string`. Optional.
    func string(ofField field: Int, ofVariable variable: Int) -> String?
}

extension Activation {
    public func value(ofField field: Int, ofVariable variable: Int) -> CELValue? {
        guard case .record(let record)? = value(ofVariable: variable) else { return nil }
        return record.value(ofField: field)
    }

    public func double(ofField field: Int, ofVariable variable: Int) -> Double? {
        guard case .double(let value)? = value(ofField: field, ofVariable: variable) else { return nil }
        return value
    }

    public func string(ofField field: Int, ofVariable variable: Int) -> String? {
        guard case .string(let value)? = value(ofField: field, ofVariable: variable) else { return nil }
        return value
    }
}
