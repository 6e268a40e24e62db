// Records as tables, CSV and JSON: columns, order, and cells that spreadsheets must not run.
#include "cli/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "provisioning/base/error.hpp"
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
  const auto restore = [&] {
    dup2(kept, STDOUT_FILENO);
    close(kept);
  };
  try {
    write();
  } catch (...) {
    restore();
    throw;
  }
  restore();
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
    acctl::RecordWriter writer(acctl::OutputFormat::table, acctl::Shape::many, {"NAME", "SLUG"});
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

TEST_CASE("rule output: values within a cell are quoted where commas and quotes would be read as something else") {
  const std::string table = written([] {
    acctl::RecordWriter writer(acctl::OutputFormat::csv, acctl::Shape::many, {"LABELS"});
    writer.add({{"labels", {{"a", "b c"}, {"n", 1}, {"x", "a, tier=gold"}, {"y", "\"b\""}}}});
    writer.finish();
  });
  CHECK(table == "LABELS\r\n\"a=b c, n=1, x=\"\"a, tier=gold\"\", y=\"\"\"\"\"\"b\"\"\"\"\"\"\"\r\n");
}

namespace {

using Json = nlohmann::ordered_json;

const std::vector<acctl::Column> columns = {"SLUG", {"SEATS USED", "/seats/used"}, "NAME", {"PACK", acctl::Fit::wide}};

// Three tenants as `format` writes them.
std::string listed(const std::string& format, acctl::RecordLayout layout = {}) {
  return written([&] {
    layout.wide = format == "wide";
    layout.lines = format == "jsonl";
    acctl::RecordWriter writer(acctl::parse_output_format(format), acctl::Shape::many, columns, layout);
    writer.add(
        {{"slug", "b"}, {"seats", {{"used", 9}}}, {"name", "Bert"}, {"pack", "msp"}, {"labels", {{"tier", "x"}}}});
    writer.add(
        {{"slug", "a"}, {"seats", {{"used", nullptr}}}, {"name", "Acme"}, {"pack", "msp"}, {"labels", Json::object()}});
    writer.add({{"slug", "c"}, {"seats", {{"used", 10}}}, {"name", ""}, {"pack", "msp"}, {"labels", Json::object()}});
    writer.finish();
  });
}

std::string problem(const std::string& format, const acctl::RecordLayout& layout) {
  try {
    listed(format, layout);
  } catch (const acctl::Error& error) {
    CHECK(error.kind() == acctl::ErrorKind::invalid);
    CHECK_FALSE(error.hint().empty());
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("columns are chosen by name or by the path of a field, in the order given") {
  CHECK(listed("table") == "SLUG  SEATS USED  NAME\nb     9           Bert\na                 Acme\nc     10\n");
  CHECK(listed("wide").starts_with("SLUG  SEATS USED  NAME  PACK\n"));
  CHECK(listed("table", {.columns = {"name,slug"}}) == "NAME  SLUG\nBert  b\nAcme  a\n      c\n");
  CHECK(listed("table", {.columns = {"pack", "seats-used"}}).starts_with("PACK  SEATS USED\nmsp   9\n"));
  CHECK(listed("csv", {.columns = {"slug,labels.tier"}}) == "SLUG,LABELS.TIER\r\nb,x\r\na,\r\nc,\r\n");
  CHECK(listed("csv", {.headers = false}).starts_with("b,9,Bert\r\n"));
  CHECK(listed("csv").starts_with("SLUG,SEATS USED,NAME\r\n"));
  CHECK(listed("name", {.headers = false}) == "b\na\nc\n");
  CHECK(problem("table", {.columns = {"slgu"}}) == "--columns: there is no column 'slgu'; did you mean 'slug'?");
  CHECK(problem("csv", {.columns = {"label.tier"}}).starts_with("--columns: there is no column 'label.tier'"));
  CHECK(problem("json", {.columns = {"slug"}}) == "--columns: only tables and CSV have columns");
}

TEST_CASE("records are sorted by a column, numbers as numbers, what is missing last") {
  CHECK(listed("name", {.sort = "slug"}) == "a\nb\nc\n");
  CHECK(listed("name", {.sort = "-slug"}) == "c\nb\na\n");
  CHECK(listed("name", {.sort = "seats-used"}) == "b\nc\na\n");
  CHECK(listed("name", {.sort = "-seats used"}) == "c\nb\na\n");
  CHECK(listed("table", {.sort = "slug", .headers = false}).starts_with("a"));
  CHECK(Json::parse(listed("json", {.sort = "slug"}))[0]["slug"] == "a");
  CHECK(problem("json", {.sort = "sluk"}) == "--sort: there is no column 'sluk'; did you mean 'slug'?");
}

TEST_CASE("jsonl is a record a line, and nothing for none") {
  const std::string lines = listed("jsonl");
  CHECK(lines.starts_with("{\"slug\":\"b\""));
  CHECK(std::ranges::count(lines, '\n') == 3);
  for (std::size_t start = 0; start < lines.size(); start = lines.find('\n', start) + 1) {
    CHECK(Json::parse(lines.substr(start, lines.find('\n', start) - start)).is_object());
  }
  const auto empty = [](bool as_lines) {
    return written([&] {
      acctl::RecordWriter(acctl::OutputFormat::json, acctl::Shape::many, columns, {.lines = as_lines}).finish();
    });
  };
  CHECK(empty(true).empty());
  CHECK(empty(false) == "[]\n");
}

TEST_CASE("a table of records is cut to the terminal, its first column and addresses are not") {
  std::string remark;
  const std::string text = written([&] {
    acctl::RecordLayout layout{.width = 44, .remark = [&](const std::string& words) { remark = words; }};
    acctl::RecordWriter writer(acctl::OutputFormat::table, acctl::Shape::many, {"NAME", "EMAIL", "NOTE", "AT"}, layout);
    writer.add({{"name", "Ana of the long name"},
                {"email", "ana@example.org"},
                {"note", "a note of many words"},
                {"at", "2026-11-29T09:00:00Z"}});
    writer.finish();
  });
  CHECK(text == "NAME                  EMAIL\nAna of the long name  ana@example.org\n");
  CHECK(remark.starts_with("not shown for lack of room: NOTE, AT"));
}

TEST_CASE("a header names its field unless it is told another") {
  CHECK(acctl::Column("CRM ACCESS").pointer == "/crm_access");
  CHECK(acctl::Column("SEATS USED", "/seats/used").pointer == "/seats/used");
}
