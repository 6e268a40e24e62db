// The prose of the manual, taken apart.
#include "man/markup.hpp"

#include "man/examples.hpp"
#include "man/texts.hpp"
#include "tests/support/catch.hpp"

using acctl::Block;
using acctl::parse_line;
using acctl::parse_markup;
using acctl::plain_text;
using acctl::TextSpan;

namespace {

const std::string head = "# acctl-x(7): something\n";

std::vector<Block> blocks_of(const std::string& text) { return parse_markup(head + text).blocks; }

std::string kinds_of(const acctl::Line& line) {
  std::string kinds;
  for (const TextSpan& span : line) {
    kinds += span.kind == TextSpan::Kind::text ? 't' : span.kind == TextSpan::Kind::code ? 'c' : 'l';
  }
  return kinds;
}

}  // namespace

TEST_CASE("markup: the first line names the page") {
  const acctl::Markup page = parse_markup("# acctl-limits(7): limits of acctl\n\nText.\n");
  CHECK(page.name == "acctl-limits");
  CHECK(page.section == 7);
  CHECK(page.summary == "limits of acctl");
  CHECK_THROWS(parse_markup("acctl-limits\n"));
}

TEST_CASE("markup: a line knows code and links, and nothing else") {
  CHECK(kinds_of(parse_line("See `acctl plan` and acctl-plan(1), or psql(1).")) == "tctltlt");
  CHECK(plain_text(parse_line("one ` alone")) == "one ` alone");
  CHECK(plain_text(parse_line("nothing between ``")) == "nothing between ``");
  CHECK(kinds_of(parse_line("f(1) of a/b(1) and b2(12)")) == "lt");
  CHECK(parse_line("a `b`").at(1).text == "b");
}

TEST_CASE("markup: blocks") {
  const std::vector<Block> all = blocks_of(
      "## SIZES\n\nOne\nparagraph.\n\n    literal\n\n      more\n\n- first\n  goes on\n- second\n\n"
      "| a | b |\n|---|---|\n| c | d |\n\n`--x`\n`--y`\n: what it means\n\n`--z`\n: more\n\n      of it\n\n"
      "{{kinds}}\n![Words](x.svg)\n");
  REQUIRE(all.size() == 8);
  CHECK(all[0].kind == Block::Kind::section);
  CHECK(plain_text(all[1].line) == "One paragraph.");
  CHECK(all[2].text == "literal\n\n  more");
  REQUIRE(all[3].items.size() == 2);
  CHECK(plain_text(all[3].items[0].body.at(0).line) == "first goes on");
  REQUIRE(all[4].rows.size() == 2);
  CHECK(plain_text(all[4].rows[1][1]) == "d");
  REQUIRE(all[5].items.size() == 2);
  CHECK(all[5].items[0].terms.size() == 2);
  REQUIRE(all[5].items[1].body.size() == 2);
  CHECK(all[5].items[1].body[1].text == "of it");
  CHECK(all[6].text == "kinds");
  CHECK(all[7].text == "x.svg");
}

TEST_CASE("markup: what is no block is named with its line") {
  CHECK_THROWS_WITH(blocks_of("Text.\n\n   three blanks\n"), Catch::Contains("line"));
  CHECK_THROWS_WITH(blocks_of("| a | b |\n| c |\n"), Catch::Contains("width"));
}

TEST_CASE("markup: every source of the manual can be read") {
  for (const acctl::ManualText& text : acctl::manual_texts()) {
    INFO(text.name);
    const acctl::Markup page = parse_markup(text.text);
    CHECK(text.name == page.name + "." + std::to_string(page.section));
    CHECK_FALSE(page.summary.ends_with('.'));
    CHECK_FALSE(page.blocks.empty());
  }
}

TEST_CASE("markup: outputs of examples are read as they are written") {
  const acctl::ExampleFile file{.columns = "SLUG, NAME",
                                .json = "{\n  \"slug\": \"acme\"\n}",
                                .examples = {{.command = "acctl a", .output = "one\n\n  two", .exit = 0},
                                             {.command = "acctl b", .output = "", .exit = 2}}};
  const std::string text = acctl::render_examples(file);
  const acctl::ExampleFile read = acctl::parse_examples(text);
  CHECK(acctl::render_examples(read) == text);
  REQUIRE(read.examples.size() == 2);
  CHECK(read.examples[0].output == "one\n\n  two");
  CHECK(read.examples[1].exit == 2);
  CHECK(read.json == file.json);
  CHECK(read.columns == file.columns);
}
