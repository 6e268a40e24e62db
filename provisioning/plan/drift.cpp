#include "provisioning/plan/drift.hpp"

#include <algorithm>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/database/read.hpp"
#include "provisioning/definitions/render.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/drift.sql.hpp"

namespace acctl {

namespace {

struct Applied {
  std::vector<Definitions> definitions;  // of each manager
  bool current = true;                   // nothing has changed since
};

Applied last_applied(Connection& tenant) {
  const Rows rows = tenant.query(sql::applied_definitions);
  Applied applied;
  for (const Row row : rows) {
    applied.current = applied.current && row.boolean(2);
    if (!row.is_null(1)) {
      applied.definitions.push_back(definitions_from_json(nlohmann::json::parse(row.view(1))));
    }
  }
  return applied;
}

void merge(Scope& into, Scope part) {
  into.kinds.merge(part.kinds);
  into.users.merge(part.users);
  into.teams.merge(part.teams);
}

Scope scope_of_all(const std::vector<Definitions>& all) {
  Scope scope;
  for (const Definitions& definitions : all) merge(scope, compute_scope(definitions));
  return scope;
}

// Only the fields that `declaration` sets.
Object spoken_part(const Object& object, const Declaration& declaration) {
  Object part;
  for (const auto& [name, declared] : declaration.fields) {
    if (const auto* value = object.fields.get(name)) part.fields[name] = *value;
  }
  if (!declaration.status.empty()) part.status = object.status;
  return part;
}

// Without the objects that another manager has taken over since.
Definitions still_owned(Definitions definitions, const State& current) {
  for (auto& [kind, objects] : definitions.objects) {
    std::erase_if(objects, [&](const auto& declared) {
      const Object* live = find_object(current, kind, declared.first);
      return live != nullptr && !live->manager.empty() && live->manager != definitions.manager;
    });
  }
  return definitions;
}

// Whether a clone no longer exists and its source is not declared: what the clone had is unknown, because its source
// may have changed since.
bool is_lost_copy(const Definitions& definitions, const std::string& kind, const std::string& key,
                  const Declaration& declaration, const State& current) {
  return !declaration.clone.empty() && find_object(current, kind, key) == nullptr &&
         !definitions.objects.at(kind).contains(declaration.clone);
}

Definitions without_lost_copies(Definitions definitions, const State& current) {
  for (auto& [kind, objects] : definitions.objects) {
    for (auto& [key, declaration] : objects) {
      if (is_lost_copy(definitions, kind, key, declaration, current)) declaration.clone = {};
    }
  }
  return definitions;
}

// An object that was declared in part cannot be created again from that part.
void require_whole(const std::vector<Definitions>& applied, const State& current) {
  const auto refuse = [](const std::string& kind, const std::string& key, const std::string& why) {
    throw Error(ErrorKind::conflict,
                kind + "/" + key + " no longer exists, and its last applied definition does not include " + why,
                "Restore it with 'acctl undo', or declare it in full and apply that.");
  };
  for (const Definitions& definitions : applied) {
    for (const auto& [kind, objects] : definitions.objects) {
      for (const auto& [key, declaration] : objects) {
        const bool renamed = std::ranges::any_of(
            declaration.previously, [&](const std::string& old) { return find_object(current, kind, old) != nullptr; });
        if (renamed || find_object(current, kind, key) != nullptr) continue;
        if (is_lost_copy(definitions, kind, key, declaration, current)) refuse(kind, key, "the source of its clone");
        for (const Field& field : find_kind(kind)->fields) {
          const std::string name(field.name);
          if (field.required && declaration.clone.empty() && !declaration.fields.contains(name))
            refuse(kind, key, "its " + name);
        }
      }
    }
  }
}

// The members that `list` names and `owner` does not have.
std::set<std::string> absent_members(const State& live, const EdgeKind& edge, const std::string& owner,
                                     const DeclaredList& list) {
  std::set<std::string> absent;
  for (const ListEntry& entry : list.entries) {
    if (find_object(live, edge.list->kind, edge_key(owner, entry.key)) == nullptr) absent.insert(entry.key);
  }
  return absent;
}

// `current` with what each manager declared last laid over it.
Desired lay_all(const std::vector<Definitions>& applied, const State& current) {
  Desired desired{.state = current, .renames = {}, .prunable = {}};
  for (const Definitions& definitions : applied) {
    Desired next = overlay(desired.state, without_lost_copies(still_owned(definitions, current), current),
                           {.manager = definitions.manager, .adopt = true, .only = {}});
    desired.state = std::move(next.state);
    for (auto& [kind, renames] : next.renames) {
      for (auto& [to, from] : renames) {
        auto& so_far = desired.renames[kind];
        const auto first = so_far.extract(from);  // another manager has renamed it before
        so_far[to] = first.empty() ? from : first.mapped();
      }
    }
  }
  return desired;
}

// Empty if `manager`, or with "" anybody, has declared nothing.
Definitions declared_by(Connection& tenant, const std::string& manager) {
  std::vector<Definitions> all;
  for (const Row row : tenant.query(sql::declared_definitions)) {
    all.push_back(definitions_from_json(nlohmann::json::parse(row.view(0))));
  }
  std::vector<std::string> managers;
  for (const Definitions& one : all) managers.push_back(one.manager);
  if (!manager.empty()) {
    std::erase_if(all, [&](const Definitions& one) { return one.manager != manager; });
    if (all.empty() && !managers.empty()) {
      throw Error(ErrorKind::invalid,
                  "manager '" + manager + "' has applied nothing to this tenant" + did_you_mean(manager, managers),
                  "These have: " + join(managers) + ".");
    }
  } else if (all.size() > 1) {
    throw Error(ErrorKind::conflict, std::to_string(all.size()) + " managers have applied definitions to this tenant",
                "Name one with --manager: " + join(managers) + ".");
  }
  return all.empty() ? Definitions{} : std::move(all.front());
}

}  // namespace

std::optional<Edit> revert(Connection& tenant, const RunRecord& record, For purpose) {
  Applied applied = last_applied(tenant);
  if (applied.current) return std::nullopt;
  Edit edit{.scope = scope_of_all(applied.definitions), .desired = {}, .guards = {}};
  edit.desired = [definitions = std::move(applied.definitions), purpose](const State& current) {
    if (purpose == For::plan) require_whole(definitions, current);
    return lay_all(definitions, current);
  };
  edit.record = record;
  edit.is_question = true;
  edit.is_saved = purpose == For::plan;
  return edit;
}

std::string render_live(Connection& tenant, const std::string& manager) {
  const Definitions declared = declared_by(tenant, manager);
  // What was undone is no longer declared.
  if (std::ranges::all_of(declared.objects, [](const auto& kind) { return kind.second.empty(); })) {
    throw Error(ErrorKind::failed, "nothing is applied to this tenant",
                "'acctl export' writes the whole configuration.");
  }
  const State live = read_state(tenant, compute_scope(declared));
  State part;
  for (const auto& [kind, objects] : declared.objects) {
    const auto live_objects = live.find(kind);
    if (live_objects == live.end()) continue;
    for (const auto& [key, declaration] : objects) {
      const auto object = live_objects->second.find(key);
      if (object != live_objects->second.end()) part[kind][key] = spoken_part(object->second, declaration);
    }
  }
  RenderOptions options{.manager = declared.manager, .kinds = {}, .ends = true};
  for (const EdgeKind& edge : edge_kinds()) {
    const auto owners = declared.objects.find(std::string(edge.owner->name));
    if (owners == declared.objects.end()) continue;
    const std::string kind(edge.list->kind);
    for (const auto& [owner, declaration] : owners->second) {
      const auto list = declaration.lists.find(std::string(edge.list->name));
      if (list == declaration.lists.end() || find_object(part, edge.owner->name, owner) == nullptr) continue;
      if (list->second.relative) {
        options.relative[kind + "/" + owner] = absent_members(live, edge, owner, list->second);
      } else {
        options.lists.insert(kind + "/" + owner);
      }
      std::set<std::string_view> names;
      for (const ListEntry& entry : list->second.entries) names.insert(entry.key);
      for (const std::string& key : find_edges(live, edge, owner)) {
        const Object& member = live.at(kind).at(key);
        const bool named = names.contains(split_edge(edge, key).second);
        // A list leaves alone what is granted for a time beside it.
        if (named || (!list->second.relative && !member.fields.contains("until"))) part[kind][key] = member;
      }
    }
  }
  return render_document(part, options);
}

FleetReport inverted(FleetReport report) {
  for (PlanGroup& group : report.groups) {
    group.plan.changes = inverse(group.plan.changes);
    group.plan.adoptions.clear();
    for (TenantEffects& tenant : group.effects) {
      for (Effect& effect : tenant.effects) std::swap(effect.gains, effect.loses);
    }
  }
  return report;
}

}  // namespace acctl
