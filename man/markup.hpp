// The text of a manual page as blocks, and the small Markdown that its prose is written in. Pages are made of blocks
// once; man/roff.hpp and man/html.hpp render them.
//
//   # acctl-limits(7): limits of acctl and of the versions it supports       the first line
//   ## SIZES                                                                  a section
//   ### Names                                                                 a subsection
//   A paragraph with `code` and links: acctl-plan(1), psql(1).
//   - an entry; its other lines are indented by two spaces
//   `--term`
//   : what it means; its other lines are indented by two spaces
//   | Code | Meaning |                                                        a table; the second row is |---|---|
//       literal text, indented by four spaces
//   ![The way of a plan](plan.svg)                                            the literal text that follows replaces it
//   {{kinds}}                                                                 what the program makes of its own tables
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acctl {

struct TextSpan {
  enum class Kind {
    text,
    code,   // to be typed as it is: bold
    value,  // to be replaced by the reader: "SLUG"
    link,   // another page: "acctl-plan(1)"
  };
  Kind kind = Kind::text;
  std::string text;
};

using Line = std::vector<TextSpan>;

struct Block;

// An entry of a list. `terms` of a bulleted one are empty.
struct Item {
  std::vector<Line> terms;
  std::vector<Block> body;
};

struct Block {
  enum class Kind { section, subsection, paragraph, literal, bullets, terms, table, usage, picture, fragment };
  Kind kind = Kind::paragraph;
  Line line = {};                            // of headings, paragraphs and usages; the words of a picture
  std::string text = {};                     // of literals; the file of a picture; the name of a fragment
  std::vector<Item> items = {};              // of lists
  std::vector<std::vector<Line>> rows = {};  // of tables, the first one holds the headings
};

// A source: the first line taken apart, and the rest as blocks.
struct Markup {
  std::string name;  // "acctl-limits"
  int section = 0;
  std::string summary;
  std::vector<Block> blocks;
};

// Throws std::logic_error naming the line for text that is none of the above: sources are part of the program.
Markup parse_markup(std::string_view source);

// Name, section and summary alone.
Markup parse_head(std::string_view source);

// A line of prose: `code` and links are recognised, everything else is text.
Line parse_line(std::string_view text);

// Text of the program, such as the description of a command: a line break ends a paragraph, and lines that begin with
// a space stay lines of their own.
std::vector<Block> prose_blocks(const std::string& text);

// "acctl-plan" of "acctl-plan(1)".
std::string_view parse_page_name(std::string_view link);

// A line as plain text.
std::string plain_text(const Line& line);

Block section(std::string title);
Block subsection(std::string title);
Block paragraph(Line line);
Block literal(std::string text);
Line code(std::string text);

}  // namespace acctl
