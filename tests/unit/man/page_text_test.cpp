// Pages as plain text, for who has no man(1).
#include "man/page_text.hpp"

#include "cli/app.hpp"
#include "tests/support/catch.hpp"

using acctl::ManualPage;
using acctl::parse_markup;
using acctl::render_text;

TEST_CASE("a page is text with its sections, lists, tables and literal lines") {
  const acctl::Markup markup = parse_markup(R"(# acctl-odd(7): an odd page

## DESCRIPTION

One sentence about `*`. Another with words, and more of them to fill the line.

See acctl(1).

`-o`
: the format

- one
- two

Then:

    acctl odd --name 'a  b'

| Status | Meaning |
|---|---|
| active | In use. |
)");
  const ManualPage page{
      .name = markup.name, .summary = markup.summary, .section = markup.section, .blocks = markup.blocks};
  CHECK(render_text(page, 50) ==
        "NAME\n    acctl-odd - an odd page\n\n"
        "DESCRIPTION\n    One sentence about *. Another with words, and\n    more of them to fill the line.\n\n"
        "    See acctl(1).\n\n    -o\n        the format\n\n    -   one\n\n    -   two\n\n"
        "    Then:\n\n        acctl odd --name 'a  b'\n\n    active\n        In use.\n");
}

TEST_CASE("a table that is wider than the page becomes a list") {
  const acctl::Markup markup = parse_markup(R"(# acctl-odd(7): an odd page

## DESCRIPTION

| It says | Because | Do |
|---|---|---|
| stale | somebody was faster | plan again |
| lost |  | look |
)");
  const ManualPage page{
      .name = markup.name, .summary = markup.summary, .section = markup.section, .blocks = markup.blocks};
  const std::string head = "NAME\n    acctl-odd - an odd page\n\nDESCRIPTION\n";
  CHECK(render_text(page, 60) == head +
                                     "    It says  Because              Do\n"
                                     "    stale    somebody was faster  plan again\n"
                                     "    lost                          look\n");
  CHECK(render_text(page, 40) == head +
                                     "    stale\n        Because: somebody was faster\n        Do: plan again\n\n"
                                     "    lost\n        Do: look\n");
}

TEST_CASE("every page has its name and its sections as text") {
  const acctl::Command root = acctl::command_tree();
  for (const acctl::PageEntry& entry : acctl::list_pages(root)) {
    const std::string text = render_text(acctl::make_page(root, entry), 80);
    INFO(entry.name << "\n" << text);
    CHECK(text.starts_with("NAME\n    " + entry.name + " - "));
    CHECK(text.find("\n\n\n") == std::string::npos);
    // Reports in Markdown stand among the examples.
    CHECK(text.substr(0, text.find("\nEXAMPLES\n")).find('`') == std::string::npos);
  }
}
