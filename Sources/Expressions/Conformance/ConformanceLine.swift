/// Answers one line of `flyonce rules eval`: `{"expr":…,"bindings":{name:typed},"container":…,"disable_macros":bool,
/// "disable_check":bool}` gives `{"value":typed}` or `{"error":"…"}`. The bound names are variables of type `dyn`.
public func answer(toLine line: String) -> String {
    do throws(Refusal) {
        let value = try evaluate(line)
        guard let text = TypedValue.write(value) else { throw Refusal(message: "the value is too long to write") }
        return "{\"value\":\(text)}"
    } catch {
        return "{\"error\":\(TypedValue.quoted(error.message))}"
    }
}

private struct Refusal: Error {
    let message: String
}

private func evaluate(_ line: String) throws(Refusal) -> CELValue {
    let request: JSONValue
    do throws(JSONReader.Malformed) {
        request = try JSONReader.read(line)
    } catch {
        throw Refusal(message: "malformed line: \(error.message)")
    }
    guard case .string(let source)? = request["expr"] else { throw Refusal(message: "malformed line: no \"expr\"") }
    let bindings = try bindings(request["bindings"])
    var options = Environment.Options()
    if case .bool(true)? = request["disable_macros"] { options.macros = false }
    if case .bool(true)? = request["disable_check"] { options.checked = false }
    var container = ""
    if case .string(let name)? = request["container"] { container = name }
    let environment = Environment(
        container: container, variables: bindings.keys.sorted().map { Variable($0, .dyn) }, options: options)
    let program: Program
    do throws(ExpressionError) {
        program = try Program(source, in: environment)
    } catch {
        throw Refusal(message: error.description)
    }
    switch program.evaluate(DictionaryActivation(bindings, in: environment)) {
    case .success(let value): return value
    case .failure(let error): throw Refusal(message: error.description)
    }
}

private func bindings(_ json: JSONValue?) throws(Refusal) -> [String: CELValue] {
    guard let json else { return [:] }
    guard case .object(let members) = json else { throw Refusal(message: "malformed line: \"bindings\" is no object") }
    var bindings: [String: CELValue] = [:]
    for (name, value) in members {
        do throws(TypedValue.Malformed) {
            bindings[name] = try TypedValue.read(value)
        } catch {
            throw Refusal(message: "malformed line: binding '\(name)': \(error.message)")
        }
    }
    return bindings
}
