// The lists of an object: whole (`x`), or relative to what is there (`+x`, `-x`).
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_set>

#include "provisioning/base/did_you_mean.hpp"
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

}  // namespace

Member member_of(const YamlNode& node) {
  if (node.type == YamlNode::Type::scalar && !node.is_null()) return {&node, nullptr};
  const bool pair = node.type == YamlNode::Type::mapping && node.entries.size() == 1 &&
                    node.entries[0].value.type == YamlNode::Type::scalar;
  return pair ? Member{&node.entries[0].key, &node.entries[0].value} : Member{};
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
    file.complain(node, name + " takes a list");
    return read;
  }
  const KeyForm form = find_kind(list.target)->keys;
  std::optional<bool> signs;  // whether the entries so far have one
  std::unordered_set<std::string> seen;
  read.entries.reserve(node.items.size());
  for (const YamlNode& item : node.items) {
    const auto [member, level] = member_of(item);
    if (member == nullptr || (level != nullptr && list.level_column.empty())) {
      file.complain(item, name + " takes keys of " + std::string(list.target));
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
    if (!seen.insert(entry.key).second) file.complain(*member, "'" + entry.key + "' is listed twice");
    read.entries.push_back(std::move(entry));
  }
  read.relative = cloned || signs.value_or(false);
  return read;
}

}  // namespace acctl::reading
