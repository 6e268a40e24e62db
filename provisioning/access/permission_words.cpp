#include "provisioning/access/permission_words.hpp"

#include <algorithm>
#include <tuple>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

// The list `permissions` of `kind`: roles, role_templates or users.
const EdgeKind& find_permission_list(const std::string& kind) {
  return *std::ranges::find_if(
      edge_kinds(), [&](const EdgeKind& edge) { return edge.owner->name == kind && edge.list->name == "permissions"; });
}

// In the order of permission_levels(), the widest first.
std::vector<std::string> collect_levels(const State& state, const std::string& permission) {
  const Object* object = find_object(state, "permissions", permission);
  const nlohmann::json* known = object == nullptr ? nullptr : object->fields.get("levels");
  std::vector<std::string> levels;
  if (known == nullptr) return levels;
  for (const std::string_view level : permission_levels()) {
    if (std::ranges::find(*known, level) != known->end()) levels.emplace_back(level);
  }
  return levels;
}

// What a level means: without one it is the widest.
std::string meant(const State& state, const std::string& permission, const std::string& level) {
  if (!level.empty()) return level;
  const std::vector<std::string> levels = collect_levels(state, permission);
  return levels.empty() ? "" : levels.front();
}

PermissionWord parse_word(const std::string& option, const std::string& word, bool signs) {
  PermissionWord parsed;
  std::string rest = word;
  if (signs && (rest.starts_with('+') || rest.starts_with('-'))) {
    parsed.remove = rest.starts_with('-');
    rest.erase(0, 1);
  }
  std::tie(parsed.permission, parsed.level) = split_level(rest);
  const bool names_level = rest.find(':') != std::string::npos;
  if (const std::string problem = key_problem(KeyForm::permission, parsed.permission); !problem.empty()) {
    throw Error(ErrorKind::invalid, option + ": " + problem);
  }
  const bool level = std::ranges::find(permission_levels(), parsed.level) != permission_levels().end();
  if (names_level && !level) {
    throw Error(ErrorKind::invalid,
                option + ": '" + abbreviated(parsed.level) + "' is not a valid level" +
                    did_you_mean(parsed.level, {"global", "group", "restricted"}),
                "Write PERMISSION, or PERMISSION:LEVEL with global, group or restricted.");
  }
  if (parsed.remove && level) {
    throw Error(ErrorKind::invalid, option + ": " + word + " takes no level", "It is removed at any level.");
  }
  return parsed;
}

// A sentence for each that the catalogue of `state` lacks, or does not have at that level.
std::vector<std::string> catalogue_problems(const State& state, const PermissionSet& permissions) {
  const auto& catalogue = all_of_kind(state, "permissions");
  std::vector<std::string> known;
  for (const auto& [key, object] : catalogue) known.push_back(key);
  std::vector<std::string> problems;
  for (const auto& [permission, level] : permissions) {
    if (!catalogue.contains(permission)) {
      problems.push_back("there is no permission '" + permission + "'" + did_you_mean(permission, known));
      continue;
    }
    const std::vector<std::string> levels = collect_levels(state, permission);
    if (level.empty() || std::ranges::find(levels, level) != levels.end()) continue;
    problems.push_back("permission " + permission + " has no level " + level +
                       (levels.empty() ? "" : ", only " + join(levels)));
  }
  return problems;
}

}  // namespace

std::pair<std::string, std::string> split_level(const std::string& word) {
  const std::size_t colon = std::min(word.find(':'), word.size());
  return {word.substr(0, colon), word.substr(std::min(colon + 1, word.size()))};
}

std::vector<PermissionWord> parse_permissions(const std::string& option, const std::vector<std::string>& words,
                                              bool signs) {
  std::vector<PermissionWord> all;
  for (const std::string& word : words) all.push_back(parse_word(option, word, signs));
  return all;
}

PermissionSet find_permissions(const State& state, const std::string& kind, const std::string& owner) {
  const EdgeKind& edge = find_permission_list(kind);
  const auto& edges = all_of_kind(state, edge.list->kind);
  PermissionSet set;
  const std::string prefix = owner + "/";
  for (auto at = edges.lower_bound(prefix); at != edges.end() && at->first.starts_with(prefix); ++at) {
    set[split_edge(edge, at->first).second] = find_field_text(at->second, "level");
  }
  return set;
}

PermissionSet with_words(PermissionSet set, const std::vector<PermissionWord>& words) {
  for (const PermissionWord& word : words) {
    if (word.remove) {
      set.erase(word.permission);
    } else {
      set[word.permission] = word.level;
    }
  }
  return set;
}

void check_catalogue(const State& state, const PermissionSet& permissions, const std::string& hint) {
  const std::vector<std::string> problems = catalogue_problems(state, permissions);
  if (!problems.empty()) throw Error(ErrorKind::invalid, join(problems, "; "), hint);
}

void set_permissions(State& state, const std::string& kind, const std::string& owner, const PermissionSet& set) {
  const PermissionSet before = find_permissions(state, kind, owner);
  auto& edges = state[std::string(find_permission_list(kind).list->kind)];
  for (const auto& [permission, level] : before) {
    if (!set.contains(permission)) edges.erase(edge_key(owner, permission));
  }
  for (const auto& [permission, level] : set) {
    const auto old = before.find(permission);
    if (old != before.end() && meant(state, permission, old->second) == meant(state, permission, level)) continue;
    Object& edge = edges[edge_key(owner, permission)];
    edge.fields.erase("level");
    if (!level.empty()) edge.fields["level"] = level;
  }
}

std::vector<std::string> differences(const State& state, const PermissionSet& actual, const PermissionSet& wanted) {
  std::vector<std::string> all;
  for (const auto& [permission, level] : wanted) {
    const auto found = actual.find(permission);
    if (found == actual.end()) {
      all.push_back("lacks " + permission);
      continue;
    }
    const std::string is = meant(state, permission, found->second);
    const std::string should = meant(state, permission, level);
    if (is != should) all.push_back("gives " + permission + " at level " + is + ", not " + should);
  }
  for (const auto& [permission, level] : actual) {
    if (!wanted.contains(permission)) all.push_back("also gives " + permission);
  }
  return all;
}

}  // namespace acctl
