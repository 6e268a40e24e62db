#include "provisioning/plan/template_clones.hpp"

#include <algorithm>
#include <mutex>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/definitions/pack_documents.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/template_names.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

namespace {

bool exists(const State& current, const std::string& kind, const std::string& key, const Declaration& declaration) {
  if (find_object(current, kind, key) != nullptr) return true;
  return std::ranges::any_of(declaration.previously,
                             [&](const std::string& former) { return find_object(current, kind, former) != nullptr; });
}

// The members of a template's list with what `list`, which adds to and removes from it, says of them.
DeclaredList filled_list(const State& pack, const EdgeKind& edge, const std::string& source, const DeclaredList* list,
                         const Place& place) {
  std::map<std::string, ListEntry> members;
  for (const std::string& held : find_edges(pack, edge, source)) {
    const std::string target = split_edge(edge, held).second;
    const auto& fields = find_object(pack, edge.list->kind, held)->fields;
    const auto level = fields.find("level");
    members[target] = {
        .key = target, .level = level == fields.end() ? "" : level->second.get<std::string>(), .place = place};
  }
  DeclaredList filled{.relative = false, .entries = {}, .place = list == nullptr ? place : list->place};
  if (list != nullptr) {
    for (const ListEntry& entry : list->entries) {
      if (entry.remove) {
        members.erase(entry.key);
      } else {
        members[entry.key] = entry;
      }
    }
  }
  for (auto& [key, entry] : members) filled.entries.push_back(std::move(entry));
  return filled;
}

void write_out(const State& pack, const Kind& kind, const std::string& source, Declaration& declaration) {
  const Place& place = declaration.clone_place;
  for (const auto& [name, value] : find_object(pack, kind.name, source)->fields) {
    // The copy of a system role is the tenant's own role, and that of a base role an additional one.
    if (name != "system" && name != "base") declaration.fields.try_emplace(name, Declared{value, place});
  }
  for (const EdgeKind& edge : edge_kinds()) {
    if (edge.owner != &kind) continue;
    const std::string name(edge.list->name);
    const auto declared = declaration.lists.find(name);
    const DeclaredList* list = declared == declaration.lists.end() ? nullptr : &declared->second;
    declaration.lists[name] = filled_list(pack, edge, source, list, place);
  }
}

std::string missing_template(const State* pack, const std::string& name, const std::string& kind,
                             const std::string& key) {
  if (pack == nullptr) return "which pack 'pack:" + key + "' is of is not known here";
  std::vector<std::string> keys;
  if (const auto objects = pack->find(kind); objects != pack->end()) {
    for (const auto& [known, object] : objects->second) keys.push_back(known);
  }
  return "pack " + name + " has no '" + key + "' among " + kind + did_you_mean(key, keys);
}

}  // namespace

const State& clonable_state(const std::string& pack) {
  static std::mutex mutex;
  static std::map<std::string, State> known;
  const std::lock_guard lock(mutex);
  const auto found = known.find(pack);
  if (found != known.end()) return found->second;
  const Pack& source = require_pack(pack);
  Definitions seeded = read_pack(source);
  Definitions all = read_starters(source, seeded);
  for (auto& [kind, objects] : seeded.objects) all.objects[kind].merge(objects);
  return known.emplace(pack, declared_state(all)).first->second;
}

bool clones_templates(const Definitions& definitions) {
  return std::ranges::any_of(definitions.objects, [](const auto& kind) {
    return std::ranges::any_of(kind.second, [](const auto& object) { return names_template(object.second.clone); });
  });
}

Definitions with_templates(Definitions definitions, const State& current, const std::string& pack) {
  if (!clones_templates(definitions)) return definitions;
  const State* templates = pack.empty() ? nullptr : &clonable_state(pack);
  std::vector<Diagnostic> problems;
  for (auto& [name, objects] : definitions.objects) {
    const Kind& kind = *find_kind(name);
    for (auto& [key, declaration] : objects) {
      if (!names_template(declaration.clone)) continue;
      const std::string source = template_key(declaration.clone);
      if (templates != nullptr && find_object(*templates, name, source) != nullptr) {
        if (!exists(current, name, key, declaration)) write_out(*templates, kind, source, declaration);
        declaration.clone = {};
        continue;
      }
      const Place& place = declaration.clone_place;
      problems.push_back({place.file, place.line, place.column, missing_template(templates, pack, name, source)});
    }
  }
  if (problems.empty()) return definitions;
  throw Error(ErrorKind::invalid, "the definitions clone templates that are not there",
              pack.empty() ? "Name the pack with --pack." : "See 'acctl pack show " + pack + "'.", std::move(problems));
}

}  // namespace acctl
