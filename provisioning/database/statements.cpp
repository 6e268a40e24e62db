#include "provisioning/database/statements.hpp"

#include <algorithm>
#include <map>

#include "provisioning/base/embedded.hpp"

namespace acctl {

namespace {

bool is_identifier_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

class Splitter {
 public:
  explicit Splitter(std::string_view script) : script_(script) {}

  std::vector<std::string> run() {
    while (at_ < script_.size()) {
      const char c = script_[at_];
      if (c == ';') {
        finish();
      } else if (c == '\'' || c == '"') {
        const bool escapes = c == '\'' && at_ > 0 && (script_[at_ - 1] == 'E' || script_[at_ - 1] == 'e') &&
                             (at_ < 2 || !is_identifier_part(script_[at_ - 2]));
        pass_quoted(c, escapes);
      } else if (script_.substr(at_, 2) == "--") {
        at_ = std::min(script_.find('\n', at_), script_.size());
      } else if (script_.substr(at_, 2) == "/*") {
        pass_comment();
      } else if (c == '$' && (at_ == 0 || !is_identifier_part(script_[at_ - 1]))) {
        pass_dollar_quoted();
      } else {
        something_ = something_ || std::string_view(" \t\r\n\f\v").find(c) == std::string_view::npos;
        ++at_;
      }
    }
    finish();
    return std::move(statements_);
  }

 private:
  void finish() {
    if (something_) statements_.emplace_back(script_.substr(start_, at_ - start_));
    something_ = false;
    start_ = ++at_;
  }

  void pass_quoted(char quote, bool escapes) {
    something_ = true;
    for (++at_; at_ < script_.size(); ++at_) {
      if (escapes && script_[at_] == '\\') {
        ++at_;
      } else if (script_[at_] == quote) {
        break;  // a doubled one begins the next quoted part
      }
    }
    at_ = std::min(at_ + 1, script_.size());
  }

  void pass_comment() {
    int depth = 0;
    while (at_ < script_.size()) {
      const std::string_view two = script_.substr(at_, 2);
      depth += two == "/*" ? 1 : two == "*/" ? -1 : 0;
      at_ += two == "/*" || two == "*/" ? 2 : 1;
      if (depth == 0) return;
    }
  }

  // $$ … $$ or $tag$ … $tag$; else a parameter such as $1.
  void pass_dollar_quoted() {
    something_ = true;
    std::size_t end = at_ + 1;
    while (end < script_.size() && is_identifier_part(script_[end])) ++end;
    const bool digit = at_ + 1 < script_.size() && script_[at_ + 1] >= '0' && script_[at_ + 1] <= '9';
    if (end == script_.size() || script_[end] != '$' || digit) {
      ++at_;
      return;
    }
    const std::string_view tag = script_.substr(at_, end + 1 - at_);
    const std::size_t close = script_.find(tag, end + 1);
    at_ = close == std::string_view::npos ? script_.size() : close + tag.size();
  }

  std::string_view script_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  bool something_ = false;  // beside white space and comments
  std::vector<std::string> statements_;
};

}  // namespace

std::vector<std::string> split_statements(std::string_view script) { return Splitter(script).run(); }

std::string statement_name(std::string_view statement) {
  static const std::map<std::string_view, std::string_view> names = [] {
    std::map<std::string_view, std::string_view> known;
    for (const sql::Query& query : sql::all()) known[query.text] = query.name;
    return known;
  }();
  const auto known = names.find(statement);
  if (known != names.end()) return std::string(known->second);
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  std::string words;
  for (int count = 0; count < 2; ++count) {
    const std::size_t start = statement.find_first_not_of(" \n\t");
    if (start == std::string_view::npos) break;
    statement.remove_prefix(start);
    const auto end = std::ranges::find_if_not(statement, is_letter);
    if (end == statement.begin()) break;
    words += (words.empty() ? "" : " ") + std::string(statement.begin(), end);
    statement.remove_prefix(static_cast<std::size_t>(end - statement.begin()));
  }
  return words.empty() ? "statement" : words;
}

}  // namespace acctl
