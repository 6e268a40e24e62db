#include "provisioning/definitions/yaml.hpp"

#include <yaml.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

#include "provisioning/model/text.hpp"

namespace acctl {

namespace {

constexpr std::size_t depth_limit = 64;
constexpr std::size_t node_limit = 1'000'000;

struct Problem {
  int line;
  int column;
  std::string message;
};

// libyaml counts lines and columns, in characters, from 0.
Problem placed(const yaml_mark_t& mark, std::string message) {
  return {static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1, std::move(message)};
}

struct PlainWords {
  std::string_view problem;  // as libyaml calls it
  std::string_view words;
};

constexpr std::string_view tab = "a tab, where YAML takes only spaces";

// The mistakes that people make, with the way out.
constexpr std::array<PlainWords, 11> plain_words = {{
    {"mapping values are not allowed in this context",
     "a ':' too many: quote the text, or end the line above with ':'"},
    {"did not find expected key", "no key can stand here: look at the indentation, and for quotes within quotes"},
    {"did not find expected '-' indicator", "no '-' where the list goes on: look at the indentation"},
    {"did not find expected ',' or ']'", "a ',' or ']' is missing before this"},
    {"did not find expected ',' or '}'", "a ',' or '}' is missing before this"},
    {"did not find expected node content", "something is missing before this"},
    {"block sequence entries are not allowed in this context", "a '-' of a list begins a line of its own"},
    {"did not find expected alphabetic or numeric character", "'*' and '&' stand in quotes where they are text"},
    {"found unknown escape character", "no escape that YAML knows: a backslash in double quotes is written twice"},
    {"found a tab character that violates indentation", tab},
    {"found a tab character where an indentation space is expected", tab},
}};

// One of libyaml's events, to be let go.
class Event {
 public:
  Event() = default;
  ~Event() { yaml_event_delete(&event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  bool parse(yaml_parser_t& parser) { return yaml_parser_parse(&parser, &event_) != 0; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_ = {};
};

// Reads the events of a text; throws Problem where it cannot go on, and keeps what else is wrong.
class Reader {
 public:
  Reader(std::string_view text, std::vector<Problem>& slips) : text_(text), slips_(slips) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~Reader() { yaml_parser_delete(&parser_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  YamlNode read() {
    bool begun = false;
    for (;;) {
      Event event;
      if (!event.parse(parser_)) throw failure();
      if (event->type == YAML_STREAM_END_EVENT) return std::move(root_);
      if (event->type == YAML_DOCUMENT_START_EVENT) {
        if (begun) throw placed(event->start_mark, "only one document is allowed in a file");
        begun = true;
      }
      take(event);
    }
  }

 private:
  struct Level {
    YamlNode node;
    bool brackets = false;                      // around it
    std::unordered_map<std::string, int> keys;  // of a large mapping: the line of each key
    bool awaits_value = false;
  };

  // What keeps libyaml from going on. Of what is opened and never closed it complains at the end.
  Problem failure() const {
    if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    const std::string_view problem = parser_.problem == nullptr ? "no YAML" : parser_.problem;
    const std::string_view context = parser_.context == nullptr ? "" : parser_.context;
    if (context == "while scanning a quoted scalar" && problem == "found unexpected end of stream") {
      return placed(parser_.context_mark, "a quote is opened and never closed");
    }
    if (problem == "could not find expected ':'") {
      return placed(parser_.context_mark, "a key without its ':', or an item without its '-'");
    }
    const std::string_view rest = from(parser_.problem_mark.index);
    if (rest.empty() && !levels_.empty() && levels_.back().brackets) {
      const YamlNode& open = levels_.back().node;
      return {open.line, open.column, "a bracket is opened and never closed"};
    }
    std::string words(problem);
    if (problem == "found character that cannot start any token") {
      words = rest.starts_with('\t') ? std::string(tab)
                                     : "'" + std::string(rest.substr(0, 1)) + "' begins no word: quote the text";
    }
    if (const auto known = std::ranges::find(plain_words, problem, &PlainWords::problem); known != plain_words.end()) {
      words = known->words;
    }
    if (!context.empty() && parser_.context_mark.line != parser_.problem_mark.line) {
      words += " (in what begins in line " + std::to_string(parser_.context_mark.line + 1) + ")";
    }
    return placed(parser_.problem_mark, words);
  }

  // The text from its N-th character on.
  std::string_view from(std::size_t character) const {
    std::size_t at = 0;
    for (; character > 0 && at < text_.size(); --character) at += utf8_length(text_, at);
    return text_.substr(at);
  }

  void take(const Event& event) {
    switch (event->type) {
      case YAML_ALIAS_EVENT:
        slip(placed(event->start_mark, "aliases (*name) are not allowed; write the value out"));
        return add(stand_in(event));
      case YAML_SCALAR_EVENT:
        return add(scalar(event));
      case YAML_SEQUENCE_START_EVENT:
        refuse_properties(event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
        return open(node(event, YamlNode::Type::sequence),
                    event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
      case YAML_MAPPING_START_EVENT:
        refuse_properties(event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
        return open(node(event, YamlNode::Type::mapping), event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        return close();
      default:
        return;
    }
  }

  // Nobody mends more at once.
  void slip(Problem problem) {
    if (slips_.size() == 1000) throw problem;
    slips_.push_back(std::move(problem));
  }

  // For an alias, at its place.
  static YamlNode stand_in(const Event& event) {
    YamlNode made = node(event, YamlNode::Type::scalar);
    made.text = "alias";
    made.quoted = true;
    return made;
  }

  static YamlNode node(const Event& event, YamlNode::Type type) {
    YamlNode made;
    made.type = type;
    made.line = static_cast<int>(event->start_mark.line) + 1;
    made.column = static_cast<int>(event->start_mark.column) + 1;
    return made;
  }

  YamlNode scalar(const Event& event) {
    const auto& data = event->data.scalar;
    refuse_properties(event, data.anchor, data.tag);
    YamlNode made = node(event, YamlNode::Type::scalar);
    made.text.assign(reinterpret_cast<const char*>(data.value), data.length);
    made.quoted = data.style != YAML_PLAIN_SCALAR_STYLE;
    // A double quote can write what no file may hold.
    if (made.text.find('\0') != std::string::npos) throw placed(event->start_mark, "a NUL character");
    return made;
  }

  void refuse_properties(const Event& event, const yaml_char_t* anchor, const yaml_char_t* tag) {
    if (anchor != nullptr) slip(placed(event->start_mark, "anchors (&name) are not allowed"));
    if (tag != nullptr) slip(placed(event->start_mark, "tags (!name) are not allowed"));
  }

  void open(YamlNode made, bool brackets) {
    if (levels_.size() >= depth_limit) {
      throw Problem{made.line, made.column, "nested deeper than " + std::to_string(depth_limit) + " levels"};
    }
    levels_.push_back({std::move(made), brackets, {}, false});
  }

  void close() {
    YamlNode done = std::move(levels_.back().node);
    levels_.pop_back();
    add(std::move(done));
  }

  void add(YamlNode made) {
    if (++count_ > node_limit) throw Problem{made.line, made.column, "more than 1,000,000 values"};
    if (levels_.empty()) {
      root_ = std::move(made);
      return;
    }
    Level& level = levels_.back();
    if (level.node.type == YamlNode::Type::sequence) {
      level.node.items.push_back(std::move(made));
    } else if (level.awaits_value) {
      YamlEntry& entry = level.node.entries.back();
      // One that is left out has no place of its own.
      if (made.type == YamlNode::Type::scalar && made.text.empty() && !made.quoted) {
        made.line = entry.key.line;
        made.column = entry.key.column;
      }
      entry.value = std::move(made);
      level.awaits_value = false;
    } else {
      add_key(level, std::move(made));
    }
  }

  void add_key(Level& level, YamlNode key) {
    if (key.type != YamlNode::Type::scalar) throw Problem{key.line, key.column, "a key must be a plain word"};
    if (key.text == "<<" && !key.quoted) slip({key.line, key.column, "merge keys (<<) are not allowed"});
    if (const int first = first_use(level, key); first != 0) {
      slip({key.line, key.column,
            "duplicate key '" + abbreviated(key.text) + "', first used in line " + std::to_string(first)});
    }
    level.node.entries.push_back({std::move(key), {}});
    level.awaits_value = true;
  }

  // The line of an earlier key of that text, 0 where there is none. Nearly all mappings are small; an index pays for
  // large ones only.
  static int first_use(Level& level, const YamlNode& key) {
    constexpr std::size_t small = 16;
    const std::vector<YamlEntry>& entries = level.node.entries;
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

  std::string_view text_;
  std::vector<Problem>& slips_;
  yaml_parser_t parser_ = {};
  YamlNode root_;
  std::vector<Level> levels_;
  std::size_t count_ = 0;
};

[[noreturn]] void refuse(const std::string& file, std::vector<Diagnostic> problems) {
  throw Error(ErrorKind::invalid, "the file " + file + " is not valid", "", std::move(problems));
}

[[noreturn]] void refuse(const std::string& file, const Problem& problem) {
  refuse(file, std::vector<Diagnostic>{{file, problem.line, problem.column, problem.message}});
}

void check_characters(std::string_view text, const std::string& file) {
  int line = 1;
  int column = 1;
  for (std::size_t i = 0; i < text.size(); ++column) {
    if (is_plain(text[i])) {
      ++i;
      continue;
    }
    const std::size_t length = utf8_length(text, i);
    if (length == 0) refuse(file, {line, column, "not valid UTF-8"});
    const std::uint32_t code = utf8_code(text, i);
    // A return alone ends a line for some readers and not for others.
    const bool alone = code == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
    if (code == 0xfeff) refuse(file, {line, column, "a byte order mark within the text"});
    if (alone || !stands_in_yaml(code)) refuse(file, {line, column, "a control character"});
    if (code >= 0x80 && is_hidden(text, i)) {
      // An escape says what nobody would see.
      refuse(file, {line, column,
                    hidden_character(text.substr(i, length)) + "; where it is meant, write it as an "
                                                               "escape in double quotes"});
    }
    if (code == '\n') {
      ++line;
      column = 0;
    }
    i += length;
  }
}

}  // namespace

bool YamlNode::is_null() const {
  return type == Type::scalar && !quoted &&
         (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL");
}

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, value] : entries) {
    if (name.text == key) return &value;
  }
  return nullptr;
}

YamlNode* YamlNode::find(std::string_view key) { return const_cast<YamlNode*>(std::as_const(*this).find(key)); }

YamlNode read_yaml(std::string_view text, const std::string& file, std::vector<Diagnostic>& slips) {
  if (text.size() > yaml_size_limit) refuse(file, {1, 1, "larger than 16 MiB"});
  if (text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE")) refuse(file, {1, 1, "UTF-16; save it as UTF-8"});
  constexpr std::string_view mark = "\xEF\xBB\xBF";  // a byte order mark means nothing in UTF-8
  if (text.starts_with(mark)) text.remove_prefix(mark.size());
  check_characters(text, file);
  std::vector<Problem> found;
  std::optional<YamlNode> root;
  try {
    root = Reader(text, found).read();
  } catch (const Problem& problem) {
    found.push_back(problem);
  }
  for (const Problem& slip : found) slips.push_back({file, slip.line, slip.column, slip.message});
  if (!root) refuse(file, std::move(slips));
  return std::move(*root);
}

YamlNode read_yaml(std::string_view text, const std::string& file) {
  std::vector<Diagnostic> slips;
  YamlNode root = read_yaml(text, file, slips);
  if (!slips.empty()) refuse(file, std::move(slips));
  return root;
}

Error problem_at(const std::string& file, const YamlNode& node, const std::string& message) {
  return Error(ErrorKind::invalid, "the file " + file + " is not valid", "", {{file, node.line, node.column, message}});
}

}  // namespace acctl
