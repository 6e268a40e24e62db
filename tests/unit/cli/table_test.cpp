// Tables fit the terminal, and nothing that a person would copy is cut.
#include "cli/table.hpp"

#include "provisioning/base/text.hpp"
#include "provisioning/base/width.hpp"
#include "tests/support/catch.hpp"

using acctl::cut_to_width;
using acctl::display_width;
using acctl::folded;
using acctl::lay_out_table;
using acctl::TableCell;
using acctl::TableRow;
using Cut = acctl::TableCell::Cut;

namespace {

TableCell key(const std::string& text) { return {text, Cut::never}; }
TableCell words(const std::string& text) { return {text, Cut::anywhere}; }
TableCell items(const std::string& text) { return {text, Cut::between_items}; }

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    widest = std::max(widest, display_width(text.substr(start, end - start)));
    start = end + 1;
  }
  return widest;
}

}  // namespace

TEST_CASE("text is cut at what a reader sees as one character, to columns and not to bytes") {
  CHECK(cut_to_width("plain", 5) == "plain");
  CHECK(cut_to_width("plainly", 5) == "plai…");
  CHECK(cut_to_width("two words", 5) == "two…");
  CHECK(cut_to_width("株式会社", 5) == "株式…");
  CHECK(cut_to_width("株式会社", 6) == "株式…");
  CHECK(cut_to_width("株式会社", 8) == "株式会社");
  CHECK(cut_to_width("ที่นี่ที่นี่", 3) == "ที่นี่…");
  CHECK(cut_to_width("हिन्दी", 3).ends_with("…"));
  CHECK(cut_to_width("\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f44d\U0001f3fd!", 3) ==
        "\U0001f468\u200d\U0001f469\u200d\U0001f467…");
  CHECK(cut_to_width("\U0001f1e8\U0001f1ed\U0001f1e9\U0001f1ea", 3) == "\U0001f1e8\U0001f1ed…");
  for (const char* text : {"株式会社ビル", "ที่นี่และที่นั่น", "हिन्दी भाषा", "Zoe\u0308 Zoe\u0308", "ascii only"}) {
    for (std::size_t width = 1; width < 14; ++width) {
      INFO(text << " " << width);
      CHECK(display_width(cut_to_width(text, width)) <= width);
    }
  }
}

TEST_CASE("a table that fits is not touched") {
  const std::vector<TableRow> rows = {{key("acme"), words("Acme Inc.")}, {key("b"), words("")}};
  const std::string text = "SLUG  NAME\nacme  Acme Inc.\nb\n";
  CHECK(lay_out_table({"SLUG", "NAME"}, rows, 0, true).text == text);
  CHECK(lay_out_table({"SLUG", "NAME"}, rows, 15, true).text == text);
  CHECK(lay_out_table({"SLUG", "NAME"}, rows, 0, false).text == "acme  Acme Inc.\nb\n");
  CHECK(lay_out_table({"SLUG", "NAME"}, {}, 0, true).text.empty());
}

TEST_CASE("the widest texts are cut, never a key, and lists between their items") {
  const std::vector<TableRow> rows = {{key("a-very-long-slug-of-a-tenant"),
                                       words("The Honourable Company of Basket Makers"), items("admin, agent, lead"),
                                       key("ana@a-long-domain.example")}};
  const auto table = lay_out_table({"SLUG", "NAME", "ROLES", "EMAIL"}, rows, 90, true);
  CHECK(table.left_out.empty());
  CHECK(widest_line(table.text) <= 90);
  CHECK(table.text.find("a-very-long-slug-of-a-tenant") != std::string::npos);
  CHECK(table.text.find("ana@a-long-domain.example") != std::string::npos);
  CHECK(table.text.find("The Honourable") != std::string::npos);
  CHECK(table.text.find("…") != std::string::npos);
  const auto narrow = lay_out_table({"SLUG", "ROLES"}, {{key("acme"), items("administrator, agent, lead")}}, 24, true);
  CHECK(narrow.text == "SLUG  ROLES\nacme  administrator, …\n");
}

TEST_CASE("columns for which there is no room are left out from the right and named") {
  const std::vector<TableRow> rows = {{key("acme"), key("2026-11-29T09:00:00Z"), key("2026-11-30T09:00:00Z")}};
  const auto table = lay_out_table({"SLUG", "CREATED", "SEEN"}, rows, 40, true);
  CHECK(table.text == "SLUG  CREATED\nacme  2026-11-29T09:00:00Z\n");
  CHECK(table.left_out == std::vector<std::string>{"SEEN"});
  // What names the row stays, however narrow the terminal.
  CHECK(lay_out_table({"SLUG", "CREATED"}, {{key("acme-industries"), key("x")}}, 5, true).text ==
        "SLUG\nacme-industries\n");
}

TEST_CASE("columns without any text are left out before those that say something") {
  const std::vector<TableRow> rows = {{key("ana@acme.example"), key("active"), key(""), key("dormant"), key("")},
                                      {key("bea@acme.example"), key("invited"), key(""), key("never"), key("")}};
  const std::vector<std::string> headers = {"EMAIL", "STATUS", "TEMPLATE", "FLAGS", "NOTE"};
  const auto table = lay_out_table(headers, rows, 40, true);
  CHECK(table.text ==
        "EMAIL             STATUS   FLAGS\n"
        "ana@acme.example  active   dormant\n"
        "bea@acme.example  invited  never\n");
  CHECK(table.left_out == std::vector<std::string>{"TEMPLATE", "NOTE"});
  // No more of them than have to.
  CHECK(lay_out_table(headers, rows, 46, true).left_out == std::vector<std::string>{"NOTE"});
}

TEST_CASE("spare columns are left out before others that say something, in their order") {
  const std::vector<TableRow> rows = {
      {key("6b66a2cd-96e3-4625"), key("acme"), key("3"), key(""), words("the server is busy, try again")}};
  const std::vector<std::string> headers = {"ID", "TENANT", "ATTEMPTS", "SENT", "ERROR"};
  CHECK(lay_out_table(headers, rows, 52, true, {0, 2}).left_out == std::vector<std::string>{"SENT"});
  const auto table = lay_out_table(headers, rows, 48, true, {0, 2});
  CHECK(table.text ==
        "TENANT  ATTEMPTS  ERROR\n"
        "acme    3         the server is busy, try again\n");
  CHECK(table.left_out == std::vector<std::string>{"ID", "SENT"});
  CHECK(lay_out_table(headers, rows, 24, true, {0, 2}).text ==
        "TENANT  ERROR\n"
        "acme    the server is b…\n");
}

TEST_CASE("a key that is longer than half of the line costs no other column") {
  const std::string address = std::string(60, 'a') + "@acme.example";
  const std::vector<TableRow> rows = {{key("ana@acme.example"), words("Ana"), key("active")},
                                      {key(address), words("Al"), key("invited")},
                                      {key("b" + address), words(""), key("")}};
  const auto table = lay_out_table({"EMAIL", "NAME", "STATUS"}, rows, 80, true);
  CHECK(table.text ==
        "EMAIL             NAME  STATUS\n"
        "ana@acme.example  Ana   active\n" +
            address +
            "\n"
            "                  Al    invited\nb" +
            address + "\n");
  CHECK(table.left_out.empty());
  // Where there is room it is a column like any other.
  CHECK(lay_out_table({"EMAIL", "NAME", "STATUS"}, rows, 120, true).text.starts_with("EMAIL" + std::string(71, ' ')));
}

TEST_CASE("facts are broken at blanks below their values") {
  const std::vector<std::pair<std::string, std::string>> facts = {
      {"name", "Acme"}, {"note", "one two three four five"}, {"none", ""}};
  CHECK(acctl::lay_out_facts(facts, 0, true) == "name: Acme\nnote: one two three four five\n");
  CHECK(acctl::lay_out_facts(facts, 22, true) == "name: Acme\nnote: one two three\n      four five\n");
  CHECK(acctl::lay_out_facts(facts, 0, false) == "Acme\none two three four five\n");
}

TEST_CASE("what says what to do is broken at blanks in its column, and nothing of it is cut") {
  const std::string detail = "the database has no such role; run 'acctl tenant retry acme'";
  const std::vector<TableRow> rows = {{key("acme"), {detail, Cut::broken}}, {key("bert"), {"ok", Cut::broken}}};
  const std::string text = lay_out_table({"TENANT", "DETAIL"}, rows, 40, true).text;
  CHECK(text ==
        "TENANT  DETAIL\n"
        "acme    the database has no such role;\n"
        "        run 'acctl tenant retry acme'\n"
        "bert    ok\n");
  CHECK(lay_out_table({"TENANT", "DETAIL"}, rows, 0, true).text ==
        "TENANT  DETAIL\nacme    " + detail + "\nbert    ok\n");
}

TEST_CASE("a line that is too wide is folded at blanks, and a command in it stays whole") {
  CHECK(folded("short\n  line\n", 4, 10) == "short\n  line\n");
  CHECK(folded("one two three four", 0, 9) == "one two\nthree\nfour");
  CHECK(folded("  name: one two three\nnext", 4, 13) == "  name: one\n      two\n      three\nnext");
  CHECK(folded("one two three", 4, 0) == "one two three");
  CHECK(folded("see it with 'acctl tenant show acme', or not", 0, 24) ==
        "see it with\n'acctl tenant show acme',\nor not");
  CHECK(folded("To resume: acctl tenant retry acme", 0, 20) == "To resume:\nacctl tenant retry acme");
  CHECK(folded("a-word-that-is-longer-than-the-line and more", 0, 12) ==
        "a-word-that-is-longer-than-the-line\nand more");
  // Colors take no room; two blanks in a line are kept, and gone where it is broken.
  CHECK(folded("\x1b[1mbold\x1b[0m  words  here", 0, 11) == "\x1b[1mbold\x1b[0m  words\nhere");
  CHECK(folded("\x1b[31mred\x1b[0m: 株式会社 ビル", 0, 14) == "\x1b[31mred\x1b[0m: 株式会社\nビル");
}
