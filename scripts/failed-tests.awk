# Reads results of dotnet test (*.trx). Prints a line for each test that failed: class.method, name with its arguments, the message in one line.
# Exits with 1 when something failed besides tests: a process that ended amid its tests, a fixture that could not be taken down.
BEGIN { RS = "<"; OFS = "\t" }

function attribute(name,  start, rest) {
  start = index($0, " " name "=\"")
  if (!start) return ""
  rest = substr($0, start + length(name) + 3)
  return substr(rest, 1, index(rest, "\"") - 1)
}

function decoded(text) {
  gsub(/&#x[DA9];/, " ", text); gsub(/[\t\r]/, " ", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "'", text)
  gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&amp;/, "\\&", text)
  return text
}

/^UnitTestResult / {
  failed = attribute("outcome") == "Failed"
  if (failed) { count++; id[count] = attribute("testId"); name[count] = attribute("testName"); message[count] = "" }
}
/^Message>/ && failed && message[count] == "" {
  text = substr($0, length("Message>") + 1)
  gsub(/[ \t\r\n]+/, " ", text)
  message[count] = text
}
/^UnitTest / { test = attribute("id") }
/^TestMethod / { method[test] = attribute("className") "." attribute("name") }
/^RunInfo / { error = attribute("outcome") == "Error" }
/^Text>/ && error && !/^Text>\[xUnit[^\n]*\[FAIL\]/ { broken = 1 }
END {
  for (i = 1; i <= count; i++) print method[id[i]], decoded(name[i]), substr(decoded(message[i]), 1, 300)
  exit broken
}
