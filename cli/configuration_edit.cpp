#include "cli/configuration_edit.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provisioning/base/error.hpp"
#include "provisioning/base/split.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml.hpp"

namespace acctl {

namespace {

using Tree = nlohmann::json;

std::vector<std::string> split_lines(const std::string& text) {
  const std::vector<std::string_view> lines = split(text, '\n');
  return {lines.begin(), lines.end()};
}

// As a scalar reads it: 8 and true are not texts.
Tree to_value(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  const bool digits = !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (digits && text.size() < 10 && (text == "0" || text[0] != '0')) return std::stoi(text);
  return text;
}

// "key: value", or "key:" with the entries of a mapping below it.
std::vector<std::string> to_lines(const std::string& key, const Tree& value, std::size_t indent) {
  const nlohmann::ordered_json one = {
      {key, value.is_null() ? nlohmann::ordered_json("") : nlohmann::ordered_json(value)}};
  std::string text = write_yaml(one);
  if (value.is_null() || (value.is_object() && value.empty())) text = text.substr(0, text.rfind(':') + 1);
  std::vector<std::string> lines = split_lines(text);
  for (std::string& line : lines) line.insert(0, indent, ' ');
  return lines;
}

// Nothing has no line of its own.
int last_line(const YamlNode& node) {
  int last = node.is_null() && node.text.empty() ? 0 : node.line;
  for (const YamlNode& item : node.items) last = std::max(last, last_line(item));
  for (const YamlEntry& entry : node.entries) last = std::max({last, entry.key.line, last_line(entry.value)});
  return last;
}

// The lines of a file, the tree that they mean, and the tree that they are to mean.
class Draft {
 public:
  Draft(const std::string& text, std::string path) : path_(std::move(path)), lines_(split_lines(text)) {
    parse();
    wanted_ = root_.is_null() ? Tree::object() : to_json(root_);
  }

  Tree& wanted() { return wanted_; }
  const YamlEntry* find(const std::vector<std::string>& keys) const {
    const YamlNode* node = &root_;
    const YamlEntry* found = nullptr;
    for (const std::string& key : keys) {
      const auto entry = std::ranges::find(node->entries, key, [](const YamlEntry& e) { return e.key.text; });
      if (entry == node->entries.end()) return nullptr;
      found = &*entry;
      node = &entry->value;
    }
    return found;
  }
  const YamlNode& root() const { return root_; }

  // Puts lines behind line `line`; 0 is the top.
  void insert(int line, const std::vector<std::string>& more) {
    lines_.insert(lines_.begin() + line, more.begin(), more.end());
    parse();
  }
  void append(const std::vector<std::string>& more) { insert(static_cast<int>(lines_.size()), more); }
  void erase(int first, int last) {
    lines_.erase(lines_.begin() + first - 1, lines_.begin() + last);
    parse();
  }

  // Writes another value on the line of `entry`, and keeps the comment behind it.
  void replace_value(const YamlEntry& entry, const Tree& value) {
    const std::string written = to_lines(entry.key.text, value, 0).front();
    std::string& line = find_line(entry.value);
    const std::size_t begin = find_offset(entry.value);
    line.replace(begin, end_of_scalar(line, begin) - begin, written.substr(written.find(": ") + 2));
    parse();
  }

  // A mapping in braces on one line becomes one with a line for each entry.
  void unfold(const std::vector<std::string>& keys) {
    const YamlEntry* entry = find(keys);
    if (entry == nullptr || entry->value.type != YamlNode::Type::mapping || entry->value.line == 0) return;
    std::string& line = find_line(entry->value);
    const std::size_t begin = find_offset(entry->value);
    if (begin >= line.size() || line[begin] != '{') return;
    const std::size_t end = end_of_braces(line, begin);
    const std::string comment = line.substr(end);
    const std::size_t at = static_cast<std::size_t>(entry->value.line);
    std::vector<std::string> below;
    for (const YamlEntry& one : entry->value.entries) {
      const auto more = to_lines(one.key.text, to_json(one.value), static_cast<std::size_t>(entry->key.column) + 1);
      below.insert(below.end(), more.begin(), more.end());
    }
    line.erase(begin);
    line.erase(line.find_last_not_of(' ') + 1);
    line += comment;
    lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(at), below.begin(), below.end());
    parse();
  }

  // The text, if it means what is wanted.
  std::string finish() const {
    if ((root_.is_null() ? Tree::object() : to_json(root_)) != wanted_) throw_cannot();
    std::string text;
    for (const std::string& line : lines_) text += line + "\n";
    return text;
  }

 private:
  [[noreturn]] void throw_cannot() const {
    throw Error(ErrorKind::failed, path_ + " is written in a way that acctl cannot change without losing something",
                "Edit the file by hand, or write each entry of a context on a line of its own.");
  }

  void parse() {
    std::string text;
    for (const std::string& line : lines_) text += line + "\n";
    root_ = read_yaml(text, path_);
    require_mapping(root_);
    if (const YamlNode* contexts = root_.find("contexts")) {
      require_mapping(*contexts);
      for (const YamlEntry& entry : contexts->entries) require_mapping(entry.value);
    }
  }

  // An empty one counts as a mapping without entries.
  void require_mapping(const YamlNode& node) const {
    if (node.type != YamlNode::Type::mapping && !node.is_null()) throw problem_at(path_, node, "not a mapping");
  }

  std::string& find_line(const YamlNode& node) {
    if (node.line < 1 || static_cast<std::size_t>(node.line) > lines_.size()) throw_cannot();
    return lines_[static_cast<std::size_t>(node.line) - 1];
  }

  // In bytes; YAML counts characters.
  std::size_t find_offset(const YamlNode& node) {
    const std::string& line = find_line(node);
    std::size_t at = 0;
    for (int column = 1; column < node.column && at < line.size(); ++column) {
      at += std::max<std::size_t>(utf8_length(line, at), 1);
    }
    return at;
  }

  static std::size_t end_of_quotes(const std::string& line, std::size_t begin) {
    const char quote = line[begin];
    for (std::size_t at = begin + 1; at < line.size(); ++at) {
      if (quote == '"' && line[at] == '\\') {
        ++at;
      } else if (line[at] == quote) {
        return at + 1;
      }
    }
    return line.size();
  }

  static std::size_t end_of_scalar(const std::string& line, std::size_t begin) {
    if (begin < line.size() && (line[begin] == '"' || line[begin] == '\'')) return end_of_quotes(line, begin);
    std::size_t end = std::min(line.find(" #", begin), line.size());
    while (end > begin && line[end - 1] == ' ') --end;
    return end;
  }

  std::size_t end_of_braces(const std::string& line, std::size_t begin) const {
    int depth = 0;
    for (std::size_t at = begin; at < line.size();) {
      if (line[at] == '"' || line[at] == '\'') {
        at = end_of_quotes(line, at);
        continue;
      }
      depth += line[at] == '{' ? 1 : line[at] == '}' ? -1 : 0;
      ++at;
      if (depth == 0) return at;
    }
    throw_cannot();
  }

  std::string path_;
  std::vector<std::string> lines_;
  YamlNode root_;
  Tree wanted_;
};

std::size_t find_indent(const YamlNode& mapping, std::size_t otherwise) {
  return mapping.entries.empty() ? otherwise : static_cast<std::size_t>(mapping.entries.front().key.column) - 1;
}

// Puts `key` with `value` into the mapping that stands at `parents`, in block style.
void add(Draft& draft, const std::vector<std::string>& parents, const std::string& key, const Tree& value) {
  const YamlEntry* parent = draft.find(parents);
  const auto outer = static_cast<std::size_t>(parent->key.column) - 1;
  const int line = parent->value.entries.empty() ? parent->key.line : last_line(parent->value);
  draft.insert(line, to_lines(key, value, find_indent(parent->value, outer + 2)));
}

}  // namespace

std::string with_current(const std::string& text, const std::string& path, const std::string& context) {
  Draft draft(text, path);
  const YamlEntry* current = draft.find({"current"});
  if (context.empty()) {
    draft.wanted().erase("current");
    if (current != nullptr) draft.erase(current->key.line, std::max(current->key.line, last_line(current->value)));
    return draft.finish();
  }
  draft.wanted()["current"] = to_value(context);
  if (current != nullptr) {
    draft.replace_value(*current, to_value(context));
  } else if (draft.root().entries.empty()) {
    draft.append(to_lines("current", to_value(context), 0));
  } else {
    draft.insert(draft.root().entries.front().key.line - 1, to_lines("current", to_value(context), 0));
  }
  return draft.finish();
}

std::string with_entries(const std::string& text, const std::string& path, const std::string& context,
                         const std::map<std::string, std::string>& entries) {
  Draft draft(text, path);
  if (draft.find({"contexts"}) == nullptr) draft.append({"contexts:"});
  draft.unfold({"contexts"});
  draft.unfold({"contexts", context});
  Tree& wanted = draft.wanted()["contexts"][context];
  if (wanted.is_null()) wanted = Tree::object();
  if (draft.find({"contexts", context}) == nullptr) add(draft, {"contexts"}, context, nullptr);
  for (const auto& [name, value] : entries) {
    wanted[name] = to_value(value);
    const YamlEntry* entry = draft.find({"contexts", context, name});
    if (entry != nullptr) {
      draft.replace_value(*entry, to_value(value));
    } else {
      add(draft, {"contexts", context}, name, to_value(value));
    }
  }
  return draft.finish();
}

std::string without_entries(const std::string& text, const std::string& path, const std::string& context,
                            const std::vector<std::string>& entries) {
  Draft draft(text, path);
  draft.unfold({"contexts"});
  draft.unfold({"contexts", context});
  Tree& wanted = draft.wanted()["contexts"][context];
  for (const std::string& name : entries) {
    wanted.erase(name);
    const YamlEntry* entry = draft.find({"contexts", context, name});
    draft.erase(entry->key.line, std::max(entry->key.line, last_line(entry->value)));
  }
  if (wanted.empty()) wanted = nullptr;  // what is left is its name alone
  return draft.finish();
}

std::string without_context(const std::string& text, const std::string& path, const std::string& context) {
  Draft draft(text, path);
  draft.unfold({"contexts"});
  Tree& wanted = draft.wanted()["contexts"];
  wanted.erase(context);
  if (wanted.empty()) wanted = nullptr;
  const YamlEntry* entry = draft.find({"contexts", context});
  draft.erase(entry->key.line, std::max(entry->key.line, last_line(entry->value)));
  return draft.finish();
}

}  // namespace acctl
