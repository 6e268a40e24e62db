// Checks what only all files together show: references, levels, renames, clones, and fields that depend on each other.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/definitions/pack_documents.hpp"
#include "provisioning/definitions/reading.hpp"
#include "provisioning/model/document_fits.hpp"
#include "provisioning/model/field_rules.hpp"
#include "provisioning/model/placeholders.hpp"
#include "provisioning/model/references.hpp"

namespace acctl::reading {

namespace {

using Json = nlohmann::json;
using Declarations = std::map<std::string, Declaration>;

const Declaration* find_object(const Definitions* definitions, const std::string& kind, const std::string& key) {
  if (definitions == nullptr) return nullptr;
  const auto objects = definitions->objects.find(kind);
  if (objects == definitions->objects.end()) return nullptr;
  const auto found = objects->second.find(key);
  return found == objects->second.end() ? nullptr : &found->second;
}

class Checks {
 public:
  explicit Checks(DefinitionsReading& reading) : reading_(reading), options_(reading.options) {}

  void run() {
    each_reference(reading_.result, [&](const Reference& reference) { check(reference); });
    check_test_subjects();
    check_former_keys();
    for (const auto& [name, objects] : reading_.result.objects) {
      if (find_kind(name)->clonable) check_clones(name, objects);
      for (const auto& [key, object] : objects) {
        check_fields(name, key, object);
        check_documents(name, key, object);
        if (names_template(object.clone)) check_template(name, object);
      }
      for (const auto& fields : find_kind(name)->unique_values()) check_unique(*find_kind(name), fields, objects);
    }
    for (const Kind& kind : kinds()) {
      if (kind.defaults.any()) check_defaults(std::string(kind.name));
    }
  }

 private:
  // Whether an object of `kind` may exist in the tenant without being declared.
  bool may_exist(std::string_view kind) const {
    if (options_.references == References::closed) return false;
    return options_.base == nullptr || find_access_part(kind) == AccessPart::person;
  }

  void check(const Reference& reference) {
    if (reference.removed && find_access_part(reference.kind) == AccessPart::person)
      return;  // users who are removed need not exist
    const std::string kind(reference.kind);
    const Declaration* target = find_object(&reading_.result, kind, *reference.key);
    if (target == nullptr) target = find_object(options_.base, kind, *reference.key);
    if (target == nullptr && !may_exist(kind)) {
      complain_of_unknown(*reference.place, kind, *reference.key);
    } else if (target != nullptr && reference.level != nullptr && !reference.level->empty()) {
      check_reference_level(reference, *target);
    }
  }

  void complain_of_unknown(const Place& place, const std::string& kind, const std::string& key) {
    reading_.problems.add(place, "there is no '" + key + "' among " + kind + did_you_mean(key, known_keys(kind)));
  }

  std::vector<std::string> known_keys(const std::string& kind) const {
    std::vector<std::string> keys;
    for (const Definitions* definitions : {static_cast<const Definitions*>(&reading_.result), options_.base}) {
      if (definitions == nullptr || !definitions->objects.contains(kind)) continue;
      for (const auto& [key, object] : definitions->objects.at(kind)) keys.push_back(key);
    }
    return keys;
  }

  // A permission whose levels are not declared here may have some in the tenant.
  void check_reference_level(const Reference& reference, const Declaration& permission) {
    const auto levels = permission.fields.find("levels");
    if (levels == permission.fields.end() && options_.references == References::open && options_.base == nullptr)
      return;
    const Json known = levels == permission.fields.end() ? Json() : levels->second.value;
    if (std::find(known.begin(), known.end(), *reference.level) != known.end()) return;
    reading_.problems.add(*reference.place, unknown_level(*reference.key, *reference.level, known));
  }

  void check_test_subjects() {
    for (const AccessTest& test : reading_.result.tests) {
      const std::string kind(test.kind());
      const std::string& key = test.key();
      if (key.empty() || may_exist(kind) || find_object(&reading_.result, kind, key) != nullptr ||
          find_object(options_.base, kind, key) != nullptr)
        continue;
      complain_of_unknown(test.place, kind, key);
    }
    for (std::size_t i = 0; i < reading_.result.tests.size(); ++i) {
      const AccessTest& test = reading_.result.tests[i];
      check_wishes(test.can, reading_.test_places[i].can);
      check_wishes(test.cannot, reading_.test_places[i].cannot);
    }
  }

  // An unknown permission, or a pattern that matches none, is a mistake.
  void check_wishes(const std::vector<std::pair<std::string, std::string>>& wishes, const std::vector<Place>& places) {
    for (std::size_t i = 0; i < wishes.size(); ++i) {
      const std::string& pattern = wishes[i].first;
      if (pattern.ends_with(".*")) {
        if (!may_exist("permissions") && !known_patterns().contains(pattern)) {
          reading_.problems.add(places[i], "no permission matches '" + pattern + "'");
        }
        continue;
      }
      check({.kind = "permissions", .key = &wishes[i].first, .level = &wishes[i].second, .place = &places[i]});
    }
  }

  // "tickets.*" for each resource that some permission is about.
  const std::unordered_set<std::string>& known_patterns() {
    if (!patterns_) {
      patterns_.emplace();
      for (const std::string& key : known_keys("permissions")) patterns_->insert(key.substr(0, key.find('.')) + ".*");
    }
    return *patterns_;
  }

  void check_former_keys() {
    std::map<std::pair<std::string, std::string>, const FormerKey*> claimed;
    for (const FormerKey& former : reading_.former_keys) {
      const std::string old = former.kind + "/" + former.old;
      const auto [first, fresh] = claimed.emplace(std::pair(former.kind, former.old), &former);
      if (former.old == former.key) {
        reading_.problems.add(former.place, old + " cannot be its own former key");
      } else if (const Declaration* still = find_object(&reading_.result, former.kind, former.old);
                 still != nullptr && !is_passed_on(former.kind, former.old)) {
        reading_.problems.add(former.place, old + " is still declared in " + File::shown(still->place));
      } else if (!fresh) {
        reading_.problems.add(former.place, old + " is also the former key of " + first->second->kind + "/" +
                                                first->second->key + " in " + File::shown(first->second->place));
      }
    }
  }

  // Whether the object declared under `key` takes the key over from another that is renamed as well, and so on: a chain
  // that ends at a key that is no longer declared, or a circle.
  bool is_passed_on(const std::string& kind, const std::string& key) const {
    std::set<std::string> seen;
    for (std::string at = key; seen.insert(at).second;) {
      const Declaration* declaration = find_object(&reading_.result, kind, at);
      if (declaration == nullptr) return true;
      if (declaration->previously.empty()) return false;
      at = declaration->previously.front();
    }
    return true;
  }

  // Which pack a tenant has, only its plan knows; a template that no pack has is a mistake everywhere.
  void check_template(const std::string& kind, const Declaration& object) {
    const std::string key = template_key(object.clone);
    const std::set<std::string>& known = clonable_keys(kind);
    if (known.contains(key)) return;
    reading_.problems.add(object.clone_place, "no pack has a '" + key + "' among " + kind +
                                                  did_you_mean(key, {known.begin(), known.end()}));
  }

  // Follows each chain of clones once; the walk that meets itself is a circle.
  void check_clones(const std::string& kind, const Declarations& objects) {
    std::unordered_set<const Declaration*> done;
    for (const auto& [key, object] : objects) {
      std::vector<const Declarations::value_type*> walk;
      std::unordered_map<const Declaration*, std::ptrdiff_t> steps;
      for (auto at = objects.find(key); at != objects.end() && !at->second.clone.empty();
           at = objects.find(at->second.clone)) {
        if (const auto met = steps.find(&at->second); met != steps.end()) {
          complain_of_circle(kind, {walk.begin() + met->second, walk.end()});
          break;
        }
        if (!done.insert(&at->second).second) break;
        steps.emplace(&at->second, static_cast<std::ptrdiff_t>(walk.size()));
        walk.push_back(&*at);
      }
    }
  }

  void complain_of_circle(const std::string& kind, const std::vector<const Declarations::value_type*>& circle) {
    std::string all = kind + "/" + circle.front()->first;
    for (std::size_t i = 1; i < circle.size() && i < 10; ++i) all += " -> " + circle[i]->first;
    reading_.problems.add(circle.front()->second.clone_place,
                          circle.size() == 1
                              ? all + " cannot be a copy of itself"
                              : all + " -> " + circle.front()->first + ": copies of each other in a circle");
  }

  // What `object` will have in a field, as far as the files alone determine it; nullptr if they do not.
  const Json* known_value(const Declaration& object, const std::string& field) const {
    static const Json nothing;
    const auto found = object.fields.find(field);
    if (found != object.fields.end()) return &found->second.value;
    return options_.references == References::closed && object.clone.empty() ? &nothing : nullptr;
  }

  // At the field of the object, or at the object if it does not set the field.
  void complain(const Declaration& object, std::string_view field, const std::string& message) {
    const auto found = object.fields.find(std::string(field));
    reading_.problems.add(found == object.fields.end() ? object.place : found->second.place, message);
  }

  void check_fields(const std::string& kind, const std::string& key, const Declaration& object) {
    for (const BrokenRule& broken : find_broken_rules(
             kind, key, [&](std::string_view field) { return known_value(object, std::string(field)); })) {
      complain(object, broken.field, broken.message);
    }
    for (const Field& field : find_kind(kind)->fields) {
      if (field.placeholders) check_placeholders(key, object, field);
    }
  }

  // What files leave open, the plan checks.
  const Json* known_value(std::string_view kind, const std::string& key, std::string_view field) const {
    const Declaration* object = find_object(&reading_.result, std::string(kind), key);
    if (object != nullptr) return known_value(*object, std::string(field));
    object = find_object(options_.base, std::string(kind), key);
    if (object == nullptr) return nullptr;
    static const Json nothing;
    const auto found = object->fields.find(field);
    return found == object->fields.end() ? &nothing : &found->second.value;
  }

  // What an application has stored goes where it is copied to.
  void check_documents(const std::string& kind, const std::string& key, const Declaration& object) {
    for (const DocumentForm& form : document_forms()) {
      const auto found = form.kind == kind ? object.fields.find(form.field) : object.fields.end();
      if (found == object.fields.end() || reading_.exports.contains(found->second.place.file.str())) continue;
      const Declared& document = found->second;
      for (const DocumentMisfit& misfit : find_misfits(
               form, key, document.value,
               [&](std::string_view field) { return known_value(object, std::string(field)); },
               [&](std::string_view of, const std::string& named, std::string_view field) {
                 return known_value(of, named, field);
               })) {
        reading_.problems.add(place_within(document, misfit.kind, misfit.key), misfit.message);
      }
    }
  }

  // An unknown placeholder would otherwise be noticed only when the message is sent.
  void check_placeholders(const std::string& key, const Declaration& object, const Field& field) {
    const Json* text = known_value(object, std::string(field.name));
    if (text == nullptr || !text->is_string()) return;
    const std::vector<std::string>* known = mail_placeholders(key);
    try {
      const std::vector<std::string> names = find_placeholders(text->get_ref<const std::string&>());
      if (known == nullptr) return;
      for (const std::string& name : names) {
        if (std::ranges::find(*known, name) != known->end()) continue;
        complain(object, field.name, "there is no placeholder '" + name + "'" + did_you_mean(name, *known));
      }
      // A subject line has no room for a link.
      const bool invites = key.starts_with("invitation") && field.format != Format::line;
      if (invites && std::ranges::find(names, "link") == names.end()) {
        complain(object, field.name, "an invitation needs the placeholder {{link}} in its " + std::string(field.name));
      }
    } catch (const Error& error) {
      complain(object, field.name, error.what());
    }
  }

  // There is one default; of statuses one for tickets and one for items.
  void check_defaults(const std::string& kind) {
    const auto objects = reading_.result.objects.find(kind);
    if (objects == reading_.result.objects.end()) return;
    std::map<std::string, std::pair<std::string, const Declaration*>> first;
    for (const auto& [key, object] : objects->second) {
      const auto is_default = object.fields.find("default");
      if (is_default == object.fields.end() || is_default->second.value != true) continue;
      const std::string scope =
          default_scope(kind, [&](std::string_view field) { return known_value(object, std::string(field)); });
      if (scope.empty()) continue;
      const auto [other, fresh] = first.try_emplace(scope, key, &object);
      if (fresh) continue;
      reading_.problems.add(is_default->second.place, kind + "/" + other->second.first + " is the default of " + scope +
                                                          " too, in " + File::shown(other->second.second->place));
    }
  }

  // What only one object has: of two that say the same, as far as the files alone can tell.
  void check_unique(const Kind& kind, const std::vector<std::string_view>& fields, const Declarations& objects) {
    std::map<Json, std::pair<std::string, const Declaration*>> first;
    for (const auto& [key, object] : objects) {
      Json values = Json::array();
      for (const std::string_view name : fields) {
        const Json* value = known_value(object, std::string(name));
        if (value == nullptr) break;
        const auto field = std::ranges::find(kind.fields, name, &Field::name);
        values.push_back(value->is_null() ? Json::parse(field->fallback) : *value);
      }
      if (values.size() < fields.size() || values.back().is_null()) continue;
      if (kind.comparable != nullptr && fields.size() > 1) {
        values.back() = kind.comparable(values.front().get<std::string>(), values.back().get<std::string>());
      }
      const auto [other, fresh] = first.try_emplace(std::move(values), key, &object);
      if (fresh) continue;
      complain(object, fields.back(),
               "the " + std::string(fields.back()) + " of " + std::string(kind.name) + "/" + key + " is that of " +
                   std::string(kind.name) + "/" + other->second.first + " too, in " +
                   File::shown(other->second.second->place));
    }
  }

  DefinitionsReading& reading_;
  const ReadOptions& options_;
  std::optional<std::unordered_set<std::string>> patterns_;  // made when first needed
};

}  // namespace

void check_whole(DefinitionsReading& reading) {
  Checks(reading).run();
  check_tests(reading);
}

}  // namespace acctl::reading
