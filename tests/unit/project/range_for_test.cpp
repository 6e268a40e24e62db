// Of the temporaries in the range of a for, C++20 keeps only the one that is the range, or that the range is a member
// of. What a function gives by value is gone before the first round if a function of it, an index or a * is asked for
// the range: `for (auto& field : read_json().items())`. GCC 12 does not warn of that.
#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/source_files.hpp"

using acctl::test::place;
using acctl::test::read_program;
using acctl::test::SourceFile;
using acctl::test::without_comment;

namespace {

// Functions that give a reference or a pointer to what lives on.
const std::set<std::string_view> lasting = {"at", "back", "control", "find_kind", "find_object", "front", "get_option"};

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Without what stands in strings and characters, and in comments.
std::string code_alone(const SourceFile& source) {
  std::string text;
  for (const std::string& line : source.lines) {
    const std::string code = without_comment(line);
    char quote = '\0';
    for (std::size_t at = 0; at < code.size(); ++at) {
      const char c = code[at];
      if (quote != '\0' && c == '\\') {
        ++at;
      } else if (quote != '\0') {
        if (c == quote) quote = '\0';
        if (c == '"') text += c;
      } else {
        // 1'000 holds no characters.
        if (c == '"' || (c == '\'' && (at == 0 || !is_name(code[at - 1])))) quote = c;
        if (c != '\'') text += c;
      }
    }
    text += '\n';
  }
  return text;
}

// Where the bracket at `open` closes.
std::size_t find_close(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    if (std::string_view("([{").find(text[at]) != std::string_view::npos) ++depth;
    if (std::string_view(")]}").find(text[at]) != std::string_view::npos && --depth == 0) return at;
  }
  return text.size();
}

// "DECLARATION : RANGE" -> RANGE; "" of a for with semicolons.
std::string find_range(std::string_view head) {
  for (std::size_t at = 0; at < head.size(); ++at) {
    if (head[at] == ';') return "";
    if (std::string_view("([{").find(head[at]) != std::string_view::npos) at = find_close(head, at);
    if (at >= head.size() || head[at] != ':') continue;
    if (head.substr(at, 2) == "::") {
      ++at;
    } else {
      const std::size_t begin = std::min(head.find_first_not_of(" \n", at + 1), head.size());
      return std::string(head.substr(begin));
    }
  }
  return "";
}

// What is asked of the result of a call that ends before `at`: a function, an index, or what -> gives.
bool is_asked(std::string_view range, std::size_t at) {
  // A newline or spaces stand before a call that begins a line.
  at = std::min(range.find_first_not_of(" \n", at), range.size());
  while (at < range.size() && range[at] == '.') {
    for (++at; at < range.size() && is_name(range[at]);) ++at;
    if (at < range.size() && range[at] == '(') return true;
  }
  const std::string_view rest = range.substr(std::min(at, range.size()));
  return rest.starts_with('[') || rest.starts_with("->");
}

bool dangles(std::string_view range) {
  for (std::size_t at = 0; at < range.size(); ++at) {
    if (std::string_view("([{").find(range[at]) == std::string_view::npos) continue;
    std::size_t begin = at;
    while (begin > 0 && is_name(range[begin - 1])) --begin;
    const std::string_view name = range.substr(begin, at - begin);
    const std::size_t close = find_close(range, at);
    const bool call = range[at] == '(' && !name.empty();
    const bool view = name == "string_view" || name == "span";
    if (view && range.substr(at + 1, close - at - 1).find('(') != std::string_view::npos) return true;
    const bool asked = is_asked(range, close + 1) || (range.starts_with('*') && close + 1 == range.size());
    if (call && asked && !lasting.contains(name)) return true;
    at = close;
  }
  return false;
}

// All ranges of the source that dangle, with their places.
std::vector<std::string> find_dangling(const SourceFile& source) {
  const std::string text = code_alone(source);
  std::vector<std::string> found;
  for (std::size_t at = text.find("for ("); at != std::string::npos; at = text.find("for (", at + 1)) {
    const std::size_t open = at + 4;
    const std::string range = find_range(std::string_view(text).substr(open + 1, find_close(text, open) - open - 1));
    const auto line = static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
    if (dangles(range)) found.push_back(place(source, line) + ": " + range);
  }
  return found;
}

}  // namespace

TEST_CASE("no range of a for dies before its first round") {
  std::vector<std::string> found;
  for (const SourceFile& source : read_program()) std::ranges::copy(find_dangling(source), std::back_inserter(found));
  CHECK(found == std::vector<std::string>());
}

TEST_CASE("what is taken for a range that dies, and what lives") {
  const auto finds = [](const std::string& head) {
    return !find_dangling({"a.cpp", {"for (const auto& x : " + head + ") {"}}).empty();
  };
  for (const char* range : {"read().items()", "parse(\"{}\").at(\"a\")", "find(a, b).value()", "open(f(x))->rows",
                            "*find_any(x)", "read(a).fields.items()", "acctl::read(a)[0]", "std::string_view(name(x))",
                            "session.load()->settings", "Json::parse(text, nullptr).items()"}) {
    INFO(range);
    CHECK(finds(range));
  }
  for (const char* range :
       {"all", "read()", "read().fields", "read(a.items())", "find_kind(name)->fields", "json.at(\"a:b\").items()",
        "path.back()->subcommands", "*found", "{a(x).b(), c}", "fleet_->report().groups", "members"}) {
    INFO(range);
    CHECK_FALSE(finds(range));
  }
  // Over lines, with a comment, a character and a string; and a for that has no range.
  CHECK(find_dangling({"a.cpp", {"", "for (char c :  // why", "     read(')', 1'000, \"(\")", "         .items()) {"}})
            .size() == 1);
  CHECK(find_dangling({"a.cpp", {"for (auto at = list().begin(); at != end; ++at) use(a ? b : c().d());"}}).empty());
}
