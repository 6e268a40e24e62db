// What stands in cells of CSV: spreadsheets read it, and run what looks like a formula.
#include "cli/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

namespace {

// What `write` leaves on standard output.
template <class Write>
std::string written(const Write& write) {
  const acctl::test::TemporaryFolder folder;
  const std::string file = folder.path() + "/output";
  acctl::flush_output();
  const int kept = dup(STDOUT_FILENO);
  const int to = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  dup2(to, STDOUT_FILENO);
  close(to);
  write();
  dup2(kept, STDOUT_FILENO);
  close(kept);
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("columns of a table stand below each other in every script") {
  struct Name {
    std::string text;
    std::size_t columns;
  };
  const std::vector<Name> names = {{"plain name", 10},
                                   {"\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22", 7},  // Thai, letters only
                                   {"\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48", 2},        // Thai, vowels and tones above
                                   {"\u0939\u093f\u0928\u094d\u0926\u0940", 5},        // Devanagari
                                   {"\U0001f468\u200d\U0001f469\u200d\U0001f467", 2},  // a family
                                   {"\U0001f44d\U0001f3fd", 2},                        // with a skin tone
                                   {"\u2764\ufe0f", 2},                                // a sign as an emoji
                                   {"\U0001f1e8\U0001f1ed", 2},                        // a flag
                                   {"\u682a\u5f0f\u4f1a\u793e", 8},                    // Chinese
                                   {"\ud55c\uad6d", 4},                                // Korean
                                   {"\u1112\u1161\u11ab", 2},                          // the same, in parts
                                   {"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", 7},  // Persian
                                   {"Zoe\u0308", 3}};                                        // accents beside
  std::string expected = "NAME        SLUG\n";
  const std::string table = written([&] {
    acctl::RecordWriter writer(acctl::OutputFormat::table, acctl::Shape::many, {{"NAME", "/name"}, {"SLUG", "/slug"}});
    for (const Name& name : names) {
      writer.add({{"name", name.text}, {"slug", "x"}});
      expected += name.text + std::string(12 - name.columns, ' ') + "x\n";
    }
    writer.finish();
  });
  CHECK(table == expected);
}

TEST_CASE("rule output: a cell of CSV is text, whatever it begins with or holds") {
  CHECK(acctl::csv_line({"a", "1", "b c"}) == "a,1,b c\r\n");
  for (const char* formula : {"=1+1", "+1", "-1", "@sum", "\tx", "\rx"}) {
    INFO(formula);
    CHECK(acctl::csv_line({"a", formula}).find(std::string("'") + formula) != std::string::npos);
  }
  CHECK(acctl::csv_line({"a,b", "say \"x\"", "two\nlines"}) == "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\r\n");
}
