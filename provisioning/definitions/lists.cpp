// The lists of an object: whole (`x`), or relative to what is there (`+x`, `-x`).
#include <algorithm>
#include <optional>
#include <unordered_set>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/moment.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/reading.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl::reading {

namespace {

// The sign of an entry, which is removed from `key`; 0 if there is none. A quoted address is taken as it is, because an
// address may start with a sign; no other key can.
char take_sign(KeyForm form, const YamlNode& node, std::string& key) {
  if (key.empty() || (key[0] != '+' && key[0] != '-') || (form == KeyForm::email && node.quoted)) return 0;
  const char sign = key[0];
  key.erase(0, 1);
  return sign;
}

// `until` of an entry: when it ends.
void read_end(const File& file, const YamlNode& details, ListEntry& entry) {
  for (const auto& [key, value] : details.entries) {
    if (key.text != "until") {
      file.complain(key, unknown_key(key.text, {"until"}));
      continue;
    }
    if (!check_text(file, value, "'until'")) continue;
    entry.until = utc_moment(value.text);
    if (entry.until.empty()) file.complain(value, "'until' takes a time such as 2027-01-31T18:00:00Z");
  }
}

// Whether the list can hold such an entry.
bool fits_list(const List& list, const Member& member) {
  return member.key != nullptr && (member.level == nullptr || !list.level_column.empty()) &&
         (member.details == nullptr || !list.until_column.empty());
}

}  // namespace

std::string hint_of_dash(const YamlNode& node) {
  const bool dashed = node.type == YamlNode::Type::scalar && !node.quoted && node.text.size() > 1 &&
                      node.text.starts_with('-') && node.text != "---";
  return dashed ? "; write a blank behind the '-' of each entry" : "";
}

Member parse_member(const YamlNode& node) {
  if (node.type == YamlNode::Type::scalar && !node.is_null()) return {&node, nullptr};
  if (node.type != YamlNode::Type::mapping || node.entries.size() != 1) return {};
  const auto& [key, value] = node.entries[0];
  if (value.type == YamlNode::Type::scalar) return {&key, &value, nullptr};
  if (value.type == YamlNode::Type::mapping) return {&key, nullptr, &value};
  return {};
}

bool check_level(const File& file, const YamlNode& level) {
  const std::vector<std::string> levels(permission_levels().begin(), permission_levels().end());
  if (std::ranges::find(levels, level.text) != levels.end()) return true;
  file.complain(level, "there is no level '" + abbreviated(level.text) + "'" + did_you_mean(level.text, levels));
  return false;
}

DeclaredList read_list(const File& file, const List& list, const YamlNode& node, bool cloned) {
  DeclaredList read;
  read.place = file.place(node);
  read.relative = cloned;
  const std::string name = "'" + std::string(list.name) + "'";
  if (node.type != YamlNode::Type::sequence) {
    file.complain(node, name + " takes a list" + hint_of_dash(node));
    return read;
  }
  const KeyForm form = find_kind(list.target)->keys;
  std::optional<bool> signs;  // whether the entries so far have one
  std::unordered_set<std::string> seen;
  read.entries.reserve(node.items.size());
  for (const YamlNode& item : node.items) {
    const auto [member, level, details] = parse_member(item);
    if (!fits_list(list, {member, level, details})) {
      const bool is_list = item.type == YamlNode::Type::sequence;
      file.complain(item, name + " takes keys of " + std::string(list.target) +
                              (is_list ? "; there is one '-' or '[' too many" : ""));
      continue;
    }
    if (!check_text(file, *member, name)) continue;
    ListEntry entry{.key = member->text, .level = {}, .remove = false, .place = file.place(*member)};
    const char sign = take_sign(form, *member, entry.key);
    entry.remove = sign == '-';
    entry.key = normal_key(form, std::move(entry.key));
    if (!cloned && signs.value_or(sign != 0) != (sign != 0)) {
      file.complain(*member, name + " mixes entries with and without a sign: either all are + or -, or none");
      signs = sign != 0;  // said once for each change
    }
    if (!signs) signs = sign != 0;
    if (const std::string problem = key_problem(form, entry.key); !problem.empty()) {
      file.complain(*member, problem);
      continue;
    }
    if (level != nullptr && entry.remove) {
      file.complain(*level, "what is removed takes no level");
    } else if (level != nullptr && check_level(file, *level)) {
      entry.level = level->text;
    }
    if (details != nullptr && entry.remove) {
      file.complain(*details, "what is removed takes no end");
    } else if (details != nullptr) {
      read_end(file, *details, entry);
    }
    if (!seen.insert(entry.key).second) file.complain(*member, "'" + entry.key + "' is listed twice");
    read.entries.push_back(std::move(entry));
  }
  read.relative = cloned || signs.value_or(false);
  return read;
}

}  // namespace acctl::reading
