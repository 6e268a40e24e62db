#include "provisioning/definitions/formatter/formatter.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provisioning/base/error.hpp"
#include "provisioning/definitions/formatter/order.hpp"
#include "provisioning/definitions/formatter/tree.hpp"

namespace acctl {

namespace {

using namespace layout;
using OrderedJson = nlohmann::ordered_json;

// A sign and what it stands before, in one line.
bool is_signed(const YamlNode& scalar) {
  return !scalar.quoted && scalar.text.size() > 1 && (scalar.text[0] == '+' || scalar.text[0] == '-') &&
         scalar.text.find('\n') == std::string::npos;
}

// What an entry is sorted by: a mapping's by its key, a list's by its scalar or by the key of its pair.
const YamlNode& named(const Entry& entry) {
  if (entry.key != nullptr) return *entry.key;
  const YamlNode& node = *entry.value.node;
  return node.type == YamlNode::Type::mapping && !node.entries.empty() ? node.entries.front().key : node;
}

void sort_entries(Value& value, const Position& position) {
  for (Entry& entry : value.entries) {
    sort_entries(entry.value, inside(position, entry.key == nullptr ? "" : entry.key->text, *entry.value.node));
  }
  if (!is_sorted(position)) return;
  std::vector<std::tuple<std::size_t, std::string, std::string, std::size_t>> order;
  for (const Entry& entry : value.entries) {
    const YamlNode& name = named(entry);
    order.emplace_back(rank(position, name.text), sort_key(position, name), name.text, order.size());
  }
  std::ranges::sort(order);
  std::vector<Entry> sorted;
  sorted.reserve(order.size());
  for (const auto& place : order) sorted.push_back(std::move(value.entries[std::get<3>(place)]));
  value.entries = std::move(sorted);
}

// Blank lines set entries of the top level and objects apart, all or none; in documents and tests each is the writer's.
void settle_blanks(Value& value, const Position& position) {
  const bool apart = position.part == Part::root || position.part == Part::kind;
  const bool free = position.part == Part::document || position.part == Part::tests;
  const bool any = std::ranges::any_of(value.entries, &Entry::blank);
  const Entry* before = nullptr;
  for (Entry& entry : value.entries) {
    settle_blanks(entry.value, inside(position, entry.key == nullptr ? "" : entry.key->text, *entry.value.node));
    const auto plain = [](const Entry& e) { return e.value.node->type == YamlNode::Type::scalar; };
    const bool heads = position.part == Part::root && before != nullptr && plain(*before) && plain(entry);
    entry.blank = before != nullptr && (apart ? any && !heads : free && entry.blank);
    before = &entry;
  }
}

class Writer {
 public:
  std::string write(const Tree& tree) {
    for (const std::string& line : tree.head) out_ += line + "\n";
    write_entries(tree.value, {Part::root}, 0, false);
    return std::move(out_);
  }

 private:
  static bool is_leaf(const Value& value) { return value.entries.empty(); }

  void write_comments(const std::vector<std::string>& comments, std::size_t indent) {
    for (const std::string& comment : comments) out_ += std::string(indent, ' ') + comment + "\n";
  }

  void end_line(const Entry& entry) { out_ += (entry.beside.empty() ? "" : " " + entry.beside) + "\n"; }

  // `inline_first`: the first entry goes on in the line of a dash.
  void write_entries(const Value& value, const Position& position, std::size_t indent, bool inline_first) {
    for (const Entry& entry : value.entries) {
      const Position place = inside(position, entry.key == nullptr ? "" : entry.key->text, *entry.value.node);
      if (!inline_first) {
        if (entry.blank) out_ += "\n";
        write_comments(entry.above, indent);
        if (entry.key == nullptr) write_first_comments(entry, indent);
        out_.append(indent, ' ');
      }
      inline_first = false;
      if (entry.key == nullptr) {
        write_item(entry, position, place, indent);
      } else {
        write_pair(entry, position, place, indent);
      }
    }
    write_comments(value.tail, indent);
  }

  // A dash and what follows it are one line: comments between them come before it.
  void write_first_comments(const Entry& item, std::size_t indent) {
    if (is_leaf(item.value)) return;
    if (!item.beside.empty()) write_comments({item.beside}, indent);
    const Entry& first = item.value.entries.front();
    write_comments(first.above, indent);
    if (first.key == nullptr) write_first_comments(first, indent);
  }

  void write_item(const Entry& entry, const Position& position, const Position& place, std::size_t indent) {
    out_ += "- ";
    if (is_leaf(entry.value)) return write_leaf(entry, position, indent);
    // A pair in a list of keys is one of them: {tickets.view: group}.
    const bool member = position.part == Part::keys;
    write_entries(entry.value, member ? position : place, indent + 2, true);
  }

  void write_pair(const Entry& entry, const Position& position, const Position& place, std::size_t indent) {
    if (entry.key->is_null()) {
      out_ += entry.key->text.empty() ? "\"\"" : entry.key->text;  // a key is a word, whatever it looks like
    } else {
      write_scalar(*entry.key, position);
    }
    out_ += ":";
    if (is_leaf(entry.value)) {
      out_ += " ";
      return write_leaf(entry, position.part == Part::variables ? position : place, indent);
    }
    end_line(entry);
    write_entries(entry.value, place, indent + 2, false);
  }

  void write_leaf(const Entry& entry, const Position& position, std::size_t indent) {
    const Value& value = entry.value;
    if (value.style.empty()) {
      write_scalar(*value.node, position);
      return end_line(entry);
    }
    const bool explicit_indent = value.lines.front().empty() || value.lines.front().starts_with(' ');
    out_ += value.style.substr(0, 1) + (explicit_indent ? "2" : "") + value.style.substr(1);
    end_line(entry);
    for (const std::string& line : value.lines)
      out_ += (line.empty() ? "" : std::string(indent + 2, ' ')) + line + "\n";
  }

  void write_scalar(const YamlNode& node, const Position& position) {
    if (node.type == YamlNode::Type::sequence) {
      out_ += "[]";
    } else if (node.type == YamlNode::Type::mapping) {
      out_ += "{}";
    } else if (node.is_null()) {
      out_ += "null";
    } else if (!is_text(node) || (keeps_signs(position) && is_signed(node))) {
      out_ += node.text;
    } else {
      std::string text = write_yaml(node.text);
      text.pop_back();
      out_ += text;
    }
  }

  std::string out_;
};

// The meaning of a node, without the orders that mean nothing.
OrderedJson meaning(const YamlNode& node, const Position& position) {
  if (node.type == YamlNode::Type::sequence) {
    OrderedJson list = OrderedJson::array();
    const bool keys = position.part == Part::keys;
    for (const YamlNode& item : node.items) list.push_back(meaning(item, keys ? position : inside(position, "", item)));
    if (keys) std::sort(list.begin(), list.end());
    return {{"list", std::move(list)}};
  }
  if (node.type == YamlNode::Type::mapping) {
    nlohmann::json all = nlohmann::json::object();
    for (const auto& [key, value] : node.entries) all[key.text] = meaning(value, inside(position, key.text, value));
    const bool sign = keeps_signs(position) && node.entries.size() == 1 && is_signed(node.entries[0].key);
    return {{"mapping", std::move(all)}, {"sign", sign}};
  }
  const bool sign = keeps_signs(position) && is_signed(node);
  return is_text(node) ? OrderedJson{{"text", node.text}, {"sign", sign}} : OrderedJson{{"data", to_json(node).dump()}};
}

OrderedJson meaning(const YamlNode& root) { return meaning(root, {Part::root}); }

std::string laid_out(Tree& tree) {
  sort_entries(tree.value, {Part::root});
  settle_blanks(tree.value, {Part::root});
  return Writer().write(tree);
}

}  // namespace

std::string canonical_layout(std::string_view text, const std::string& name) {
  Tree original;
  read_tree(original, text, name);
  const OrderedJson meant = meaning(original.root);
  std::string before = laid_out(original);
  const auto refuse = [&](const std::string& problem) {
    return Error(ErrorKind::failed, "the layout of " + name + " " + problem + "; the file is unchanged",
                 "This is a bug in acctl: please report it with the file.");
  };
  // A comment in an odd place may need a second time to settle.
  for (int round = 0; round < 3; ++round) {
    Tree again;
    try {
      read_tree(again, before, name);
    } catch (const Error&) {
      throw refuse("could not be read back");
    }
    if (meaning(again.root) != meant) throw refuse("would change what it means");
    if (again.comments != original.comments) throw refuse("would lose a comment");
    std::string after = laid_out(again);
    if (after == before) return before;
    before = std::move(after);
  }
  throw refuse("does not settle");
}

}  // namespace acctl
