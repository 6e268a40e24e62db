#include "provisioning/definitions/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <istream>
#include <streambuf>
#include <unordered_map>

#include "provisioning/model/text.hpp"

namespace acctl {

namespace {

constexpr std::size_t depth_limit = 64;
constexpr std::size_t node_limit = 1'000'000;
constexpr std::size_t piece_limit = 512u << 10;

// Appended as a second document: when it does not come back as one, an open quote has swallowed the end of the file.
constexpr std::string_view sentinel = "end of the acctl document";

constexpr const char* no_aliases = "aliases (*name) are not allowed; write the value out";

struct Problem {
  int line;
  int column;
  std::string message;
};

// The text as yaml-cpp pulls it, with the sentinel behind. As long as it cannot tell whether a bracket opens a key,
// yaml-cpp keeps all that follows as tokens, a hundred times as large: so a text must become nodes as it goes.
class Input : public std::streambuf {
 public:
  explicit Input(std::string_view text)
      // No line break of our own: a block scalar that keeps its last ones would get it too.
      : text_(text), end_((text.ends_with('\n') ? "---\n\"" : "\n---\n\"") + std::string(sentinel) + "\"\n") {}

  // A node has come out of it.
  void advance() { since_ = 0; }

  struct Stuck {};

 protected:
  std::streamsize xsgetn(char* target, std::streamsize wanted) override {
    std::streamsize got = 0;
    for (; got < wanted && at_ < text_.size() + end_.size(); ++got, ++at_) {
      target[got] = at_ < text_.size() ? text_[at_] : end_[at_ - text_.size()];
    }
    since_ += static_cast<std::size_t>(got);
    if (since_ > piece_limit) throw Stuck{};
    return got;
  }

 private:
  std::string_view text_;
  std::string end_;
  std::size_t at_ = 0;
  std::size_t since_ = 0;
};

// Builds the nodes; yaml-cpp counts lines and columns from 0.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(Input& input) : input_(input) {}

  YamlNode root;
  bool filled = false;
  int line = 1;  // of the last node
  int column = 1;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add(node(mark, YamlNode::Type::scalar));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Problem{mark.line + 1, mark.column + 1, no_aliases};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    if (tag != "?" && tag != "!" && !tag.empty()) refuse_tag(mark);
    // A double quote can write what no file may hold.
    if (value.find('\0') != std::string::npos) throw Problem{mark.line + 1, mark.column + 1, "a NUL character"};
    YamlNode scalar = node(mark, YamlNode::Type::scalar);
    scalar.text = value;
    scalar.quoted = tag == "!";
    add(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Type::sequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Type::mapping);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    YamlNode node;
    std::unordered_map<std::string, int> keys;  // of a large mapping: the line of each key
    bool awaits_value = false;
  };

  static YamlNode node(const YAML::Mark& mark, YamlNode::Type type) {
    YamlNode made;
    made.type = type;
    made.line = mark.line + 1;
    made.column = mark.column + 1;
    return made;
  }
  static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) throw Problem{mark.line + 1, mark.column + 1, "anchors (&name) are not allowed"};
  }
  static void refuse_tag(const YAML::Mark& mark) {
    throw Problem{mark.line + 1, mark.column + 1, "tags (!name) are not allowed"};
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Type type) {
    refuse_anchor(mark, anchor);
    if (tag != "?" && tag != "!" && !tag.empty()) refuse_tag(mark);
    if (levels_.size() >= depth_limit) {
      throw Problem{mark.line + 1, mark.column + 1, "nested deeper than " + std::to_string(depth_limit) + " levels"};
    }
    input_.advance();
    levels_.push_back({node(mark, type), {}, false});
  }

  void close() {
    YamlNode done = std::move(levels_.back().node);
    levels_.pop_back();
    add(std::move(done));
  }

  void add(YamlNode made) {
    line = made.line;
    column = made.column;
    input_.advance();
    if (++count_ > node_limit) throw Problem{made.line, made.column, "more than 1,000,000 values"};
    if (levels_.empty()) {
      root = std::move(made);
      filled = true;
      return;
    }
    Level& level = levels_.back();
    if (level.node.type == YamlNode::Type::sequence) {
      level.node.items.push_back(std::move(made));
    } else if (level.awaits_value) {
      // One that is left out is said to be where the next thing is.
      const YamlNode& key = level.node.entries.back().key;
      const bool nothing = made.type == YamlNode::Type::scalar && made.text.empty() && !made.quoted;
      if (nothing && made.line != key.line) {
        made.line = key.line;
        made.column = key.column;
      }
      level.node.entries.back().value = std::move(made);
      level.awaits_value = false;
    } else {
      add_key(level, std::move(made));
    }
  }

  static void add_key(Level& level, YamlNode key) {
    if (key.type != YamlNode::Type::scalar) throw Problem{key.line, key.column, "a key must be a plain word"};
    if (key.text == "<<" && !key.quoted) throw Problem{key.line, key.column, "merge keys (<<) are not allowed"};
    if (const int first = first_use(level, key); first != 0) {
      throw Problem{key.line, key.column,
                    "duplicate key '" + abbreviated(key.text) + "', first used in line " + std::to_string(first)};
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

  Input& input_;
  std::vector<Level> levels_;
  std::size_t count_ = 0;
};

[[noreturn]] void refuse(const std::string& file, const Problem& problem) {
  throw Error(ErrorKind::invalid, "the file " + file + " is not valid", "",
              {{file, problem.line, problem.column, problem.message}});
}

void check_characters(std::string_view text, const std::string& file) {
  if (text.size() > yaml_size_limit) refuse(file, {1, 1, "larger than 16 MiB"});
  if (text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE")) refuse(file, {1, 1, "UTF-16; save it as UTF-8"});
  int line = 1;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    const auto column = static_cast<int>(i - start) + 1;
    if (length == 0) refuse(file, {line, column, "not valid UTF-8"});
    const auto byte = static_cast<unsigned char>(text[i]);
    // A return alone ends a line for some readers and not for others.
    const bool alone = byte == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
    if (alone || byte == 0x7f || (byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r')) {
      refuse(file, {line, column, "a control character"});
    }
    if (byte == '\n') {
      ++line;
      start = i + 1;
    }
    i += length;
  }
}

// Whether a line, counted from 0, is our sentinel's.
bool input_ends_before(std::string_view text, int line) {
  return std::ranges::count(text, '\n') + (text.ends_with('\n') ? 0 : 1) <= line;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, value] : entries) {
    if (name.text == key) return &value;
  }
  return nullptr;
}

YamlNode* YamlNode::find(std::string_view key) { return const_cast<YamlNode*>(std::as_const(*this).find(key)); }

YamlNode read_yaml(std::string_view text, const std::string& file) {
  check_characters(text, file);
  constexpr std::string_view mark = "\xEF\xBB\xBF";  // a byte order mark means nothing in UTF-8
  if (text.starts_with(mark)) text.remove_prefix(mark.size());
  if (text.starts_with(mark)) refuse(file, {1, 1, "a second byte order mark"});
  Input source(text);
  std::istream input(&source);
  Builder document(source);
  Builder end(source);
  try {
    YAML::Parser parser(input);
    parser.HandleNextDocument(document);
    const auto is_end = [](const Builder& built) { return built.filled && built.root.text == sentinel; };
    if (is_end(document)) return YamlNode{};
    parser.HandleNextDocument(end);
    if (!end.filled) refuse(file, {document.root.line, document.root.column, "a quote is opened and never closed"});
    if (!is_end(end)) refuse(file, {end.root.line, end.root.column, "only one document is allowed in a file"});
    return std::move(document.root);
  } catch (const Problem& problem) {
    refuse(file, problem);
  } catch (const Input::Stuck&) {
    refuse(file, {document.line, document.column,
                  "more than 512 KiB in one piece after this: a long value, or brackets that are not closed"});
  } catch (const YAML::Exception& error) {
    if (error.msg == YAML::ErrorMsg::DOC_IN_SCALAR && input_ends_before(text, error.mark.line)) {
      refuse(file, {document.line, document.column, "a quote is opened after this and never closed"});
    }
    // Of an alias of what is no anchor yaml-cpp itself complains.
    const bool alias = error.msg == YAML::ErrorMsg::UNKNOWN_ANCHOR;
    refuse(file, {error.mark.line + 1, error.mark.column + 1, alias ? no_aliases : error.msg});
  }
}

Error problem_at(const std::string& file, const YamlNode& node, const std::string& message) {
  return Error(ErrorKind::invalid, "the file " + file + " is not valid", "", {{file, node.line, node.column, message}});
}

}  // namespace acctl
