#include "provisioning/plan/overlay.hpp"

#include <algorithm>
#include <utility>

#include "provisioning/base/error.hpp"
#include "provisioning/base/moment.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/protections.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/document_renames.hpp"
#include "provisioning/plan/former_keys.hpp"
#include "provisioning/plan/removal.hpp"
#include "provisioning/plan/state_validation.hpp"

namespace acctl {

namespace {

std::string address(std::string_view kind, const std::string& key) { return std::string(kind) + "/" + key; }

class Overlay {
 public:
  Overlay(const State& current, const Definitions& definitions, const OverlayOptions& options)
      : current_(current),
        definitions_(definitions),
        options_(options),
        now_(options.now.empty() ? present_moment() : options.now) {
    desired_.state = current;
  }

  Desired run() {
    rename_objects();
    for (const Kind& kind : kinds()) {
      if (!wanted(kind.name)) continue;
      for (const auto& [key, declaration] : declared(kind.name)) lay_object(kind, key, declaration);
      share(kind.name);
    }
    for (const EdgeKind& edge : edge_kinds()) {
      if (!wanted(edge.owner->name)) continue;
      for (const auto& [key, declaration] : declared(edge.owner->name)) lay_list(edge, key, declaration);
    }
    finish(ErrorKind::conflict);
    diagnostics_ = std::move(missing_);
    protect();
    prune();
    std::ranges::move(find_mismatches({current_, desired_.state, definitions_, options_, pruned_}),
                      std::back_inserter(diagnostics_));
    finish(ErrorKind::invalid);
    std::erase_if(desired_.state, [](const auto& kind) { return kind.second.empty(); });
    return std::move(desired_);
  }

 private:
  using Declarations = std::map<std::string, Declaration>;

  bool wanted(std::string_view kind) const {
    return options_.only.empty() || options_.only.contains(std::string(kind));
  }

  const Declarations& declared(std::string_view kind) const {
    static const Declarations none;
    const auto found = definitions_.objects.find(std::string(kind));
    return found == definitions_.objects.end() ? none : found->second;
  }

  void complain(const Place& place, const std::string& message) {
    diagnostics_.push_back({place.file, place.line, place.column, message});
  }

  void finish(ErrorKind kind) {
    if (diagnostics_.empty()) return;
    const auto order = [](const Diagnostic& d) { return std::tie(d.file, d.line, d.column, d.message); };
    std::ranges::sort(diagnostics_, {}, order);
    // A clone and its source report the same place.
    const auto twice = std::ranges::unique(diagnostics_, {}, order);
    diagnostics_.erase(twice.begin(), twice.end());
    const bool conflict = kind == ErrorKind::conflict;
    throw Error(kind,
                conflict ? "the files declare objects of other managers" : "the definitions do not fit the tenant",
                conflict ? "Use --adopt to take the objects over, or remove them from the files." : "",
                std::move(diagnostics_));
  }

  // Edges, references and documents name the objects by their new keys.
  void rename_objects() {
    desired_.renames = find_renames(current_, definitions_, options_);
    if (desired_.renames.empty()) return;
    std::vector<Change> moves;
    for (const auto& [kind, keys] : desired_.renames) {
      for (const auto& [key, old] : keys) {
        moves.push_back({.action = Action::change, .kind = kind, .key = key, .fields = {{"key", {old, key}}}});
      }
    }
    desired_.state = changed(std::move(desired_.state), moves);
    follow_in_documents(desired_.state, desired_.renames);
  }

  // Whether the object is as it is declared: it stays, and goes on sharing its memory with the state before.
  bool is_laid(const Kind& kind, const Object& object, const Declaration& declaration) const {
    if (object.manager != options_.manager) return false;
    if (!declaration.status.empty() && object.status != declaration.status) return false;
    return std::ranges::all_of(declaration.fields, [&](const auto& field) {
      const auto& [name, declared] = field;
      const auto found = object.fields.find(name);
      const nlohmann::json fallback = declared.value.is_null() ? find_fallback(kind, name) : nlohmann::json();
      const nlohmann::json& wanted = declared.value.is_null() ? fallback : declared.value;
      return found == object.fields.end() ? wanted.is_null() : found->second == wanted;
    });
  }

  void lay_object(const Kind& kind, const std::string& key, const Declaration& declaration) {
    auto& objects = desired_.state[std::string(kind.name)];
    const bool fresh = !objects.contains(key);
    if (!fresh && is_laid(kind, std::as_const(objects).at(key), declaration)) return;
    Object& object = objects[key];
    object.place = declaration.place;
    if (!object.manager.empty() && object.manager != options_.manager && !options_.adopt) {
      complain(declaration.place, address(kind.name, key) + " belongs to manager " + object.manager);
      return;
    }
    if (!options_.manager.empty()) object.manager = options_.manager;
    if (const ObjectFields* alike = fresh ? find_alike(kind, key, declaration) : nullptr) {
      object.status = kind.first_status;
      object.fields = *alike;
    } else if (fresh) {
      fresh_.insert(&declaration);
      check_source(kind, declaration);
      start(kind, declaration, object);
    }
    for (const auto& [name, declared] : declaration.fields) set(kind, name, declared, object);
    if (!declaration.status.empty()) object.status = declaration.status;
    if (!fresh || declaration.place.line == 0) return;
    for (const Field& field : kind.fields) {
      if (field.required && !object.fields.contains(std::string(field.name))) {
        missing_.push_back({declaration.place.file, declaration.place.line, declaration.place.column,
                            address(kind.name, key) + (options_.manager.empty() ? "" : " does not exist yet and") +
                                " needs '" + std::string(field.name) + "'"});
      }
    }
  }

  // The fields that the object comes out with, if it has the same in `alike`.
  const ObjectFields* find_alike(const Kind& kind, const std::string& key, const Declaration& declaration) const {
    if (options_.alike == nullptr || !declaration.clone.empty()) return nullptr;
    const Object* object = find_object(*options_.alike, kind.name, key);
    const auto comes_out = [&](const Field& field) {
      const Declared* declared = declaration.fields.get(field.name);
      const nlohmann::json* value = object->fields.get(field.name);
      if (declared != nullptr && !declared->value.is_null()) return value != nullptr && *value == declared->value;
      const nlohmann::json fallback = nlohmann::json::parse(field.fallback);
      return value == nullptr ? fallback.is_null() : *value == fallback;
    };
    return object != nullptr && std::ranges::all_of(kind.fields, comes_out) ? &object->fields : nullptr;
  }

  // A clone needs its source: what it copies is not in the declaration.
  void check_source(const Kind& kind, const Declaration& declaration) {
    const std::string& source = declaration.clone;
    if (source.empty() || declaration.place.line == 0 || find_declaration(kind.name, source) != nullptr ||
        find_object(desired_.state, kind.name, source) != nullptr)
      return;
    const Place& place = declaration.clone_place;
    missing_.push_back({place.file, place.line, place.column, unknown_object(desired_.state, kind.name, source)});
  }

  // What an object is before its own declaration: the source of its clone, or the defaults.
  void start(const Kind& kind, const Declaration& declaration, Object& object) {
    object.status = kind.first_status;
    for (const Field& field : kind.fields) {
      const nlohmann::json fallback = nlohmann::json::parse(field.fallback);
      if (!fallback.is_null()) object.fields[std::string(field.name)] = fallback;
    }
    if (declaration.clone.empty()) return;
    copy_source(kind, declaration.clone, object);
    // The copy of a system role is the tenant's own role, and that of a base role an additional one.
    for (const char* special : {"system", "base"}) {
      if (object.fields.contains(special)) object.fields[special] = false;
    }
  }

  // The source as it is in the tenant (or as it starts, if it is new too) with what the files declare of it, whether or
  // not it has been laid before. The reader has refused circles.
  void copy_source(const Kind& kind, const std::string& key, Object& object) {
    const Declaration* source = find_declaration(kind.name, key);
    if (const Object* there = find_object(desired_.state, kind.name, key)) {
      object.fields = there->fields;
    } else if (source != nullptr && !source->clone.empty()) {
      copy_source(kind, source->clone, object);
    }
    if (source == nullptr) return;
    for (const auto& [name, declared] : source->fields) set(kind, name, declared, object);
  }

  // Once it exists, a clone is an object of its own.
  bool is_fresh_copy(const Declaration& declaration) const {
    return !declaration.clone.empty() && fresh_.contains(&declaration);
  }

  const Declaration* find_declaration(std::string_view kind, const std::string& key) const {
    const auto found = declared(kind).find(key);
    return found == declared(kind).end() ? nullptr : &found->second;
  }

  // Null: a field without a value.
  static nlohmann::json find_fallback(const Kind& kind, std::string_view name) {
    return nlohmann::json::parse(std::ranges::find(kind.fields, name, &Field::name)->fallback);
  }

  static void set(const Kind& kind, const std::string& name, const Declared& declared, Object& object) {
    if (!declared.value.is_null()) {
      object.fields.set(name, declared.value);
    } else if (const nlohmann::json fallback = find_fallback(kind, name); fallback.is_null()) {
      object.fields.erase(name);
    } else {
      object.fields.set(name, fallback);
    }
  }

  void share(std::string_view kind) {
    if (options_.alike == nullptr) return;
    const Objects& old = all_of_kind(*options_.alike, kind);
    Objects& laid = desired_.state[std::string(kind)];
    const auto alike = [](const auto& one, const auto& other) {
      return one.first == other.first && one.second.fields == other.second.fields &&
             (one.second.status == other.second.status || one.second.status != "suspended");
    };
    if (laid.size() == old.size() && std::ranges::equal(std::as_const(laid), old, alike)) laid = old;
  }

  // Target -> level and place: what the list of `key` will hold. A new clone starts with what its source will hold; the
  // reader has refused circles.
  std::map<std::string, ListEntry> members(const EdgeKind& edge, const std::string& key) {
    const Declaration* declaration = find_declaration(edge.owner->name, key);
    const DeclaredList* list = nullptr;
    if (declaration != nullptr) {
      const auto found = declaration->lists.find(std::string(edge.list->name));
      if (found != declaration->lists.end()) list = &found->second;
    }
    std::map<std::string, ListEntry> all;
    if (declaration != nullptr && is_fresh_copy(*declaration)) {
      all = members(edge, declaration->clone);
    } else if (list == nullptr || list->relative) {
      for (const std::string& edge_name : find_edges(desired_.state, edge, key)) {
        const ObjectFields& fields = find_object(desired_.state, edge.list->kind, edge_name)->fields;
        const auto level = fields.find("level");
        const std::string target = split_edge(edge, edge_name).second;
        all[target] = {
            .key = target, .level = level == fields.end() ? "" : level->second.get<std::string>(), .place = {}};
      }
    }
    if (list == nullptr) return all;
    for (const ListEntry& entry : list->entries) {
      if (entry.remove || has_ended(entry)) {
        all.erase(entry.key);
      } else {
        all[entry.key] = entry;
      }
    }
    return all;
  }

  bool has_ended(const ListEntry& entry) const { return !entry.until.empty() && entry.until <= now_; }

  // What the list gives, with an end or for ever.
  static std::set<std::string_view> given_by(const DeclaredList& list) {
    std::set<std::string_view> given;
    for (const ListEntry& entry : list.entries) {
      if (!entry.remove) given.insert(entry.key);
    }
    return given;
  }

  // Whether the list says of `target` that it goes, or that it has ended by now.
  bool takes_away(const DeclaredList& list, const std::string& target) const {
    return std::ranges::any_of(list.entries, [&](const ListEntry& entry) {
      return entry.key == target && (entry.remove || has_ended(entry));
    });
  }

  // Whether a member is there as `entry` says; what is `given` without an end has none.
  static bool is_held(const Object* member, const ListEntry& entry, bool given) {
    if (member == nullptr || find_field_text(*member, "level") != entry.level) return false;
    return (entry.until.empty() && !given) || find_field_text(*member, "until") == entry.until;
  }

  void lay_list(const EdgeKind& edge, const std::string& key, const Declaration& declaration) {
    const auto list = declaration.lists.find(std::string(edge.list->name));
    if (list == declaration.lists.end() && !is_fresh_copy(declaration)) return;
    auto& edges = desired_.state[std::string(edge.list->kind)];
    const std::map<std::string, ListEntry> wanted_members = members(edge, key);
    for (const std::string& old : find_edges(desired_.state, edge, key)) {
      const std::string target = split_edge(edge, old).second;
      if (wanted_members.contains(target)) continue;
      // Temporary grants expire by themselves; files are about permanent ones, unless they name a grant that is to be
      // removed, or was to end before now and was extended by hand.
      const bool temporary = std::as_const(edges).at(old).fields.contains("until");
      if (temporary && (list == declaration.lists.end() || !takes_away(list->second, target))) continue;
      edges.erase(old);
    }
    const bool spoken = list != declaration.lists.end();
    const Place fallback = spoken ? list->second.place : declaration.clone_place;
    const std::set<std::string_view> given = spoken ? given_by(list->second) : std::set<std::string_view>();
    for (const auto& [target, entry] : wanted_members) {
      const std::string name = edge_key(key, target);
      if (is_held(find_object(desired_.state, edge.list->kind, name), entry, given.contains(target))) continue;
      Object& object = edges[name];
      object.place = entry.place.line == 0 ? fallback : entry.place;
      if (!entry.until.empty()) {
        object.fields.set("until", entry.until);
      } else if (given.contains(target)) {
        object.fields.erase("until");
      }
      if (entry.level.empty()) {
        object.fields.erase("level");
      } else {
        object.fields.set("level", entry.level);
      }
    }
  }

  void protect() {
    if (!definitions_.guards.protect) return;
    auto& protections = desired_.state["protections"];
    protections.erase_if([&](const auto& entry) {
      return entry.second.manager == options_.manager &&
             !definitions_.guards.protect->contains(protected_pattern(entry.first));
    });
    for (const auto& [pattern, place] : *definitions_.guards.protect) {
      const auto [entry, fresh] = protections.try_emplace(protection_key(protections, pattern, options_.manager));
      if (fresh) entry->second.place = place;
      if (!options_.manager.empty()) entry->second.manager = options_.manager;
    }
  }

  void prune() {
    if (options_.manager.empty()) return;
    std::vector<std::pair<std::string, std::set<std::string>>> gone;
    for (const Kind& kind : kinds()) {
      if (kind.internal || !wanted(kind.name)) continue;
      std::set<std::string> keys;
      for (const auto& [key, object] : all_of_kind(desired_.state, kind.name)) {
        if (object.manager == options_.manager && !declared(kind.name).contains(key)) keys.insert(key);
      }
      if (!keys.empty()) gone.emplace_back(kind.name, std::move(keys));
    }
    for (const auto& [kind, keys] : gone) {
      if (options_.prune) {
        for (const std::string& key : keys) pruned_.insert(address(kind, key));
        remove_objects(desired_.state, kind, keys);
      } else {
        for (const std::string& key : keys) desired_.prunable.push_back(address(kind, key));
      }
    }
  }

  const State& current_;
  const Definitions& definitions_;
  const OverlayOptions& options_;
  const std::string now_;
  Desired desired_;
  std::vector<Diagnostic> diagnostics_;
  std::set<const Declaration*> fresh_;  // of what is not there yet
  std::set<std::string> pruned_;        // addresses
  std::vector<Diagnostic> missing_;     // reported after conflicts
};

}  // namespace

Desired overlay(const State& current, const Definitions& definitions, const OverlayOptions& options) {
  return Overlay(current, definitions, options).run();
}

State declared_state(const Definitions& definitions) {
  return overlay({}, definitions, {.manager = "", .only = {}}).state;
}

}  // namespace acctl
