#include "provisioning/plan/mismatches.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "provisioning/base/digest.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/field_rules.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/diff.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

// Kinds and keys, which stand elsewhere; sorted once all are in it. Of a hundred thousand changes sets of texts would
// take as much as what changes.
class Names {
 public:
  void add(std::string_view kind, std::string_view key) { all_.emplace_back(kind, key); }
  void sort() { std::ranges::sort(all_); }
  bool empty() const { return all_.empty(); }
  bool contains(std::string_view kind, std::string_view key) const {
    return std::ranges::binary_search(all_, std::pair(kind, key));
  }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> all_;
};

// What Change::old_key() says, where it stands.
std::string_view find_old_key(const Change& change) {
  const FieldChange* key = change.action == Action::add ? nullptr : change.fields.get("key");
  return key == nullptr ? std::string_view(change.key) : key->before.get_ref<const std::string&>();
}

// What objects give up: those that are removed or renamed.
Names names_left(const std::vector<Change>& changes) {
  Names left;
  for (const Change& change : changes) {
    const std::string_view old = find_old_key(change);
    if (change.action == Action::remove || (change.action == Action::change && old != change.key)) {
      left.add(change.kind, old);
    }
  }
  left.sort();
  return left;
}

std::string shown(const Json& value) { return value.is_null() ? "nothing" : value.dump(); }

const Json* field_or_nothing(const Object& object, std::string_view field) {
  static const Json nothing;
  const Json* found = object.fields.get(field);
  return found == nullptr ? &nothing : found;
}

// What collect_facts() has under that name.
Json find_fact_value(const Object& object, std::string_view name) {
  if (name == "manager" && !object.manager.empty()) return object.manager.str();
  if (name == "status" && !object.status.empty()) return object.status.str();
  return *field_or_nothing(object, name);
}

// All that `change` removes, by name; fields that it leaves out were not set.
FieldChanges all_removed(const Change& change, const Object& live) {
  FieldChanges fields = change.fields;
  const std::string_view first = first_status(change.kind);
  for (const auto& [name, value] : collect_facts(live)) {
    const bool is_first = name == "status" && !first.empty();
    fields.try_emplace(name, FieldChange{is_first ? Json(first) : Json(), nullptr});
  }
  return fields;
}

// What a removal or an addition would do to the rest of the tenant, seen in the state that the changes lead to.
class Consequences {
 public:
  // `known`: what is a misfit by itself, and no sound object afterwards.
  Consequences(const State& live, const std::vector<Change>& changes, const std::vector<Mismatch>& known)
      : changes_(changes), after_(changed(live, changes)) {
    for (const Change& change : changes) {
      if (change.action == Action::remove) removed_.add(change.kind, change.key);
    }
    removed_.sort();
    for (const Mismatch& misfit : known) known_.add(misfit.kind, misfit.key);
    known_.sort();
  }

  std::vector<Mismatch> run() {
    if (!removed_.empty()) {
      for (const EdgeKind& edge : edge_kinds()) find_new_members(edge);
      for (const Kind& kind : kinds()) find_new_references(kind);
    }
    for (const Change& change : changes_) {
      if (change.action == Action::remove || known_.contains(change.kind, change.key)) continue;
      const Object* object = find_object(after_, change.kind, change.key);
      if (object == nullptr) continue;
      if (const EdgeKind* edge = find_edge_kind(change.kind)) {
        check_member(*edge, change, *object);
      } else {
        check_object(*find_kind(change.kind), change, *object);
      }
    }
    return std::move(all_);
  }

 private:
  void complain(std::string_view kind, const std::string& key, const std::string& reason) {
    all_.push_back({std::string(kind), key, reason});
  }

  bool is_removed(std::string_view kind, const std::string& key) const {
    return removed_.contains(kind, key) && find_object(after_, kind, key) == nullptr;
  }

  // Members that were added in the meantime to an object that is removed would be removed with it, unseen.
  void find_new_members(const EdgeKind& edge) {
    for (const auto& [key, object] : all_of_kind(after_, edge.list->kind)) {
      const auto [owner, target] = split_edge(edge, key);
      const std::string who = std::string(edge.owner->name) + "/" + owner;
      if (is_removed(edge.owner->name, owner)) {
        complain(edge.list->kind, key, who + " now has " + target + " among its " + std::string(edge.list->name));
      } else if (is_removed(edge.list->target, target)) {
        complain(edge.list->kind, key, std::string(edge.list->target) + "/" + target + " now belongs to " + who);
      }
    }
  }

  void find_new_references(const Kind& kind) {
    for (const Field& field : kind.fields) {
      if (field.type != FieldType::reference) continue;
      for (const auto& [key, object] : all_of_kind(after_, kind.name)) {
        const Json& value = *field_or_nothing(object, field.name);
        if (!value.is_string() || !is_removed(field.target, value)) continue;
        complain(kind.name, key,
                 std::string(field.target) + "/" + value.get<std::string>() + " is now the " + std::string(field.name) +
                     " of " + std::string(kind.name) + "/" + key);
      }
    }
  }

  void require(std::string_view kind, const std::string& key) {
    if (find_object(after_, kind, key) != nullptr || is_removed(kind, key)) return;
    complain(kind, key, std::string(kind) + "/" + key + " no longer exists");
  }

  void check_member(const EdgeKind& edge, const Change& change, const Object& member) {
    const auto [owner, target] = split_edge(edge, change.key);
    require(edge.owner->name, owner);
    require(edge.list->target, target);
    const Json& level = *field_or_nothing(member, "level");
    const Object* permission = find_object(after_, edge.list->target, target);
    if (level.is_null() || permission == nullptr) return;
    const Json& known = *field_or_nothing(*permission, "levels");
    if (std::ranges::find(known, level) != known.end()) return;
    complain(edge.list->target, target, to_address(change) + ": " + unknown_level(target, level, known));
  }

  void check_object(const Kind& kind, const Change& change, const Object& object) {
    for (const Field& field : kind.fields) {
      if (field.type != FieldType::reference || !change.fields.contains(std::string(field.name))) continue;
      const Json& value = *field_or_nothing(object, field.name);
      if (value.is_string()) require(field.target, value);
    }
    const auto value_of_field = [&](std::string_view field) { return field_or_nothing(object, field); };
    for (const BrokenRule& broken : find_broken_rules(change.kind, change.key, value_of_field)) {
      complain(kind.name, change.key, broken.message);
    }
    if (change.fields.contains("levels")) check_levels(change.key, *field_or_nothing(object, "levels"));
    const std::string scope = default_scope(change.kind, value_of_field);
    if (!scope.empty() && *field_or_nothing(object, "default") == true) check_default(change, scope);
  }

  // Of a permission whose levels change, the levels at which somebody holds it.
  void check_levels(const std::string& permission, const Json& known) {
    for (const EdgeKind& edge : edge_kinds()) {
      if (!edge.gives_permission()) continue;
      for (const auto& [key, member] : all_of_kind(after_, edge.list->kind)) {
        const auto [owner, target] = split_edge(edge, key);
        const Json& level = *field_or_nothing(member, "level");
        if (target != permission || level.is_null() || std::ranges::find(known, level) != known.end()) continue;
        complain(edge.list->kind, key,
                 std::string(edge.owner->name) + "/" + owner + " now holds permissions/" + permission + " at level '" +
                     level.get<std::string>() + "'");
      }
    }
  }

  void check_default(const Change& change, const std::string& scope) {
    for (const auto& [key, object] : all_of_kind(after_, change.kind)) {
      const auto value_of_field = [&other = object](std::string_view field) { return field_or_nothing(other, field); };
      if (key == change.key || *field_or_nothing(object, "default") != true) continue;
      if (default_scope(change.kind, value_of_field) != scope) continue;
      complain(change.kind, key, change.kind + "/" + key + " is now the default of " + scope);
    }
  }

  const std::vector<Change>& changes_;
  State after_;
  Names removed_;
  Names known_;
  std::vector<Mismatch> all_;
};

}  // namespace

std::vector<Mismatch> mismatches(const State& live, const std::vector<Change>& changes, Side side) {
  std::vector<Mismatch> all;
  // Members are named by the new keys of what they connect.
  const Renames renames = side == Side::before ? collect_renames(changes) : Renames();
  std::optional<State> moved;
  if (!renames.empty()) moved = aligned(live, renames);
  const State& state = moved ? *moved : live;
  const Action absent = side == Side::before ? Action::add : Action::remove;
  const Names left = names_left(changes);
  for (const Change& change : changes) {
    const Object* found = find_object(state, change.kind, side == Side::before ? change.old_key() : change.key);
    const auto misfit = [&](const std::string& reason) {
      all.push_back({change.kind, change.key, to_address(change) + reason});
    };
    if (change.action == absent) {
      if (found != nullptr && !left.contains(change.kind, change.key)) misfit(" already exists");
      continue;
    }
    if (found == nullptr) {
      misfit(" no longer exists");
      continue;
    }
    const bool moves = side == Side::before && change.old_key() != change.key;
    if (moves && find_object(state, change.kind, change.key) != nullptr && !left.contains(change.kind, change.key)) {
      misfit(" already exists");
    }
    for (const auto& [name, values] : change.action == Action::remove ? all_removed(change, *found) : change.fields) {
      if (name == "key") continue;
      const Json now = find_fact_value(*found, name);
      const Json& expected = side == Side::before ? values.before : values.after;
      if (now != expected) misfit(": " + name + " is " + shown(now) + " and was " + shown(expected));
    }
  }
  if (side == Side::before) std::ranges::move(Consequences(live, changes, all).run(), std::back_inserter(all));
  return all;
}

std::map<std::string, std::string> touched_by(const std::vector<Change>& changes, const State& state) {
  const Renames renames = collect_renames(changes);
  std::set<std::pair<std::string, std::string>> objects;  // kind and the key before
  std::set<std::pair<std::string, std::string>> lists;    // edge kind and the owner's key before
  for (const Change& change : changes) {
    if (const EdgeKind* edge = find_edge_kind(change.kind)) {
      const std::string kind(edge->owner->name);
      const std::string owner = key_before(renames, kind, split_edge(*edge, change.key).first);
      objects.emplace(kind, owner);
      lists.emplace(change.kind, owner);
    } else if (change.action == Action::change) {
      objects.emplace(change.kind, change.old_key());
    }
  }
  std::map<std::string, std::string> touched;
  for (const auto& [kind, key] : objects) {
    const Object* object = find_object(state, kind, key);
    if (object == nullptr) continue;
    Digest digest;
    const auto add = [&](const Object& part) {
      Json facts = Json::object();
      for (const auto& [name, value] : collect_facts(part)) facts[name.str()] = value;
      digest.add(facts.dump(-1, ' ', false, Json::error_handler_t::replace));
    };
    add(*object);
    for (const EdgeKind& edge : edge_kinds()) {
      // Who reads a team for its fields does not read its members.
      const std::string list(edge.list->kind);
      if (edge.owner->name != kind || (edge.is_membership() && !lists.contains({list, key}))) continue;
      for (const std::string& name : find_edges(state, edge, key)) {
        const Object& member = state.at(list).at(name);
        if (member.fields.contains("until")) continue;  // ends by itself
        digest.add(name);
        add(member);
      }
    }
    touched.emplace(kind + "/" + key, digest.hex().substr(0, 16));
  }
  return touched;
}

std::string join_reasons(const std::vector<Mismatch>& mismatches) {
  std::vector<std::string> reasons;
  for (const Mismatch& misfit : mismatches) reasons.push_back(misfit.reason);
  return enumerated(reasons, 10, "; ");
}

}  // namespace acctl
