#include "provisioning/definitions/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <charconv>
#include <sstream>
#include <unordered_map>

#include "provisioning/model/text.hpp"

namespace acctl {

namespace {

constexpr std::size_t depth_limit = 64;
constexpr std::size_t node_limit = 1'000'000;

// Appended as a second document: when it does not come back as one, an open quote has swallowed the end of the file.
constexpr std::string_view sentinel = "end of the acctl document";

struct Problem {
  int line;
  int column;
  std::string message;
};

// Builds the nodes; yaml-cpp counts lines and columns from 0.
class Builder : public YAML::EventHandler {
 public:
  YamlNode root;
  bool filled = false;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add(node(mark, YamlNode::Type::scalar));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Problem{mark.line + 1, mark.column + 1, "aliases (*name) are not allowed; write the value out"};
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
    levels_.push_back({node(mark, type), {}, false});
  }

  void close() {
    YamlNode done = std::move(levels_.back().node);
    levels_.pop_back();
    add(std::move(done));
  }

  void add(YamlNode made) {
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
    if (byte == 0x7f || (byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r')) {
      refuse(file, {line, column, "a control character"});
    }
    if (byte == '\n') {
      ++line;
      start = i + 1;
    }
    i += length;
  }
}

// The whole of `text` as a T; nothing for the words that from_chars also takes (inf, nan).
template <class T>
std::optional<T> number(const std::string& text) {
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  if (first >= text.size() || std::isdigit(static_cast<unsigned char>(text[first])) == 0) return std::nullopt;
  T value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && at == end ? std::optional<T>(value) : std::nullopt;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Taken for something else than a word by YAML 1.1 or 1.2.
bool is_ambiguous(const std::string& text) {
  if (text.empty()) return true;
  constexpr std::array<std::string_view, 13> words = {"true", "false", "null", "yes",  "no",   "on",   "off",
                                                      "y",    "n",     "~",    ".inf", ".nan", "-.inf"};
  std::string lower = text.substr(0, 6);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (text.size() < 6 && std::ranges::find(words, std::string_view(lower)) != words.end()) return true;
  const std::size_t sign = text[0] == '-' || text[0] == '+' ? 1 : 0;
  if (text.size() == sign || (!is_digit(text[sign]) && text[sign] != '.')) return false;
  if (text[sign] == '0' && (lower.find('x') == sign + 1 || lower.find('o') == sign + 1)) return true;
  const std::string unsigned_text = text.substr(sign);
  return number<double>(unsigned_text[0] == '.' ? "0" + unsigned_text : unsigned_text).has_value();
}

// A number as JSON writes it, exponents with their sign: what all readers agree on.
bool is_clear_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto digits = [&] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  const bool zero = text.starts_with('0');
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    if (text.size() < 2 || (text[1] != '+' && text[1] != '-')) return false;
    text.remove_prefix(2);
    if (digits() == 0) return false;
  }
  return text.empty();
}

bool plain_is_safe(const std::string& text) {
  if (is_ambiguous(text)) return false;
  constexpr std::string_view harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _.-@/+()";
  if (text.find_first_not_of(harmless) != std::string::npos) return false;
  return std::isalpha(static_cast<unsigned char>(text.front())) != 0 && text.back() != ' ';
}

void emit_scalar(std::string& out, const nlohmann::ordered_json& value) {
  if (value.is_string() && plain_is_safe(value.get_ref<const std::string&>())) {
    out += value.get_ref<const std::string&>();
  } else {
    // A JSON string is a double-quoted YAML scalar.
    out += value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
}

bool is_leaf(const nlohmann::ordered_json& value) { return !value.is_structured() || value.empty(); }

void emit(std::string& out, const nlohmann::ordered_json& value, std::size_t indent, bool in_sequence) {
  bool first = true;
  const auto begin_line = [&] {
    if (!first || !in_sequence) out.append(indent, ' ');
    first = false;
  };
  if (value.is_array()) {
    for (const auto& item : value) {
      begin_line();
      out += "- ";
      if (is_leaf(item)) {
        emit_scalar(out, item);
        out += '\n';
      } else {
        emit(out, item, indent + 2, true);
      }
    }
    return;
  }
  for (const auto& [key, item] : value.items()) {
    begin_line();
    emit_scalar(out, key);
    out += ':';
    if (is_leaf(item)) {
      out += ' ';
      emit_scalar(out, item);
      out += '\n';
    } else {
      out += '\n';
      emit(out, item, indent + 2, false);
    }
  }
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
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark means nothing in UTF-8
  // No line break of our own: a block scalar that keeps its last ones would get it too.
  const char* const end_of_line = text.ends_with('\n') ? "" : "\n";
  std::istringstream input(std::string(text) + end_of_line + "---\n\"" + std::string(sentinel) + "\"\n");
  try {
    YAML::Parser parser(input);
    Builder document;
    Builder end;
    parser.HandleNextDocument(document);
    const auto is_end = [](const Builder& built) { return built.filled && built.root.text == sentinel; };
    if (is_end(document)) return YamlNode{};
    parser.HandleNextDocument(end);
    if (!end.filled) refuse(file, {document.root.line, document.root.column, "a quote is opened and never closed"});
    if (!is_end(end)) refuse(file, {end.root.line, end.root.column, "only one document is allowed in a file"});
    return std::move(document.root);
  } catch (const Problem& problem) {
    refuse(file, problem);
  } catch (const YAML::Exception& error) {
    refuse(file, {error.mark.line + 1, error.mark.column + 1, error.msg});
  }
}

nlohmann::json to_json(const YamlNode& node) {
  if (node.type == YamlNode::Type::sequence) {
    nlohmann::json list = nlohmann::json::array();
    for (const YamlNode& item : node.items) list.push_back(to_json(item));
    return list;
  }
  if (node.type == YamlNode::Type::mapping) {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& [key, value] : node.entries) object[key.text] = to_json(value);
    return object;
  }
  if (node.is_null()) return nullptr;
  if (!node.quoted && node.text == "true") return true;
  if (!node.quoted && node.text == "false") return false;
  if (!node.quoted) {
    if (const auto integer = number<std::int64_t>(node.text)) return *integer;
    if (const auto real = number<double>(node.text)) return *real;
  }
  return node.text;
}

bool is_plain_data(const YamlNode& scalar) {
  const std::string& text = scalar.text;
  if (scalar.quoted || !is_ambiguous(text) || scalar.is_null() || text == "true" || text == "false") return true;
  const bool whole = text.find_first_of(".eE") == std::string::npos;
  return is_clear_number(text) && (!whole || number<std::int64_t>(text).has_value());
}

bool is_text(const YamlNode& scalar) { return scalar.quoted || !is_ambiguous(scalar.text); }

std::string write_yaml(const nlohmann::ordered_json& value) {
  std::string out;
  if (is_leaf(value)) {
    emit_scalar(out, value);
    return out + '\n';
  }
  emit(out, value, 0, false);
  return out;
}

Error problem_at(const std::string& file, const YamlNode& node, const std::string& message) {
  return Error(ErrorKind::invalid, "the file " + file + " is not valid", "", {{file, node.line, node.column, message}});
}

}  // namespace acctl
