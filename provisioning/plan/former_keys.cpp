#include "provisioning/plan/former_keys.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "provisioning/base/error.hpp"
#include "provisioning/database/undo_chains.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/former_keys.sql.hpp"

namespace acctl {

namespace {

using Declarations = std::map<std::string, Declaration>;
using KeyMap = std::map<std::string, std::string>;

// The circles of `next`, in which each key has at most one to follow: each by the keys in it.
std::vector<std::vector<std::string>> circles_in(const KeyMap& next) {
  std::vector<std::vector<std::string>> circles;
  std::set<std::string> seen;
  for (const auto& [start, first] : next) {
    std::vector<std::string> walk;
    std::string at = start;
    for (auto step = next.find(at); step != next.end() && seen.insert(at).second; step = next.find(at)) {
      walk.push_back(at);
      at = step->second;
    }
    const auto met = std::ranges::find(walk, at);
    if (met != walk.end()) circles.emplace_back(met, walk.end());
  }
  return circles;
}

// The renames of one kind.
class Renaming {
 public:
  Renaming(const State& current, const Kind& kind, const Declarations& declared, const OverlayOptions& options,
           const KeyMap& circle)
      : current_(current), kind_(kind), declared_(declared), options_(options), circle_(circle) {
    for (const auto& [key, object] : all_of_kind(current, kind.name)) taken_.insert(key);
    unmoved_ = taken_;
  }

  KeyMap run() {
    // One object may take over the key that another gives up, so a rename to a key that is taken waits for the others.
    KeyMap blocked;
    do {
      blocked = move_all_that_can();
    } while (move_in_circles(blocked));
    if (!blocked.empty()) refuse(blocked.begin()->first, blocked.begin()->second);
    return std::move(renames_);
  }

 private:
  // Those that wait: new key -> old key.
  KeyMap move_all_that_can() {
    KeyMap blocked;
    std::size_t moved = 0;
    do {
      moved = 0;
      blocked.clear();
      for (const auto& [key, declaration] : declared_) {
        const std::string old = former_key(key, declaration);
        if (old.empty()) continue;
        if (taken_.contains(key)) {
          blocked.emplace(key, old);
          continue;
        }
        taken_.erase(old);
        taken_.insert(key);
        move(old, key);
        ++moved;
      }
    } while (!blocked.empty() && moved > 0);
    return blocked;
  }

  // Whether some of `blocked` wait for nothing but each other: the keys that they take stay taken.
  bool move_in_circles(const KeyMap& blocked) {
    const auto circles = circles_in(blocked);
    for (const std::vector<std::string>& circle : circles) {
      for (const std::string& key : circle) move(blocked.at(key), key);
    }
    return !circles.empty();
  }

  void move(const std::string& old, const std::string& key) {
    unmoved_.erase(old);
    renames_[key] = old;
  }

  // What `key` is to be made of by renaming; "" for nothing.
  std::string former_key(const std::string& key, const Declaration& declaration) const {
    if (renames_.contains(key)) return "";
    const auto old = std::ranges::find_if(declaration.previously,
                                          [&](const std::string& former) { return unmoved_.contains(former); });
    return old == declaration.previously.end() || is_done(key, *old) ? "" : *old;
  }

  // Whether the rename was done before: the object is ours under its new key, and the object with the old key is
  // another one. The same is true if the definitions were applied before (they have no places then), and if the files
  // declare the old key as well, unless the keys go round in a circle: that is known from the ledger alone.
  bool is_done(const std::string& key, const std::string& old) const {
    const Object* now = find_object(current_, kind_.name, key);
    if (now == nullptr) return false;
    if (declared_.at(key).place.line == 0) return true;
    if (is_pair(circle_, key, old)) {
      const auto before = options_.renamed_before.find(std::string(kind_.name));
      return before != options_.renamed_before.end() && is_pair(before->second, key, old);
    }
    if (declared_.contains(old)) return true;
    const Object* before = find_object(current_, kind_.name, old);
    return now->manager == options_.manager && before != nullptr && before->manager != options_.manager;
  }

  static bool is_pair(const KeyMap& renames, const std::string& key, const std::string& old) {
    const auto found = renames.find(key);
    return found != renames.end() && found->second == old;
  }

  [[noreturn]] void refuse(const std::string& key, const std::string& old) const {
    const std::string kind = std::string(kind_.name) + "/";
    const Place& place = declared_.at(key).place;
    throw Error(
        ErrorKind::conflict, kind + old + " cannot become " + kind + key + ": both exist",
        "Remove one of them, or drop `previously`.",
        {{place.file, place.line, place.column, kind + key + " exists, and so does its previous " + kind + old}});
  }

  const State& current_;
  const Kind& kind_;
  const Declarations& declared_;
  const OverlayOptions& options_;
  const KeyMap& circle_;
  std::set<std::string> taken_;
  std::set<std::string> unmoved_;
  KeyMap renames_;
};

}  // namespace

Renames find_circles(const Definitions& definitions) {
  Renames circles;
  for (const auto& [kind, objects] : definitions.objects) {
    KeyMap heirs;  // old key -> new key, of those that are both declared
    for (const auto& [key, declaration] : objects) {
      for (const std::string& old : declaration.previously) {
        if (objects.contains(old)) heirs.emplace(old, key);
      }
    }
    for (const std::vector<std::string>& circle : circles_in(heirs)) {
      for (const std::string& old : circle) circles[kind][heirs.at(old)] = old;
    }
  }
  return circles;
}

Renames find_renamed_before(Connection& tenant, const Renames& circles) {
  nlohmann::json objects = nlohmann::json::array();
  for (const auto& [kind, keys] : circles) {
    for (const auto& [key, old] : keys) objects.push_back({kind, key});
  }
  Renames last;
  if (objects.empty()) return last;
  const Rows rows = tenant.query(sql::renames_of_objects, {objects.dump()});
  const UndoChains chains(tenant);
  for (const Row row : rows) {
    if (!chains.undone_by(row.integer(2)).empty()) continue;
    last[row.text(0)].emplace(row.view(1), row.view(3));
  }
  return last;
}

Renames find_renames(const State& current, const Definitions& definitions, const OverlayOptions& options) {
  static const KeyMap none;
  const Renames circles = find_circles(definitions);
  Renames renames;
  for (const auto& [name, objects] : definitions.objects) {
    if (!options.only.empty() && !options.only.contains(name)) continue;
    const auto circle = circles.find(name);
    KeyMap found =
        Renaming(current, *find_kind(name), objects, options, circle == circles.end() ? none : circle->second).run();
    if (!found.empty()) renames.emplace(name, std::move(found));
  }
  return renames;
}

}  // namespace acctl
