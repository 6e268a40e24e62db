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
  CHECK(table.rows[2].cells == std::vector<std::string>{"", "é", "z"});
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
                 "a") == "1: is not valid UTF-16\n");
}

TEST_CASE("a hostile file ends soon and takes little room") {
  CHECK(problems(std::string(1'000'000, ',')) == "1: has more than 1,000 cells\n");
  std::string rows = "a,b\n";
  for (int i = 0; i < 1'000; ++i) rows += "x\n";
  const std::string told = problems(rows);
  CHECK(std::count(told.begin(), told.end(), '\n') == 101);
  CHECK(told.ends_with("102: further problems are not shown\n"));
}

TEST_CASE("cells are parted by what the header line has most of, or as sep= says") {
  for (const std::string text : {"a,b\n1,2;3\n", "a;b\n1;2;3\n", "a\tb\n1\t2;3\n", "sep=|\na|b\n1|2;3\n",
                                 "\xEF\xBB\xBFSEP=;\r\na;b\r\n1;\"2;3\"\r\n", "\"a\";\"b,c,d\"\n1;\"2;3\"\n"}) {
    INFO(text);
    if (text == "a;b\n1;2;3\n") {
      CHECK(problems(text) == "2: has 3 cells, the header has 2\n");
      continue;
    }
    const CsvTable table = read_csv(text, "f");
    REQUIRE(table.rows.size() == 1);
    CHECK(table.rows[0].cells == std::vector<std::string>{"1", "2;3"});
  }
  CHECK(problems("sep=x\na\n") == "1: names a separator that is no comma, semicolon, tab or vertical bar\n");
}

TEST_CASE("UTF-16 with a byte order mark is read, of either order, and half a pair is not") {
  const std::string little(
      "\xFF\xFE"
      "a\0,\0b\0\n\0\xE9\0,\0\x3D\xD8\x00\xDE\n\0",
      20);
  const CsvTable table = read_csv(little, "f");
  CHECK(table.header == std::vector<std::string>{"a", "b"});
  REQUIRE(table.rows.size() == 1);
  CHECK(table.rows[0].cells == std::vector<std::string>{"é", "\xF0\x9F\x98\x80"});
  CHECK(read_csv(std::string("\xFE\xFF\0a\0\n\0x\0\n", 10), "f").rows[0].cells[0] == "x");
  CHECK(problems(std::string("\xFF\xFE"
                             "a\0\n\0\x3D\xD8",
                             8)) == "1: is not valid UTF-16\n");
}

TEST_CASE("cells are trimmed, blank rows and empty columns at the end are nothing, and places are real lines") {
  const CsvTable table = read_csv("\n\n a , \"b\" ,,\n , ,,\n1 , \" 2 \" ,,\n\n3,4\n", "f");
  CHECK(table.header_line == 3);
  CHECK(table.header == std::vector<std::string>{"a", "b"});
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0].cells == std::vector<std::string>{"1", "2"});
  CHECK(table.rows[0].line == 5);
  CHECK(table.rows[1].line == 7);
  CHECK(problems("a,,b\n1,,2\n1,x,2\n") == "3: has a value in column 2, which has no name\n");
  CHECK(problems("a,b\n\"x\ny\",\"p\n\xff\"\n") == "4: is not valid UTF-8\n");
}

TEST_CASE("invisible characters of a cell are named, unless the column is ignored") {
  CHECK(problems("a,b\nx,y\xC2\xA0\n") == "2: 'y\\xa0' holds an invisible character, U+00A0 (no-break space)\n");
  CHECK(problems("a,b\nx,y\xE2\x80\x8Bz\n").find("U+200B") != std::string::npos);
  const CsvTable table = read_csv("a,Job Title\nx,y\xC2\xA0\n", "f", {"job title"});
  CHECK(table.header == std::vector<std::string>{"a"});
  CHECK(table.rows[0].cells == std::vector<std::string>{"x"});
  try {
    read_csv("a,title\nx,y\n", "f", {"titel"});
    FAIL("a column that is not there was ignored");
  } catch (const acctl::Error& error) {
    CHECK(error.diagnostics()[0].message == "there is no column 'titel' to ignore; did you mean 'title'?");
  }
}

TEST_CASE("words and truth of a cell are read as people write them") {
  CHECK(acctl::words_in_cell(" a, b;c  d ,") == std::vector<std::string>{"a", "b", "c", "d"});
  CHECK(acctl::truth_in_cell("TRUE") == true);
  CHECK(acctl::truth_in_cell("Yes") == true);
  CHECK(acctl::truth_in_cell("0") == false);
  CHECK_FALSE(acctl::truth_in_cell("maybe"));
  CHECK(acctl::column_name("LAST SIGN-IN") == "last_sign_in");
}
