// What definitions files say, checked for consistency: the input of validate, plan, apply and test, and what a pack is.
// Pure values; provisioning/definitions reads them from YAML, provisioning/plan lays them over a state.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioning/model/state.hpp"
#include "provisioning/model/tenant_condition.hpp"

namespace acctl {

// What a document refers to (model/documents.hpp).
struct InnerReference {
  std::string_view kind;
  std::string key;
  Place place;
};

struct Declared {
  nlohmann::json value;  // null: back to the default, or unset
  Place place;
  SharedList<InnerReference> inner = {};  // as read from a file; empty for what comes from elsewhere
};

// Where a document says something of an object; the place of the whole if no file says it.
Place place_within(const Declared& document, std::string_view kind, const std::string& key);

struct ListEntry {
  std::string key;
  Interned level;       // "" if none is given
  bool remove = false;  // "-key"
  Place place;
  Interned until = {};  // when it ends, in UTC as utc_moment() writes it; "" for never
};

struct DeclaredList {
  bool relative = false;  // "+key" and "-key": adds to and removes from what is there; else replaces it
  std::vector<ListEntry> entries;
  Place place;
};

// One object as files declare it. Fields and lists that they leave out are absent, and stay as they are in the tenant.
struct Declaration {
  NamedValues<Declared> fields;     // by Field::name
  NamedValues<DeclaredList> lists;  // by List::name
  Interned clone;                   // key of the object that it starts as a copy of; its lists are relative
  Place clone_place;
  Interned status;                     // of a person: "suspended"; "" if the files leave it out
  SharedList<std::string> previously;  // keys it had before
  Place place;
};

// A number of objects, or a share of them: "5", "25%".
struct Cap {
  std::int64_t number = 0;
  bool percent = false;
  bool operator==(const Cap&) const = default;
};

struct GuardLimits {
  std::optional<std::int64_t> min_admins;
  std::optional<Cap> max_removals;
  // "roles/admin" -> its place. A list that is given replaces what its manager protected before.
  std::optional<std::map<std::string, Place>> protect;
};

// What a user, a role or a role template can and cannot do once everything is applied.
struct AccessTest {
  std::string user;  // one of the three is set; a user in lower case
  std::string role;
  std::string role_template;
  std::vector<std::pair<std::string, std::string>> can;     // permission or pattern (settings.*), level or ""
  std::vector<std::pair<std::string, std::string>> cannot;  // in the same form
  Place place;

  std::string_view kind() const;   // of what it is about: "users", "roles" or "role_templates"
  const std::string& key() const;  // its key
  std::string subject() const;     // in messages: "ana@acme.example", "roles/agent"
};

// `tenants:`; which tenants the files are for.
struct TenantSelection {
  std::vector<std::string> slugs;  // a plain list
  std::vector<TenantCondition> match;
  bool operator==(const TenantSelection&) const = default;
};

struct Definitions {
  std::string manager = "acctl";
  std::optional<std::int64_t> schema;  // the tenant schema version of an export
  std::optional<TenantSelection> tenants;
  std::map<std::string, std::map<std::string, Declaration>> objects;  // kind -> key
  GuardLimits guards;
  std::vector<AccessTest> tests;
  std::vector<std::string> files;  // as named on the command line, for messages
};

// What the definitions say, without places: equal for files that say the same. From it come the digest that recognises
// an unchanged tenant and the record of what was applied last.
nlohmann::json to_json(const Definitions& definitions);

// The objects and protections of such a record; throws nlohmann's exceptions for another shape.
Definitions definitions_from_json(const nlohmann::json& json);

}  // namespace acctl
