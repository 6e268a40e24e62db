#include "provisioning/definitions/yaml_reader.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <istream>

#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml_feed.hpp"

namespace acctl::yaml {

namespace {

using Type = YamlNode::Type;
using Style = YAML::EmitterStyle::value;

constexpr std::size_t depth_limit = 64;
constexpr std::size_t node_limit = 3'000'000;

constexpr const char* no_key = "no key can stand here: look at the indentation, and for quotes within quotes";
constexpr const char* no_dash = "no '-' where the list goes on: look at the indentation";
constexpr const char* no_anchors =
    "anchors (&name) are not allowed; write the value out where it is used (in definitions 'clone: KEY' copies an "
    "object)";
constexpr const char* no_merging =
    "merge keys (<<) are not allowed; write the fields out (in definitions 'clone: KEY' copies an object, and entries "
    "behind a + add to its lists)";
constexpr const char* no_aliases = "aliases (*name) are not allowed; write the value out";
constexpr const char* in_quotes = "'*' and '&' stand in quotes where they are text";
constexpr const char* empty_value = "to YAML a '#' here starts a comment, and the value is empty: quote the text";
constexpr const char* not_a_list = "more text behind a closed bracket: quote the text, which starts with one";
constexpr const char* not_a_mapping = "to YAML '{{' starts a mapping: quote the text";
constexpr const char* too_many = "more than 3,000,000 values";

// Common mistakes with their fix, by the start of yaml-cpp's message.
constexpr std::array<std::pair<std::string_view, const char*>, 13> plain_words = {{
    {"illegal map value", colons},
    {"end of map not found", no_key},
    {"end of map flow not found", "a ',' or '}' is missing before this"},
    {"end of sequence flow not found", "a ',' or ']' is missing before this"},
    {"end of sequence not found", no_dash},
    {"illegal flow end", "a bracket is closed that is not the one opened last"},
    {"illegal block entry", "a '-' of a list begins a line of its own"},
    {"alias not found", in_quotes},
    {"anchor not found", in_quotes},
    {"illegal character found while scanning a", in_quotes},
    {"the referenced anchor is not defined", no_aliases},
    {"unknown escape character", escape},
    {"invalid unicode", "no character: half of a surrogate pair, or a number beyond U+10FFFF"},
}};

// Makes nodes of what yaml-cpp reads.
class Reader : private Text, private YAML::EventHandler {
 public:
  Reader(std::string_view text, std::vector<Problem>& slips, bool again = false)
      : Text(text), slips_(slips), feed_(text), again_(again) {}

  YamlNode read() {
    std::istream in(&feed_);
    YAML::Parser parser(in);
    try {
      parser.HandleNextDocument(*this);
    } catch (const YAML::Exception& error) {
      throw again_ ? failure(error) : earliest(error);
    } catch (const Problem& problem) {
      throw problem.line == 0 ? at(next(), problem.message) : problem;
    }
    for (skip(); is_marker("..."); skip()) at_ += 3;
    if (is_marker("---")) pass_empty_document();
    if (at_ >= text_.size()) return std::move(root_);
    throw root_.is_null() ? missing() : at(at_, "the document ends before this: look at the indentation");
  }

 private:
  // A marker at the end of the file begins nothing.
  void pass_empty_document() {
    const std::size_t marker = at_;
    at_ += 3;
    fresh_ = false;
    for (skip(); is_marker("..."); skip()) at_ += 3;
    if (at_ < text_.size()) throw at(marker, "only one document is allowed in a file");
  }
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    YamlNode made = begin(mark, "?", 0, Type::scalar);
    slip(at_node(made, no_aliases));
    pass_name();
    made.text = "alias";
    made.quoted = true;
    add(std::move(made));
  }
  // For what is left out, where the mark may be that of the next word, and for the words of null.
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    constexpr std::array<std::string_view, 4> words = {"~", "null", "Null", "NULL"};
    const auto* word = std::ranges::find_if(
        words, [rest = text_.substr(offset(mark))](std::string_view each) { return rest.starts_with(each); });
    const bool written = word != words.end() && (!is_part() || mark.column + 1 > levels_.back().node.column);
    YamlNode made = begin(mark, "?", anchor, Type::scalar, written || anchor != 0);
    if (written) {
      made.text = *word;
      pass(made);
    } else {
      refuse_comment(made);
    }
    add(std::move(made));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode made = begin(mark, tag, anchor, Type::scalar);
    made.text = value;
    made.quoted = tag == "!";
    as_written(made.text, text_, at_);
    pass(made);
    // A double quote can write what no file may hold.
    if (made.text.find('\0') != npos) throw at_node(made, "a NUL character");
    add(std::move(made));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Style style) override {
    open(begin(mark, tag, anchor, Type::sequence), style == YAML::EmitterStyle::Flow, '[');
  }
  void OnSequenceEnd() override { close(']'); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Style style) override {
    open(begin(mark, tag, anchor, Type::mapping), style == YAML::EmitterStyle::Flow, '{');
  }
  void OnMapEnd() override { close('}'); }

  // `colour: #f2994a` is a key without a value and a comment.
  void refuse_comment(YamlNode& made) {
    const std::size_t mark = std::min(text_.find_first_not_of(" \t", at_), text_.size());
    const bool leads = at_ > 0 && (text_[at_ - 1] == ':' || text_[at_ - 1] == '-');
    if (!leads || mark == at_ || peek(mark) != '#') return;
    Problem here = at(mark, empty_value);
    made.set_place(here.line, here.column);
    made.text = text_.substr(mark, std::min(text_.find_first_of("\r\n", mark), text_.size()) - mark);
    made.quoted = true;
    slip(std::move(here));
  }

  // `[Acme] Hello` and `{{name}}` look like text and are not.
  void refuse_text_as_flow() {
    if (text_.substr(at_).starts_with("{{")) throw at(at_, not_a_mapping);
    const std::size_t end = bracket_end(at_);
    if (end == npos) return;
    const std::size_t more = std::min(text_.find_first_not_of(" \t", end), text_.size());
    const char c = peek(more);
    if (c != '\n' && c != '\r' && c != '#' && c != ':' && c != '*' && !is_bracket(c)) throw at(more, not_a_list);
  }

  std::size_t offset(const YAML::Mark& mark) const {
    return std::min(text_.size(), static_cast<std::size_t>(std::max(mark.pos, 0)));
  }

  // Whether what comes must stand further right than the block that it is in.
  bool is_part() const {
    if (levels_.empty() || in_flow()) return false;
    return levels_.back().awaits_value || levels_.back().marked || levels_.back().node.type == Type::sequence;
  }

  // A node at its place.
  YamlNode begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Type type,
                 bool written = true) {
    feed_.ahead = 0;
    lead(written);
    const std::size_t start = written ? offset(mark) : at_;
    if (written) skip();
    if (at_ != start) throw missing();
    const Problem here = at(start, "");
    const int beside = type == Type::sequence && peek(start) == '-' ? 1 : 0;
    if (written && is_part() && here.column + beside <= levels_.back().node.column) throw at(start, no_colon);
    if (anchor != 0) slip(at(start, no_anchors));
    const bool tagged = tag != "?" && (tag != "!" || peek(start) == '!');
    if (tagged) slip(at(start, "tags (!name) are not allowed"));
    while ((anchor != 0 || tagged) && (peek(at_) == '&' || peek(at_) == '!')) pass_name();
    YamlNode made;
    made.type = type;
    made.set_place(here.line, here.column);
    return made;
  }

  // Of an anchor, an alias or a tag.
  void pass_name() {
    while (!is_white(peek(at_)) && !is_bracket(peek(at_))) ++at_;
    fresh_ = false;
    skip();
  }

  // Where the next value begins, which yaml-cpp has not reported.
  std::size_t next() const { return std::min(text_.find_first_not_of(" \t\r\n-?:,", at_), text_.size()); }

  // The first problem: yaml-cpp scans brackets to their end before it reports what is in them. What it has scanned is
  // read again, as all that there is.
  Problem earliest(const YAML::Exception& error) {
    Problem found = failure(error);
    if (!error.msg.starts_with("illegal") && error.msg != "unknown token") return found;
    try {
      std::vector<Problem> known;
      Reader(text_.substr(0, offset(error.mark)), known, true).read();
    } catch (const Problem& first) {
      const bool sooner = std::pair(first.line, first.column) < std::pair(found.line, found.column);
      if (sooner && !first.message.ends_with(" never closed")) return first;
    }
    return found;
  }

  Problem failure(const YAML::Exception& error) {
    const std::string& message = error.msg;
    const std::size_t end = offset(error.mark);
    if (message.ends_with(" in scalar") || end == text_.size() || message == "illegal block entry") {
      const auto open = unclosed(end);
      if (open && (message != "illegal block entry" || open->line < at(end, "").line)) return *open;
    }
    if (message.ends_with(" in scalar")) return at(end, "a quote is opened and never closed before this");
    if (message == "unknown token") return at(end, no_word(peek(end)));
    if (message.starts_with("unknown escape")) return at(text_.rfind('\\', end - 2), escape);
    if (message.starts_with("illegal tab")) {
      const int line = at(next(), "").line;
      return within(line, at(end, tab));
    }
    const std::size_t line = end == 0 ? 0 : text_.rfind('\n', end - 1) + 1;
    const std::size_t first = std::min(text_.find_first_not_of(" -?", line), text_.size());
    if (!in_flow() && first <= end && peek(first) == '\t') return at(first, tab);
    const auto* known = std::ranges::find_if(plain_words, [&](auto& each) { return message.starts_with(each.first); });
    const Problem here = at(end, known == plain_words.end() ? message : known->second);
    if (levels_.empty()) return here;
    const YamlNode& around = levels_.back().node;
    if (message == "illegal map value" && around.type == Type::mapping && !levels_.back().awaits_value) {
      // It took the lines below for more of the same text.
      const Problem key = at(next(), no_colon);
      if (key.line < here.line && key.column == around.column) return key;
      if (key.line < here.line && key.column > around.column)
        return within(around.line, {key.line, key.column, no_key});
    }
    if (message == "end of map not found" && first == end) {
      const std::string_view rest = text_.substr(end, text_.find('\n', end) - end);
      if (rest.find(": ") == npos && !rest.ends_with(':')) return {here.line, here.column, no_colon};
      if (here.column == list_.column) return within(list_.line, {here.line, here.column, no_dash});
    }
    return message.starts_with("end of ") ? within(around.line, here) : here;
  }

  // More problems than anybody fixes at once.
  void slip(Problem problem) {
    if (slips_.size() == 1000) throw problem;
    slips_.push_back(std::move(problem));
  }

  void open(YamlNode made, bool flow, char bracket) {
    // What yaml-cpp still takes for a key at the end of the text is not one.
    const bool unsure = !levels_.empty() && levels_.back().node.type == Type::mapping && levels_.back().start == at_;
    const std::size_t depth = levels_.empty() ? 1 : levels_.back().depth + (unsure ? 0 : 1);
    if (depth > depth_limit) {
      throw at_node(made, "nested deeper than " + std::to_string(depth_limit) + " levels");
    }
    const bool pair = flow && peek(at_) != bracket;
    if (flow && !pair && !levels_.empty()) refuse_text_as_flow();
    levels_.push_back({.node = std::move(made), .start = at_, .depth = depth, .flow = flow, .pair = pair, .keys = {}});
    at_ += flow && !pair ? 1 : 0;
  }

  void close(char bracket) {
    YamlNode& done = levels_.back().node;
    if (levels_.back().flow && !levels_.back().pair) {
      skip();
      at_ += peek(at_) == ',' && !(done.items.empty() && done.entries.empty()) ? 1 : 0;
      demand(bracket);
      fresh_ = false;
    }
    if (bracket == ']') list_ = at_node(done, "");
    YamlNode made = std::move(done);
    if (!made.items.empty()) made.items.write().shrink_to_fit();  // a large file has a million of them
    if (!made.entries.empty()) made.entries.write().shrink_to_fit();
    levels_.pop_back();
    add(std::move(made));
  }

  void add(YamlNode made) {
    if (++count_ > node_limit) throw at_node(made, too_many);
    if (levels_.empty()) {
      root_ = std::move(made);
      return;
    }
    Level& level = levels_.back();
    if (level.node.type == Type::sequence) {
      level.node.items.push_back(std::move(made));
    } else if (level.awaits_value) {
      YamlEntry& entry = level.node.entries.back();
      // One that is left out has no place of its own.
      if (made.type == Type::scalar && made.text.empty() && !made.quoted) {
        made.set_place(entry.key.line, entry.key.column);
      }
      entry.value = std::move(made);
      level.awaits_value = level.marked = false;
    } else {
      add_key(level, std::move(made));
    }
  }

  void add_key(Level& level, YamlNode key) {
    if (key.type != Type::scalar) throw at_node(key, "a key must be a plain word");
    if (key.text == "<<" && !key.quoted) slip(at_node(key, no_merging));
    if (const int first = first_use(level, key); first != 0) {
      slip(at_node(key, "duplicate key '" + abbreviated(key.text) + "', first used in line " + std::to_string(first)));
    }
    level.node.entries.push_back({std::move(key), {}});
    level.awaits_value = true;
  }

  // The line of an earlier key of that text, 0 if there is none. Nearly all mappings are small; an index pays for
  // large ones only.
  static int first_use(Level& level, const YamlNode& key) {
    constexpr std::size_t small = 16;
    const std::vector<YamlEntry>& entries = level.node.entries.all();
    if (entries.size() < small) {
      const auto found = std::ranges::find(entries, key.text,
                                           [](const YamlEntry& entry) -> const std::string& { return entry.key.text; });
      return found == entries.end() ? 0 : found->key.line;
    }
    if (entries.size() == small) {
      for (const YamlEntry& entry : entries) level.keys.emplace(entry.key.text, entry.key.line);
    }
    const auto [first, fresh] = level.keys.emplace(key.text, key.line);
    return fresh ? 0 : first->second;
  }

  std::vector<Problem>& slips_;
  Feed feed_;
  bool again_;
  YamlNode root_;
  std::size_t count_ = 0;
  Problem list_{};  // start of the list that ended last
};

}  // namespace

YamlNode read(std::string_view text, std::vector<Problem>& slips) { return Reader(text, slips).read(); }

}  // namespace acctl::yaml
