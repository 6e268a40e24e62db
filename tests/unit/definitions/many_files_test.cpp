// Files that are read by several threads, for there is enough in them.
#include "provisioning/definitions/definitions.hpp"
#include "tests/support/catch.hpp"

using acctl::Definitions;
using acctl::Source;

namespace {

std::string number(int i) { return (i < 10 ? "00" : i < 100 ? "0" : "") + std::to_string(i); }

// Each a kilobyte.
Source source_with(int i, const std::string& last_line) {
  std::string text = "acctl: 1\nroles:\n  role-" + number(i) + ":\n    name: Role\n    description: >-\n";
  for (int line = 0; line < 12; ++line) text += "      " + std::string(70, 'x') + "\n";
  return {.name = number(i) + ".yaml", .text = text + last_line + "\n"};
}

}  // namespace

TEST_CASE("many files are read as if they were read one after the other") {
  std::vector<Source> sources;
  for (int i = 0; i < 200; ++i) sources.push_back(source_with(i, "    permissions: []"));
  const Definitions all = acctl::read_definitions(sources);
  CHECK(all.objects.at("roles").size() == 200);
  CHECK(all.objects.at("roles").at("role-137").place.file == "137.yaml");
  CHECK(all.files.size() == 200);
}

TEST_CASE("problems of many files are told in their order, whichever is read first") {
  std::vector<Source> sources;
  for (int i = 199; i >= 0; --i) {
    sources.push_back(source_with(i, i % 20 == 3 ? "    permissions: [" : "    permissions: []"));
  }
  try {
    acctl::read_definitions(sources);
    FAIL("nothing was refused");
  } catch (const acctl::Error& error) {
    std::vector<std::string> files;
    for (const acctl::Diagnostic& diagnostic : error.diagnostics()) files.push_back(diagnostic.file);
    CHECK(files == std::vector<std::string>{"003.yaml", "023.yaml", "043.yaml", "063.yaml", "083.yaml", "103.yaml",
                                            "123.yaml", "143.yaml", "163.yaml", "183.yaml"});
  }
}
