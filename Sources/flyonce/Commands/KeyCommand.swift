import ArgumentParser
import Evidence
import Foundation
import Inspection
import Settings
import Store

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Show or change the key that signs the evidence's chain.",
        subcommands: [Show.self, Rotate.self])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the public keys of the chain, with their fingerprints.")

        @Option(help: "The configuration that names the state directory.") var config = RunCommand.defaultConfig

        func run() throws {
            let settings = try RunCommand.settings(at: config)
            let keys = SealedChain.publicKeys(in: settings.stateDirectory)
            guard !keys.isEmpty else {
                throw Failure(
                    .failed,
                    "There is no key in \(settings.stateDirectory) yet: the daemon makes one at its first start.")
            }
            let signer = SealedChain.head(in: settings.stateDirectory)?.key
            for key in keys {
                printLine("\(key.fingerprint)\(key.id == signer ? "  (signs now)" : "")")
                printLine(key.pem.trimmingCharacters(in: .newlines))
            }
        }
    }

    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make another key, which the present one names at the daemon's next start.",
            discussion: "Where a key is given by evidence.signing_key_file or _credential, give another there instead.")

        @Option(help: "The configuration that names the state directory.") var config = RunCommand.defaultConfig

        func run() throws {
            let settings = try RunCommand.settings(at: config)
            guard settings.evidence.signingKey == nil else {
                throw Failure(
                    .badConfig,
                    "The key is given by evidence.signing_key: give another there, and the present one as former_signing_key."
                )
            }
            if let holder = StateDirectory.holder(of: settings.stateDirectory) {
                throw Failure(
                    .unavailable,
                    "A daemon (process \(holder)) signs with the present key: stop it, rotate, and start it again.")
            }
            do throws(StoreError) {
                printLine(try SealingKeys.rotate(in: settings.stateDirectory).fingerprint)
            } catch {
                throw Failure(error)
            }
        }
    }
}
