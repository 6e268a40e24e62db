#include "provisioning/plan/diff.hpp"

#include <algorithm>
#include <set>

#include "provisioning/model/digest.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/text.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

const std::map<std::string, Object>& objects_of(const State& state, std::string_view kind) {
  static const std::map<std::string, Object> none;
  const auto found = state.find(std::string(kind));
  return found == state.end() ? none : found->second;
}

// All that is set, manager and status with it.
std::map<std::string, Json> facts_of(const Object& object) {
  std::map<std::string, Json> facts = object.fields;
  if (!object.manager.empty()) facts["manager"] = object.manager;
  if (!object.status.empty()) facts["status"] = object.status;
  return facts;
}

Change whole(Action action, std::string_view kind, const std::string& key, const Object& object) {
  Change change{.action = action, .kind = std::string(kind), .key = key, .fields = {}, .place = object.place};
  for (auto& [name, value] : facts_of(object)) {
    if (name == "status" && value == "invited") continue;  // what everybody begins with
    FieldChange& field = change.fields[name];
    (action == Action::add ? field.after : field.before) = std::move(value);
  }
  return change;
}

Change between(std::string_view kind, const std::string& key, const Object& before, const Object& after) {
  Change change{.action = Action::change, .kind = std::string(kind), .key = key, .fields = {}, .place = after.place};
  const bool same_status = after.status.empty() || before.status == after.status;
  if (before.fields == after.fields && before.manager == after.manager && same_status) return change;
  const std::map<std::string, Json> old = facts_of(before);
  const std::map<std::string, Json> now = facts_of(after);
  for (const auto& [name, value] : old) {
    if (name == "status" && same_status) continue;
    const auto other = now.find(name);
    if (other == now.end()) {
      change.fields[name] = {value, nullptr};
    } else if (other->second != value) {
      change.fields[name] = {value, other->second};
    }
  }
  for (const auto& [name, value] : now) {
    if (!old.contains(name)) change.fields[name] = {nullptr, value};
  }
  return change;
}

struct KindChanges {
  std::vector<Change> adds;
  std::vector<Change> changes;
  std::vector<Change> removes;
};

KindChanges compare(const State& before, const State& after, std::string_view kind,
                    const std::map<std::string, std::string>& renames) {
  KindChanges found;
  const auto& old = objects_of(before, kind);
  const auto& now = objects_of(after, kind);
  std::set<std::string_view> moved;
  for (const auto& [to, from] : renames) moved.insert(from);
  for (const auto& [key, object] : old) {
    if (!now.contains(key) && !moved.contains(key)) found.removes.push_back(whole(Action::remove, kind, key, object));
  }
  for (const auto& [key, object] : now) {
    const auto renamed = renames.find(key);
    const auto match = old.find(renamed == renames.end() ? key : renamed->second);
    // What has the name of something that has moved away is new.
    if (match == old.end() || (renamed == renames.end() && moved.contains(key))) {
      found.adds.push_back(whole(Action::add, kind, key, object));
      continue;
    }
    Change change = between(kind, key, match->second, object);
    if (renamed != renames.end()) change.fields["key"] = {renamed->second, key};
    if (!change.fields.empty()) found.changes.push_back(std::move(change));
  }
  return found;
}

// `key` of `kind` under its new name; edges follow their ends.
std::string renamed_edge(const EdgeKind& edge, const std::string& key, const Renames& renames) {
  auto [owner, target] = split_edge(edge, key);
  for (auto [kind, end] : {std::pair(edge.owner->name, &owner), std::pair(edge.list->target, &target)}) {
    const auto of_kind = renames.find(std::string(kind));
    if (of_kind == renames.end()) continue;
    const auto found = std::ranges::find(of_kind->second, *end, [](const auto& rename) { return rename.second; });
    if (found != of_kind->second.end()) *end = found->first;
  }
  return edge_key(owner, target);
}

// What others refer to by a field.
bool is_referred_to(std::string_view name) {
  return std::ranges::any_of(kinds(), [&](const Kind& kind) {
    return std::ranges::any_of(kind.fields, [&](const Field& field) { return field.target == name; });
  });
}

void append(std::vector<Change>& all, std::vector<Change>& part) {
  std::ranges::move(part, std::back_inserter(all));
  part.clear();
}

// References and edges of `before` under the new keys, so that only the renamed object itself differs.
State aligned(const State& before, const Renames& renames) {
  State state = before;
  for (const EdgeKind& edge : edge_kinds()) {
    const auto found = state.find(std::string(edge.list->kind));
    if (found == state.end()) continue;
    std::map<std::string, Object> moved;
    for (auto& [key, object] : found->second) moved.emplace(renamed_edge(edge, key, renames), std::move(object));
    found->second = std::move(moved);
  }
  for (const Kind& kind : kinds()) {
    const auto found = state.find(std::string(kind.name));
    if (found == state.end()) continue;
    for (const Field& field : kind.fields) {
      const auto of_target = renames.find(std::string(field.target));
      if (field.type != FieldType::reference || of_target == renames.end()) continue;
      for (auto& [key, object] : found->second) {
        const auto value = object.fields.find(std::string(field.name));
        if (value == object.fields.end()) continue;
        for (const auto& [to, from] : of_target->second) {
          if (value->second == from) value->second = to;
        }
      }
    }
  }
  return state;
}

void rename_within(Change& change, const Renames& renames) {
  if (const EdgeKind* edge = find_edge_kind(change.kind)) {
    change.key = renamed_edge(*edge, change.key, renames);
    return;
  }
  for (const Field& field : find_kind(change.kind)->fields) {
    const auto values = change.fields.find(std::string(field.name));
    const auto of_target = renames.find(std::string(field.target));
    if (values == change.fields.end() || of_target == renames.end()) continue;
    for (const auto& [to, from] : of_target->second) {
      for (Json* value : {&values->second.before, &values->second.after}) {
        if (*value == from) *value = to;
      }
    }
  }
}

// Whether what has the name that `newcomer` gets leaves it in the same changes.
bool makes_way(const Change& newcomer, const std::vector<Change>& changes) {
  return std::ranges::any_of(changes, [&](const Change& change) {
    return change.kind == newcomer.kind && change.action != Action::add && change.old_key() == newcomer.key &&
           (change.action == Action::remove || change.key != newcomer.key);
  });
}

// Whether another object has the name that `rename` gives, and does not make way for it.
bool is_taken(const std::map<std::string, Object>& objects, const Change& rename, const std::vector<Change>& changes) {
  return objects.contains(rename.key) && !makes_way(rename, changes);
}

Json fact_of(const Object& object, const std::string& name) {
  if (name == "manager") return object.manager.empty() ? Json() : Json(object.manager);
  if (name == "status" && !object.status.empty()) return object.status;
  const auto found = object.fields.find(name);
  return found == object.fields.end() ? Json() : found->second;
}

// Members that came meanwhile to an object which is to go would go with it, unseen.
void add_newcomers(const State& state, const std::set<std::pair<std::string_view, std::string_view>>& removed,
                   std::vector<Misfit>& all) {
  for (const EdgeKind& edge : edge_kinds()) {
    for (const auto& [key, object] : objects_of(state, edge.list->kind)) {
      const auto [owner, target] = split_edge(edge, key);
      if (removed.contains({edge.list->kind, key})) continue;
      const std::string kind(edge.list->kind);
      const std::string who = std::string(edge.owner->name) + "/" + owner;
      if (removed.contains({edge.owner->name, owner})) {
        all.push_back({kind, key, who + " has " + target + " among its " + std::string(edge.list->name) + " by now"});
      } else if (removed.contains({edge.list->target, target})) {
        all.push_back({kind, key, std::string(edge.list->target) + "/" + target + " belongs to " + who + " by now"});
      }
    }
  }
}

std::string shown(const Json& value) { return value.is_null() ? "nothing" : value.dump(); }

}  // namespace

Renames renames_of(const std::vector<Change>& changes) {
  Renames renames;
  for (const Change& change : changes) {
    if (change.action == Action::change && change.fields.contains("key")) {
      renames[change.kind][change.key] = change.old_key();
    }
  }
  return renames;
}

std::string key_before(const Renames& renames, std::string_view kind, const std::string& key) {
  const auto of_kind = renames.find(std::string(kind));
  if (of_kind == renames.end()) return key;
  const auto found = of_kind->second.find(key);
  return found == of_kind->second.end() ? key : found->second;
}

std::vector<Change> diff(const State& before, const State& after, const Renames& renames) {
  static const std::map<std::string, std::string> none;
  std::optional<State> moved;
  if (!renames.empty()) moved = aligned(before, renames);
  const State& from = moved ? *moved : before;
  std::vector<Change> all;
  std::vector<KindChanges> edges;
  for (const EdgeKind& edge : edge_kinds()) {
    edges.push_back(compare(from, after, edge.list->kind, none));
    append(all, edges.back().removes);
  }
  std::vector<KindChanges> objects;
  for (const Kind& kind : kinds()) {
    const auto of_kind = renames.find(std::string(kind.name));
    objects.push_back(compare(from, after, kind.name, of_kind == renames.end() ? none : of_kind->second));
    if (!is_referred_to(kind.name)) append(all, objects.back().removes);
  }
  for (KindChanges& part : objects) {
    append(all, part.changes);
    append(all, part.adds);
  }
  for (KindChanges& part : edges) {
    append(all, part.changes);
    append(all, part.adds);
  }
  for (auto part = objects.rbegin(); part != objects.rend(); ++part) append(all, part->removes);
  return all;
}

State changed(State state, const std::vector<Change>& changes) {
  if (const Renames renames = renames_of(changes); !renames.empty()) state = aligned(state, renames);
  for (const Change& change : changes) {
    auto& objects = state[change.kind];
    if (change.action == Action::remove) {
      objects.erase(change.key);
      continue;
    }
    if (const std::string old = change.old_key(); change.action == Action::change && old != change.key) {
      auto node = objects.extract(old);
      if (!node.empty()) {
        node.key() = change.key;
        objects.insert(std::move(node));
      }
    }
    Object& object = objects[change.key];
    object.place = change.place;
    if (change.action == Action::add && change.kind == "users") object.status = "invited";
    for (const auto& [name, values] : change.fields) {
      if (name == "key") continue;
      if (name == "manager") {
        object.manager = values.after.is_null() ? "" : values.after.get<std::string>();
      } else if (name == "status" && change.kind == "users") {
        object.status = values.after;
      } else if (values.after.is_null()) {
        object.fields.erase(name);
      } else {
        object.fields[name] = values.after;
      }
    }
  }
  std::erase_if(state, [](const auto& kind) { return kind.second.empty(); });
  return state;
}

std::vector<Misfit> misfits(const State& live, const std::vector<Change>& changes, Side side) {
  std::vector<Misfit> all;
  // Members are named by the new keys of what they connect.
  const Renames renames = side == Side::before ? renames_of(changes) : Renames();
  std::optional<State> moved;
  if (!renames.empty()) moved = aligned(live, renames);
  const State& state = moved ? *moved : live;
  std::set<std::pair<std::string_view, std::string_view>> removed;
  const Action absent = side == Side::before ? Action::add : Action::remove;
  for (const Change& change : changes) {
    if (change.action == Action::remove) removed.emplace(change.kind, change.key);
    const auto& objects = objects_of(state, change.kind);
    const auto found = objects.find(side == Side::before ? change.old_key() : change.key);
    const auto misfit = [&](const std::string& reason) {
      all.push_back({change.kind, change.key, address_of(change) + reason});
    };
    if (change.action == absent) {
      if (found != objects.end() && !makes_way(change, changes)) misfit(" exists by now");
      continue;
    }
    if (found == objects.end()) {
      misfit(" is gone");
      continue;
    }
    if (side == Side::before && change.old_key() != change.key && is_taken(objects, change, changes)) {
      misfit(" exists by now");
    }
    for (const auto& [name, values] : change.fields) {
      if (name == "key") continue;
      const Json now = fact_of(found->second, name);
      const Json& expected = side == Side::before ? values.before : values.after;
      if (now != expected) misfit(": " + name + " is " + shown(now) + " and was " + shown(expected));
    }
  }
  if (!removed.empty()) add_newcomers(state, removed, all);
  return all;
}

std::map<std::string, std::string> touched_by(const std::vector<Change>& changes, const State& state) {
  const Renames renames = renames_of(changes);
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
      digest.add(Json(facts_of(part)).dump(-1, ' ', false, Json::error_handler_t::replace));
    };
    add(*object);
    for (const EdgeKind& edge : edge_kinds()) {
      // Who reads a team for its fields does not read its members.
      const std::string list(edge.list->kind);
      if (edge.owner->name != kind || (edge.list->target == "users" && !lists.contains({list, key}))) continue;
      for (const std::string& name : edges_of(state, edge, key)) {
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

std::string reasons_of(const std::vector<Misfit>& misfits) {
  std::vector<std::string> reasons;
  for (const Misfit& misfit : misfits) reasons.push_back(misfit.reason);
  return enumerated(reasons, 10, "; ");
}

std::vector<Change> inverse(const std::vector<Change>& changes) {
  std::vector<Change> all;
  // All names in `changes` are the new ones; in what undoes them all are the old ones.
  Renames back_to;
  for (const auto& [kind, of_kind] : renames_of(changes)) {
    for (const auto& [to, from] : of_kind) back_to[kind][from] = to;
  }
  for (const Change& change : changes) {
    Change back = change;
    back.place = {};
    if (change.action == Action::add) back.action = Action::remove;
    if (change.action == Action::remove) back.action = Action::add;
    if (change.action == Action::change) back.key = change.old_key();
    for (auto& [name, values] : back.fields) std::swap(values.before, values.after);
    if (!back_to.empty()) rename_within(back, back_to);
    all.push_back(std::move(back));
  }
  std::ranges::reverse(all);
  return all;
}

}  // namespace acctl
