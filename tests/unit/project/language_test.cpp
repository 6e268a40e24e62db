// The language of what people read: no phrase that was replaced comes back, help has its form, errors have hints.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "cli/app.hpp"
#include "cli/help.hpp"
#include "provisioning/base/text.hpp"
#include "tests/support/catch.hpp"

namespace {

// A stretch of a C++ source: the code between two strings, or a string. Strings that follow each other are one.
struct Stretch {
  bool is_string;
  std::size_t line;
  std::string text;
};

class SourceReader {
 public:
  explicit SourceReader(std::string text) : text_(std::move(text)) {}

  std::vector<Stretch> stretches() {
    while (at_ < text_.size()) {
      if (text_.compare(at_, 2, "//") == 0) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.compare(at_, 2, "R\"") == 0) {
        read_raw_string();
      } else if (text_[at_] == '"') {
        read_string();
      } else {
        read_code();
      }
    }
    return std::move(all_);
  }

 private:
  void read_raw_string() {
    const std::size_t open = text_.find('(', at_);
    const std::string close = ")" + text_.substr(at_ + 2, open - at_ - 2) + "\"";
    const std::size_t end = text_.find(close, open);
    const std::string text = text_.substr(open + 1, end - open - 1);
    add(true, text);
    at_ = end + close.size();
    line_ += static_cast<std::size_t>(std::ranges::count(text, '\n'));
  }

  void read_string() {
    std::string text;
    for (++at_; text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
        text += text_[at_] == 'n' ? ' ' : text_[at_];
      } else {
        text += text_[at_];
      }
    }
    ++at_;
    add(true, text);
  }

  void read_code() {
    // A character: of '"' the quote must not begin a string. Between digits it parts them.
    const bool quote =
        text_[at_] == '\'' && (at_ == 0 || std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) == 0);
    const std::size_t length = !quote ? 1 : text_[at_ + 1] == '\\' ? 4 : 3;
    add(false, quote ? "''" : text_.substr(at_, 1));
    if (text_[at_] == '\n') ++line_;
    at_ += length;
  }

  void add(bool is_string, const std::string& text) {
    if (!all_.empty() && all_.back().is_string == is_string) {
      all_.back().text += text;
      return;
    }
    const bool continues = is_string && all_.size() > 1 && is_blank(all_.back().text);
    if (continues) {
      all_.pop_back();
      all_.back().text += text;
    } else {
      all_.push_back({is_string, line_, text});
    }
  }

  static bool is_blank(const std::string& text) { return text.find_first_not_of(" \n") == std::string::npos; }

  std::string text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::vector<Stretch> all_;
};

struct ReadSource {
  std::string path;
  std::vector<Stretch> stretches;
};

std::vector<ReadSource> read_sources() {
  std::vector<ReadSource> all;
  for (const char* folder : {"cli", "commands", "man", "completions", "provisioning"}) {
    const auto top = std::filesystem::path(ACCTL_SOURCE) / folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(top)) {
      const std::string ending = entry.path().extension().string();
      if (ending != ".cpp" && ending != ".hpp") continue;
      std::ostringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      all.push_back(
          {std::filesystem::relative(entry.path(), ACCTL_SOURCE).string(), SourceReader(text.str()).stretches()});
    }
  }
  std::ranges::sort(all, {}, &ReadSource::path);
  return all;
}

// With single spaces, so that a phrase is found across the lines of a raw string.
std::string on_one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    if (c != ' ' && c != '\n') line += c;
    if ((c == ' ' || c == '\n') && !line.ends_with(' ')) line += ' ';
  }
  return line;
}

// Each was replaced by what the standard words of the field are.
const std::vector<std::string> replaced_phrases = {
    "that may go",
    "that must be left",
    "give this no longer",
    "give this, too",
    "ask nothing",
    "say what is done",
    "no colour",
    "let back who",
    "is given at most",
    "is told",
    "that leads back",
    "or go on with one",
    "how far the provisioning",
    "let a suspended tenant back",
    "what it is seeded with",
    "comes to a permission",
    "needs a yes",
    "Cure the causes",
    "no way to send mail",
    "nothing goes out",
    "made something else of the plan",
    "not as the changes suppose",
    "would be left of",
    "no change is named",
};

// The number of arguments up to the parenthesis that ends the call whose first argument begins at `text` of stretch
// `from`.
std::size_t count_arguments(const std::vector<Stretch>& all, std::size_t from, std::size_t start) {
  int depth = 1;
  std::size_t count = 1;
  for (std::size_t i = from; i < all.size(); ++i) {
    if (all[i].is_string) continue;
    for (std::size_t at = i == from ? start : 0; at < all[i].text.size(); ++at) {
      const char c = all[i].text[at];
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') --depth;
      if (depth == 0) return count;
      if (c == ',' && depth == 1) ++count;
    }
  }
  return count;
}

// The places in `source` where an error that a person can do something about is made without a hint.
std::vector<std::string> errors_without_hint(const ReadSource& source) {
  static const std::regex made(R"(Error\(ErrorKind::(invalid|refused|conflict),)");
  std::vector<std::string> places;
  for (std::size_t i = 0; i < source.stretches.size(); ++i) {
    const Stretch& stretch = source.stretches[i];
    if (stretch.is_string) continue;
    for (std::sregex_iterator at(stretch.text.begin(), stretch.text.end(), made), end; at != end; ++at) {
      const auto start = static_cast<std::size_t>(at->position() + at->length());
      if (count_arguments(source.stretches, i, start) > 1) continue;
      const auto lines = std::count(stretch.text.begin(), stretch.text.begin() + at->position(), '\n');
      places.push_back(source.path + ":" + std::to_string(stretch.line + static_cast<std::size_t>(lines)));
    }
  }
  return places;
}

void visit_commands(const acctl::Command& command, const std::string& words,
                    const std::function<void(const acctl::Command&, const std::string&)>& visit) {
  visit(command, words);
  for (const acctl::Command& sub : command.subcommands) visit_commands(sub, words + " " + sub.name, visit);
}

void check_help(const std::string& help) {
  CHECK_FALSE(help.empty());
  CHECK_FALSE(help.ends_with('.'));
  CHECK(acctl::display_width(help) <= 100);
}

}  // namespace

TEST_CASE("language: a source is read as strings and code") {
  const auto strings = [](const std::string& text) {
    std::vector<std::string> all;
    for (const Stretch& stretch : SourceReader(text).stretches()) {
      if (stretch.is_string) all.push_back(on_one_line(stretch.text));
    }
    return all;
  };
  using Strings = std::vector<std::string>;
  CHECK(strings("f(\"a \"\n  \"b\", '\"', \"c\\\"d\");  // \"e\"") == Strings{"a b", "c\"d"});
  CHECK(strings("x = 1'000; y = R\"(a\n  \"b\" c)\" z") == Strings{"a \"b\" c"});
  CHECK(strings("'\\'' + \"x\\ny\"") == Strings{"x y"});
}

TEST_CASE("language: phrases that were replaced do not come back") {
  std::size_t strings = 0;
  for (const ReadSource& source : read_sources()) {
    for (const Stretch& stretch : source.stretches) {
      if (!stretch.is_string) continue;
      ++strings;
      const std::string text = on_one_line(stretch.text);
      for (const std::string& phrase : replaced_phrases) {
        INFO(source.path << ":" << stretch.line << ": " << phrase);
        CHECK(text.find(phrase) == std::string::npos);
      }
    }
  }
  CHECK(strings > 5'000);
}

TEST_CASE("language: nor do they in the manual and the README") {
  std::vector<std::string> phrases = replaced_phrases;
  phrases.insert(phrases.end(), {"may go", "the way in", "by now", " cure"});
  std::vector<std::filesystem::path> files = {std::filesystem::path(ACCTL_SOURCE) / "README.md"};
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(ACCTL_SOURCE) / "man/texts")) {
    files.push_back(entry.path());
  }
  CHECK(files.size() > 15);
  for (const std::filesystem::path& file : files) {
    std::ostringstream read;
    read << std::ifstream(file).rdbuf();
    const std::string text = on_one_line(read.str());
    for (const std::string& phrase : phrases) {
      INFO(file.filename() << ": " << phrase);
      CHECK(text.find(phrase) == std::string::npos);
    }
  }
}

TEST_CASE("language: help of options and arguments, and summaries, have no full stop and fit a line") {
  std::size_t looked = 0;
  const auto check = [&](const acctl::Command& command, const std::string& words) {
    INFO(words);
    CHECK_FALSE(command.summary.ends_with('.'));
    for (const acctl::Option& option : command.options) {
      INFO(option.name);
      check_help(option.help);
      ++looked;
    }
    for (const acctl::Argument& argument : command.arguments) {
      INFO(argument.name);
      check_help(argument.help);
      ++looked;
    }
  };
  visit_commands(acctl::command_tree(), "acctl", check);
  for (const acctl::Option& option : acctl::documented_global_options()) {
    INFO(option.name);
    check_help(option.help);
  }
  CHECK(looked > 200);
}

TEST_CASE("language: an error that a person can mend has a hint") {
  // Where there are some without one: how many, by folder. The numbers may only become smaller.
  const std::map<std::string, std::size_t> allowed = {
      {"commands/access", 1},
      {"commands/audit", 2},
      {"commands/definitions", 5},
      {"commands/meta", 2},
      {"commands/team", 1},
      {"commands/tenant", 6},
      {"commands/user", 3},
      {"provisioning/access", 17},
      {"provisioning/base", 5},
      {"provisioning/database", 1},
      {"provisioning/definitions", 7},
      {"provisioning/delivery", 3},
      {"provisioning/local", 1},
      {"provisioning/model", 1},
      {"provisioning/plan", 1},
      {"provisioning/platform", 2},
      {"provisioning/tenants", 9},
  };
  std::map<std::string, std::vector<std::string>> found;
  for (const ReadSource& source : read_sources()) {
    const std::vector<std::string> places = errors_without_hint(source);
    std::vector<std::string>& all = found[source.path.substr(0, source.path.rfind('/'))];
    all.insert(all.end(), places.begin(), places.end());
  }
  for (const auto& [folder, places] : found) {
    const auto most = allowed.find(folder);
    std::string list;
    for (const std::string& place : places) list += "\n  " + place;
    INFO(folder << " without a hint:" << list);
    CHECK(places.size() <= (most == allowed.end() ? 0 : most->second));
  }
}
