#include "tests/support/definitions.hpp"

#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"

namespace acctl::test {

namespace {

std::vector<Diagnostic> diagnostics_of(const std::vector<Source>& sources, const ReadOptions& options) {
  try {
    read_definitions(sources, options);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid);
    CHECK_FALSE(error.diagnostics().empty());
    return error.diagnostics();
  }
  return {};
}

std::string shown(const Diagnostic& problem) {
  return std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": " + problem.message + "\n";
}

}  // namespace

std::string problems_of(const std::string& text, const ReadOptions& options) {
  std::string all;
  for (const Diagnostic& problem : diagnostics_of({{"f", text}}, options)) {
    CHECK(problem.file == "f");
    all += shown(problem);
  }
  return all;
}

std::string problems_of(const std::vector<Source>& sources, const ReadOptions& options) {
  std::string all;
  for (const Diagnostic& problem : diagnostics_of(sources, options)) all += problem.file + ":" + shown(problem);
  return all;
}

Definitions closed_definitions(const std::string& text, const std::string& name) {
  return read_definitions({{name, text}}, {.references = References::closed});
}

}  // namespace acctl::test
