extension PackTestReport {
    /// JUnit XML where no test could be run, for `error`: one case that is in error, so that nobody takes an older file's results
    /// for those of today.
    public static func junit(error: String) -> String {
        let first = error.split(separator: "\n").first.map(String.init) ?? error
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites tests="1" failures="0" errors="1">
              <testsuite name="rules" tests="1" failures="0" errors="1" skipped="0">
                <testcase classname="rules" name="the packs can be read">
                  <error message="\(XMLText.escaped(first))">\(XMLText.escaped(error))</error>
                </testcase>
              </testsuite>
            </testsuites>

            """
    }
}
