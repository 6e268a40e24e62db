#include "provisioning/plan/state_validation.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/document_fits.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/model/field_rules.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/references.hpp"
#include "provisioning/plan/removal_refusal.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

FieldValue make_field_lookup(const Object& object) {
  return [&object](std::string_view field) {
    static const Json nothing;
    const Json* found = object.fields.get(field);
    return found == nullptr ? &nothing : found;
  };
}

class StateValidation {
 public:
  explicit StateValidation(const Laid& laid) : laid_(laid) {}

  std::vector<Diagnostic> run() {
    each_reference(laid_.definitions, [&](const Reference& reference) { check_named(reference); });
    check_protections();
    each_edge();
    for (const Kind& kind : kinds()) {
      const auto objects = laid_.desired.find(std::string(kind.name));
      if (objects == laid_.desired.end()) continue;
      for (const auto& [key, object] : objects->second) {
        check_references(kind, key, object);
        check_documents(kind, key, object);
        if (find_place(kind, key, object).line > 0) check_rules(kind, key, object);
      }
    }
    for (const Kind& kind : kinds()) {
      if (kind.defaults.any()) check_defaults(std::string(kind.name));
    }
    if (problems_.empty()) refuse_needed();
    return std::move(problems_);
  }

 private:
  void complain(const Place& place, const std::string& message) {
    if (place.line > 0) problems_.push_back({place.file, place.line, place.column, message});
  }

  bool is_laid(std::string_view kind) const {
    return laid_.options.only.empty() || laid_.options.only.contains(std::string(kind));
  }

  bool is_pruned(std::string_view kind, const std::string& key) const {
    return !laid_.pruned.empty() && laid_.pruned.contains(std::string(kind) + "/" + key);
  }

  // What the files still refer to must not be pruned; what a list removes must have existed, except people who have
  // left.
  void check_named(const Reference& reference) {
    const std::string& key = *reference.key;
    if (!reference.removed) {
      if (!is_pruned(reference.kind, key)) return;
      complain(*reference.place, std::string(reference.kind) + "/" + key +
                                     " is no longer declared and would be pruned, but is referred to here");
    } else if (find_access_part(reference.kind) != AccessPart::person &&
               find_object(laid_.desired, reference.kind, key) == nullptr &&
               find_object(laid_.current, reference.kind, key) == nullptr) {
      complain(*reference.place, unknown_object(laid_.desired, reference.kind, key));
    }
  }

  // A misspelled address would protect nothing. An export may protect what no longer exists, or people it leaves out.
  void check_protections() {
    if (!laid_.definitions.guards.protect || laid_.options.manager.empty()) return;
    for (const auto& [address, place] : *laid_.definitions.guards.protect) {
      const std::size_t slash = address.find('/');
      const std::string kind = address.substr(0, slash);
      const std::string key = address.substr(slash + 1);
      if (key == "*" || find_access_part(kind) == AccessPart::person) continue;
      if (find_object(laid_.desired, kind, key) != nullptr || find_object(laid_.current, kind, key) != nullptr)
        continue;
      complain(place, unknown_object(laid_.desired, kind, key));
    }
  }

  void each_edge() {
    for (const EdgeKind& edge : edge_kinds()) {
      const auto edges = laid_.desired.find(std::string(edge.list->kind));
      if (edges == laid_.desired.end()) continue;
      for (const auto& [key, object] : edges->second) {
        const auto [owner, target] = split_edge(edge, key);
        if (find_object(laid_.desired, edge.list->target, target) == nullptr) {
          check_target(edge.list->target, target, find_place(edge, owner, target, object), edge.owner->name, owner);
        }
        if (object.fields.contains("level")) check_level(edge, owner, target, object);
      }
    }
  }

  void check_references(const Kind& kind, const std::string& key, const Object& object) {
    for (const Field& field : kind.fields) {
      if (field.type != FieldType::reference) continue;
      const Json* value = object.fields.get(field.name);
      if (value == nullptr) continue;
      check_target(field.target, value->get<std::string>(), find_place(kind, key, field.name, object), kind.name, key);
    }
  }

  // What documents name, each at its place in the files. Only what files name is known of people.
  void check_documents(const Kind& kind, const std::string& key, const Object& object) {
    for (const DocumentForm& form : document_forms()) {
      if (form.kind != kind.name) continue;
      const Json* value = object.fields.get(form.field);
      if (value == nullptr) continue;
      const Declared* declared = declared_field(kind, key, form.field);
      for (const DocumentReference& named : read_document_value(form, key, *value).references) {
        if (find_access_part(named.kind) == AccessPart::person && laid_.options.manager.empty()) continue;
        const Place place = declared == nullptr ? Place() : place_within(*declared, named.kind, named.key);
        check_target(named.kind, named.key, place, kind.name, key);
      }
      // What an application has stored goes where it is imported.
      if (declared != nullptr && !laid_.options.manager.empty()) check_fits(form, key, object, *declared);
    }
  }

  // Of what files declare: what they name is of the right sort, and so is what they set.
  void check_fits(const DocumentForm& form, const std::string& key, const Object& object, const Declared& declared) {
    const auto lookup = [&](std::string_view kind, const std::string& named, std::string_view field) -> const Json* {
      const Object* target = find_object(laid_.desired, kind, named);
      return target == nullptr ? nullptr : make_field_lookup(*target)(field);
    };
    const Json& value = object.fields.at(std::string(form.field));
    for (const DocumentMisfit& misfit : find_misfits(form, key, value, make_field_lookup(object), lookup)) {
      complain(place_within(declared, misfit.kind, misfit.key), misfit.message);
    }
    Json copy = value;
    visit_field_texts(form, copy, [&](const std::string& field, const std::string& text) {
      const Json* type = lookup("custom_fields", field, "type");
      if (type == nullptr || *type != "person" || text.find('@') == std::string::npos) return;
      check_target("users", normal_key(KeyForm::email, text), place_within(declared, "custom_fields", field), form.kind,
                   key);
    });
  }

  // An object that refers to a pruned one prevents its removal.
  void check_target(std::string_view kind, const std::string& key, const Place& place, std::string_view owner_kind,
                    const std::string& owner) {
    if (find_object(laid_.desired, kind, key) != nullptr) return;
    if (is_pruned(kind, key)) {
      needed_[std::string(kind) + "/" + key].insert(std::string(owner_kind) + "/" + owner);
    } else if (find_access_part(kind) != AccessPart::person || !is_member(key)) {
      complain(place, unknown_object(laid_.desired, kind, key));
    }
  }

  // Only the users whom the files name are read; other members of teams exist as well.
  bool is_member(const std::string& email) {
    if (!members_) {
      members_.emplace();
      for (const EdgeKind& edge : edge_kinds()) {
        if (!edge.is_membership()) continue;
        for (const auto& [key, object] : all_of_kind(laid_.current, edge.list->kind)) {
          members_->insert(split_edge(edge, key).second);
        }
      }
    }
    return members_->contains(email);
  }

  void check_level(const EdgeKind& edge, const std::string& owner, const std::string& target, const Object& held) {
    const Object* permission = find_object(laid_.desired, edge.list->target, target);
    if (permission == nullptr) return;
    const Json* levels = permission->fields.get("levels");
    const Json known = levels == nullptr ? Json() : *levels;
    const Json& level = held.fields.at("level");
    if (std::ranges::find(known, level) != known.end()) return;
    complain(find_place(edge, owner, target, held), unknown_level(target, level.get<std::string>(), known));
  }

  void check_rules(const Kind& kind, const std::string& key, const Object& object) {
    for (const BrokenRule& broken : find_broken_rules(std::string(kind.name), key, make_field_lookup(object))) {
      complain(find_place(kind, key, broken.field, object), broken.message);
    }
  }

  // Of each scope the objects that are its default.
  using Defaults = std::map<std::string, std::vector<std::pair<const std::string*, const Object*>>>;

  // A default that is declared not to be one any more needs a successor.
  void check_lost_default(const std::string& kind, const Objects& objects, const Defaults& defaults) {
    for (const auto& [key, object] : objects) {
      const Object* before = find_object(laid_.current, kind, key);
      if (before == nullptr || find_place(*find_kind(kind), key, object).line == 0) continue;
      const std::string scope = default_scope(kind, make_field_lookup(*before));
      if (!has_value(*before, "default", true) || defaults.contains(scope)) continue;
      complain(find_place(*find_kind(kind), key, "default", object),
               kind + "/" + key + " is the default of " + scope + "; set `default: true` on another one");
    }
  }

  // Only a declaration can make a second default, so only declarations are reported.
  void check_defaults(const std::string& kind) {
    const auto objects = laid_.desired.find(kind);
    if (objects == laid_.desired.end()) return;
    Defaults defaults;
    for (const auto& [key, object] : objects->second) {
      const std::string scope = default_scope(kind, make_field_lookup(object));
      if (scope.empty() || !has_value(object, "default", true)) continue;
      defaults[scope].emplace_back(&key, &object);
    }
    check_lost_default(kind, objects->second, defaults);
    for (auto& [scope, all] : defaults) {
      if (all.size() < 2) continue;
      std::ranges::stable_partition(
          all, [&](const auto& one) { return find_place(*find_kind(kind), *one.first, *one.second).line == 0; });
      const auto& [key, object] = all.back();
      complain(
          find_place(*find_kind(kind), *key, "default", *object),
          kind + "/" + *all.front().first + " is the default of " + scope + " already; set `default: false` on it");
    }
  }

  void refuse_needed() const {
    if (needed_.empty()) return;
    throw Error(ErrorKind::conflict, describe_needed(needed_), "Change those first; the same files can do it.");
  }

  // nullptr if the files do not declare it.
  const Declaration* find_declaration(const Kind& kind, const std::string& key) const {
    const auto declared = laid_.definitions.objects.find(std::string(kind.name));
    if (declared == laid_.definitions.objects.end() || !is_laid(kind.name)) return nullptr;
    const auto declaration = declared->second.find(key);
    return declaration == declared->second.end() ? nullptr : &declaration->second;
  }

  // nullptr if the files do not set it.
  const Declared* declared_field(const Kind& kind, const std::string& key, std::string_view field) const {
    const Declaration* declaration = find_declaration(kind, key);
    if (declaration == nullptr) return nullptr;
    const auto found = declaration->fields.find(field);
    return found == declaration->fields.end() ? nullptr : &found->second;
  }

  // Of what is declared as it is the state has no place.
  Place find_place(const Kind& kind, const std::string& key, const Object& object) const {
    const Declaration* declaration = object.place.line > 0 ? nullptr : find_declaration(kind, key);
    return declaration == nullptr ? object.place : declaration->place;
  }

  // The place of the field if the files set it, else of the object.
  Place find_place(const Kind& kind, const std::string& key, std::string_view field, const Object& object) const {
    const Declared* declared = declared_field(kind, key, field);
    return declared == nullptr ? find_place(kind, key, object) : declared->place;
  }

  // The same of a member: that of its entry, else of its list.
  Place find_place(const EdgeKind& edge, const std::string& owner, const std::string& target,
                   const Object& member) const {
    const Declaration* declaration = member.place.line > 0 ? nullptr : find_declaration(*edge.owner, owner);
    if (declaration == nullptr) return member.place;
    const auto list = declaration->lists.find(edge.list->name);
    if (list == declaration->lists.end()) return declaration->clone_place;
    const auto entry = std::ranges::find(list->second.entries, target, &ListEntry::key);
    return entry == list->second.entries.end() || entry->place.line == 0 ? list->second.place : entry->place;
  }

  const Laid& laid_;
  std::vector<Diagnostic> problems_;
  std::optional<std::set<std::string>> members_;  // of all teams that were read
  NeededBy needed_;                               // of what is pruned
};

}  // namespace

std::vector<Diagnostic> find_mismatches(const Laid& laid) { return StateValidation(laid).run(); }

std::string unknown_object(const State& state, std::string_view kind, const std::string& key) {
  return "there is no '" + key + "' among " + std::string(kind) + did_you_mean(key, object_keys(state, kind));
}

}  // namespace acctl
