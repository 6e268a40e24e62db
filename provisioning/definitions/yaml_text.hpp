// Checks what is between the nodes of a YAML text, and how its scalars are written. yaml-cpp accepts much that is not
// valid, and repairs some of it wrongly.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "provisioning/definitions/yaml.hpp"

namespace acctl::yaml {

constexpr auto npos = std::string_view::npos;

constexpr const char* tab = "a tab, where YAML takes only spaces";
constexpr const char* escape = "no escape that YAML knows: a backslash in double quotes is written twice";
constexpr const char* colons = "a ':' too many: quote the text, or end the line above with ':'";
constexpr const char* no_colon = "a key without its ':', or an item without its '-'";
constexpr const char* nothing_there = "something is missing before this";

constexpr bool is_white(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
constexpr bool is_bracket(char c) { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'; }
inline std::string no_word(char c) { return std::string("'") + c + "' begins no word: quote the text"; }

// Behind the quote that closes the one at text[i].
std::size_t quote_end(std::string_view text, std::size_t i);

struct Problem {
  int line = 0;
  int column = 0;
  std::string message;
};

inline Problem at_node(const YamlNode& node, std::string message) {
  return {node.line, node.column, std::move(message)};
}

// Names the line in which begins what the problem is in.
Problem within(int line, Problem problem);

struct Level {
  YamlNode node;
  std::size_t start = 0;  // in the text
  std::size_t depth = 0;
  bool flow = false;  // within brackets
  bool pair = false;  // one key and its value in a list, without brackets of their own
  bool awaits_value = false;
  bool marked = false;                        // the key, by a '?'
  std::unordered_map<std::string, int> keys;  // of a large mapping: the line of each key
};

// The text, up to where it has been read. Throws Problem.
class Text {
 public:
  explicit Text(std::string_view text) : text_(text) {}

 protected:
  char peek(std::size_t i) const { return i < text_.size() ? text_[i] : '\n'; }
  bool in_flow() const { return !levels_.empty() && levels_.back().flow; }
  // If places are asked for in order, each character is counted once.
  Problem at(std::size_t place, std::string message);
  // Passes blanks and comments. A tab could be taken for indentation where a line, an item or a marked key begins.
  void skip();
  // Whether nothing follows in this line.
  bool is_rest_blank() const;
  // Whether `mark` is here, as a word of its own; a marker only at the start of a line.
  bool is_mark(std::string_view mark) const {
    return text_.substr(at_).starts_with(mark) && is_white(peek(at_ + mark.size()));
  }
  bool is_marker(std::string_view mark) const { return is_mark(mark) && (at_ == 0 || text_[at_ - 1] == '\n'); }
  void demand(char mark);
  Problem missing();
  // Passes what stands before the document.
  void lead_document();
  // Passes the marks that lead to a node, which may be left out.
  void lead(bool written);
  // Passes a scalar, and mends what yaml-cpp makes of it.
  void pass(YamlNode& scalar);
  // Of brackets within a block: a line goes on behind its indentation.
  void check_tabs(std::size_t start);
  void pass_quoted(std::string& text);
  // Behind the bracket that closes the one at `i`; npos if that is not soon, in the same line.
  std::size_t bracket_end(std::size_t i) const;
  // What is open at `end`: a quote, else the innermost bracket. yaml-cpp need not have reported it.
  std::optional<Problem> unclosed(std::size_t end);

  std::string_view text_;
  std::size_t at_ = 0;  // what stands before it has been passed
  bool fresh_ = true;   // only indentation stands before it
  std::vector<Level> levels_;

 private:
  std::size_t counted_ = 0;  // what stands before it is counted
  int line_ = 1;
  int column_ = 1;
};

}  // namespace acctl::yaml
