#include "provisioning/plan/diff.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

Change whole(Action action, std::string_view kind, const std::string& key, const Object& object) {
  Change change{.action = action, .kind = std::string(kind), .key = key, .fields = {}, .place = object.place};
  const std::string_view first = first_status(kind);
  for (auto& [name, value] : collect_facts(object)) {
    if (!first.empty() && name == "status" && value == first) continue;  // the same for every new object
    FieldChange& field = change.fields[name];
    (action == Action::add ? field.after : field.before) = std::move(value);
  }
  return change;
}

Change between(std::string_view kind, const std::string& key, const Object& before, const Object& after) {
  Change change{.action = Action::change, .kind = std::string(kind), .key = key, .fields = {}, .place = after.place};
  const bool same_status = after.status.empty() || before.status == after.status;
  if (before.fields == after.fields && before.manager == after.manager && same_status) return change;
  const ObjectFields old = collect_facts(before);
  const ObjectFields now = collect_facts(after);
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
  const auto& old = all_of_kind(before, kind);
  const auto& now = all_of_kind(after, kind);
  if (renames.empty() && old.is_same(now)) return found;
  // There are at least so many, and mostly no more.
  if (now.size() > old.size()) found.adds.reserve(now.size() - old.size());
  if (old.size() > now.size()) found.removes.reserve(old.size() - now.size());
  std::set<std::string_view> moved;
  for (const auto& [to, from] : renames) moved.insert(from);
  for (const auto& [key, object] : old) {
    if (!now.contains(key) && !moved.contains(key)) found.removes.push_back(whole(Action::remove, kind, key, object));
  }
  // What goes under another key, for its own is another object's.
  for (const auto& [to, from] : renames) {
    const auto gone = old.find(from);
    if (gone == old.end() || now.contains(to)) continue;
    found.removes.push_back(whole(Action::remove, kind, to, gone->second));
    found.removes.back().fields["key"] = {from, to};
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

// What others refer to by a field.
bool is_referred_to(std::string_view name) {
  return std::ranges::any_of(kinds(), [&](const Kind& kind) {
    return std::ranges::any_of(kind.fields, [&](const Field& field) { return field.target == name; });
  });
}

// Takes over the memory, too, where it can: they may be hundreds of thousands.
void append(std::vector<Change>& all, std::vector<Change>& part) {
  if (all.empty()) {
    all = std::move(part);
  } else {
    all.reserve(std::max(all.capacity(), all.size() + part.size()));
    std::ranges::move(part, std::back_inserter(all));
  }
  std::vector<Change>().swap(part);  // with its memory
}

// Takes all that is renamed out of `state`, by its new address, so that each can take over a key that another gives up,
// also one that gives it up by going.
std::map<std::string, Object> take_out_renamed(State& state, const std::vector<Change>& changes) {
  std::map<std::string, Object> moving;
  for (const Change& change : changes) {
    if (change.action == Action::add || change.old_key() == change.key) continue;
    auto node = state[change.kind].extract(change.old_key());
    if (change.action == Action::remove || node.empty()) continue;
    moving.emplace(to_address(change), std::move(node.mapped()));
  }
  return moving;
}

// Takes out what is removed of kinds of which nothing else changes and little is left: that is copied then, and not
// first all that is there.
void take_out_removed(State& state, const std::vector<Change>& changes) {
  std::map<std::string_view, std::vector<std::string_view>> removed;
  std::set<std::string_view> others;
  for (const Change& change : changes) {
    if (change.action == Action::remove) {
      removed[change.kind].push_back(change.key);
    } else {
      others.insert(change.kind);
    }
  }
  for (auto& [kind, keys] : removed) {
    const auto there = state.find(std::string(kind));
    if (others.contains(kind) || there == state.end() || keys.size() * 2 < there->second.size()) continue;
    std::ranges::sort(keys);
    Objects::Map left;
    for (const auto& [key, object] : std::as_const(there->second)) {
      if (!std::ranges::binary_search(keys, std::string_view(key))) left.emplace_hint(left.end(), key, object);
    }
    there->second = std::move(left);
  }
}

// The keys before `changes` by those after them. An object that was added under a key which another gave up in the same
// changes is on the way back the one that is replaced.
Renames ways_back(const std::vector<Change>& changes) {
  Renames ways = collect_renames(changes);
  std::map<std::string, std::set<std::string>> left;
  for (const auto& [kind, of_kind] : ways) {
    for (const auto& [to, from] : of_kind) left[kind].insert(from);
  }
  for (const Change& change : changes) {
    const auto of_kind = left.find(change.kind);
    if (change.action != Action::add || of_kind == left.end() || !of_kind->second.contains(change.key)) continue;
    ways[change.kind][change.key] = replaced_key(change.key);
  }
  return ways;
}

}  // namespace

std::string_view first_status(std::string_view kind) {
  const Kind* known = find_kind(kind);
  return known == nullptr ? std::string_view() : known->first_status;
}

ObjectFields collect_facts(const Object& object) {
  ObjectFields facts = object.fields;
  if (!object.manager.empty()) facts["manager"] = object.manager.str();
  if (!object.status.empty()) facts["status"] = object.status.str();
  return facts;
}

std::vector<Change> diff(const State& before, const State& after, const Renames& asked_renames) {
  static const std::map<std::string, std::string> none;
  const Renames renames = with_replaced(before, asked_renames);
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
  if (const Renames renames = collect_renames(changes); !renames.empty()) state = aligned(std::move(state), renames);
  std::map<std::string, Object> moving = take_out_renamed(state, changes);
  take_out_removed(state, changes);
  for (const Change& change : changes) {
    auto& objects = state[change.kind];
    if (change.action == Action::remove) {
      objects.erase(change.key);
      continue;
    }
    if (auto moved = moving.extract(to_address(change)); !moved.empty()) {
      objects.insert_or_assign(change.key, std::move(moved.mapped()));
    }
    Object& object = objects[change.key];
    object.place = change.place;
    const std::string_view status = first_status(change.kind);
    if (change.action == Action::add) object.status = status;
    for (const auto& [name, values] : change.fields) {
      if (name == "key") continue;
      if (name == "manager") {
        object.manager = values.after.is_null() ? "" : values.after.get<std::string>();
      } else if (name == "status" && !status.empty()) {
        object.status = values.after.get<std::string>();
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

std::vector<Change> inverse(std::vector<Change> changes) {
  // All names in `changes` are the new ones; in what undoes them all are the old ones.
  const Renames ways = ways_back(changes);
  for (Change& change : changes) {
    change.place = {};
    std::string key = std::exchange(change.key, change.old_key());
    for (auto& [name, values] : change.fields) std::swap(values.before, values.after);
    if (change.action == Action::remove) {
      change.action = Action::add;
      change.fields.erase("key");
    } else if (change.action == Action::add) {
      change.action = Action::remove;
      const std::string replaced = key_before(ways, change.kind, key);
      if (replaced == replaced_key(key)) {
        change.key = replaced;
        change.fields["key"] = {std::move(key), replaced};
      }
    }
    if (!ways.empty()) rename_within(change, ways);
  }
  std::ranges::reverse(changes);
  return changes;
}

}  // namespace acctl
