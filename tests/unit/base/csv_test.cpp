#include "provisioning/base/csv.hpp"

#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"

using acctl::CsvTable;
using acctl::read_csv;

namespace {

// "line: message" of every problem, one a line.
std::string problems(const std::string& text) {
  try {
    read_csv(text, "f");
  } catch (const acctl::Error& error) {
    CHECK(error.kind() == acctl::ErrorKind::invalid);
    std::string all;
    for (const acctl::Diagnostic& problem : error.diagnostics()) {
      all += std::to_string(problem.line) + ": " + problem.message + "\n";
    }
    return all;
  }
  return "none";
}

}  // namespace

TEST_CASE("cells are read as RFC 4180 has them") {
  const CsvTable table = read_csv("a,b,c\r\n1,\"x, \"\"y\"\"\",\r\n\r\n\"two\nlines\",,\"\"\n ,é,z", "f");
  CHECK(table.header == std::vector<std::string>{"a", "b", "c"});
  REQUIRE(table.rows.size() == 3);
  CHECK(table.rows[0].cells == std::vector<std::string>{"1", "x, \"y\"", ""});
  CHECK(table.rows[1].cells == std::vector<std::string>{"two\nlines", "", ""});
  CHECK(table.rows[2].cells == std::vector<std::string>{" ", "é", "z"});
}

TEST_CASE("what was kept from being a formula comes back as it was") {
  for (const std::string cell :
       {"=1", "+49 30", "-x", "@a", "'=1", "''=1", "'t Hooft", "'", "''", "", "plain", "\t=x"}) {
    const std::string written = acctl::defused(cell);
    INFO(cell << " -> " << written);
    CHECK((written.empty() || std::string("=+-@\t\r").find(written[0]) == std::string::npos));
    CHECK(acctl::undefused(written) == cell);
    CHECK(read_csv("a,b\n\"" + written + "\",x\n", "f").rows[0].cells[0] == cell);
  }
}

TEST_CASE("a row knows the line where it begins") {
  const CsvTable table = read_csv("a\n1\n\n\"2\n\n\"\n3\n", "f");
  REQUIRE(table.rows.size() == 3);
  CHECK(table.rows[0].line == 2);
  CHECK(table.rows[1].line == 4);
  CHECK(table.rows[2].line == 7);
}

TEST_CASE("line ends and a byte order mark do not matter") {
  for (const char* text : {"a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\n1,2", "a,b\r1,2\r",
                           "\xEF\xBB\xBF"
                           "a,b\n1,2\n"}) {
    const CsvTable table = read_csv(text, "f");
    CHECK(table.header == std::vector<std::string>{"a", "b"});
    REQUIRE(table.rows.size() == 1);
    CHECK(table.rows[0].cells == std::vector<std::string>{"1", "2"});
  }
}

TEST_CASE("all problems are told with their lines") {
  CHECK(problems("") == "1: is empty; the first line must name the columns\n");
  CHECK(problems("\n\n") == "1: is empty; the first line must name the columns\n");
  CHECK(problems("a,b\n1\n1,2,3\n1,2\n") == "2: has 1 cells, the header has 2\n3: has 3 cells, the header has 2\n");
  CHECK(problems("a,b,a,a\n") == "1: the column 'a' is named twice\n1: the column 'a' is named twice\n");
  CHECK(problems("a\n\"x\"y\nz\n") == "2: has text after a closing quote\n");
  CHECK(problems("a\n\"x\ny\n") == "2: a quote is opened and never closed\n");
  CHECK(problems("a\n\xff\n") == "2: is not valid UTF-8\n");
  CHECK(problems(std::string("a\nx\0y\n", 6)) == "2: holds a NUL\n");
  CHECK(problems("\xFF\xFE"
                 "a") == "1: UTF-16; save it as UTF-8\n");
}

TEST_CASE("a hostile file ends soon and takes little room") {
  CHECK(problems(std::string(1'000'000, ',')) == "1: has more than 1,000 cells\n");
  std::string rows = "a,b\n";
  for (int i = 0; i < 1'000; ++i) rows += "x\n";
  const std::string told = problems(rows);
  CHECK(std::count(told.begin(), told.end(), '\n') == 101);
  CHECK(told.ends_with("102: further problems are not shown\n"));
}
