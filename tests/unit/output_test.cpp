// What stands in cells of CSV: spreadsheets read it, and run what looks like a formula.
#include "cli/output.hpp"

#include "tests/support/catch.hpp"

TEST_CASE("rule output: a cell of CSV is text, whatever it begins with or holds") {
  CHECK(acctl::csv_line({"a", "1", "b c"}) == "a,1,b c\r\n");
  for (const char* formula : {"=1+1", "+1", "-1", "@sum", "\tx", "\rx"}) {
    INFO(formula);
    CHECK(acctl::csv_line({"a", formula}).find(std::string("'") + formula) != std::string::npos);
  }
  CHECK(acctl::csv_line({"a,b", "say \"x\"", "two\nlines"}) == "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\r\n");
}
