/// Compiled code and what it needs to run.
struct Machine: Sendable {
    private let bool: BoolStep
    private let value: ValueStep
    private let slotCount: Int
    private let meter: Meter

    init(_ code: Code, slotCount: Int, limits: Limits) {
        bool = code.asBool
        value = code.asValue
        self.slotCount = slotCount
        meter = Meter(limits)
    }

    private func frame(_ activation: borrowing some Activation) -> Frame {
        // An empty array is a constant; only programs with macros make one.
        let locals = slotCount == 0 ? [] : Array(repeating: CELValue.null, count: slotCount)
        return Frame(activation: copy activation, locals: locals, meter: meter)
    }

    func evaluate(_ activation: borrowing some Activation) -> Result<CELValue, EvaluationError> {
        var frame = frame(activation)
        do throws(EvaluationError) {
            return .success(try value(&frame))
        } catch {
            return .failure(error)
        }
    }

    func evaluateBool(_ activation: borrowing some Activation) -> Result<Bool, EvaluationError> {
        var frame = frame(activation)
        do throws(EvaluationError) {
            return .success(try bool(&frame))
        } catch {
            return .failure(error)
        }
    }

    /// The values of the paths that have one.
    func observe(_ paths: [PathCollector.Path], _ activation: borrowing some Activation) -> [Observation] {
        var observations: [Observation] = []
        for path in paths {
            var frame = frame(activation)
            guard let value = try? path.step(&frame) else { continue }
            observations.append(Observation(path: path.text, value: value))
        }
        return observations
    }
}
