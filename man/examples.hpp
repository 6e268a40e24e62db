// What the examples of a command print, as examples/*.txt has it. tests/cli/meta/manual_examples_test.cpp runs them,
// and writes these files anew with ACCTL_RENEW_MANUAL=1.
//
//   @columns SLUG NAME              the columns of its table
//   @json                           the shape of its JSON; types stand for values
//       {"slug": "text"}
//   $ acctl tenant show acme        an example, and its output, indented
//       slug  acme
//   @exit 2                         if it is not 0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acctl {

struct ShownExample {
  std::string command;
  std::string output;  // without a line break at its end
  int exit = 0;
};

struct ExampleFile {
  std::string columns;  // separated by blanks; "" for none
  std::string json;     // "" for none
  std::vector<ShownExample> examples;
};

ExampleFile parse_examples(std::string_view text);
std::string render_examples(const ExampleFile& file);

}  // namespace acctl
