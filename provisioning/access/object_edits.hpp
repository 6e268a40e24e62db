// Edits single objects as a command asks. Pure: each function changes a State or throws the reason why it cannot.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/access/edit_messages.hpp"
#include "provisioning/access/permission_words.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// "role", "role template", "team": one object of `kind`.
std::string to_noun(const std::string& kind);

// Throws Error(invalid) with a suggestion if `state` does not have it.
Object& require_object(State& state, const std::string& kind, const std::string& key);
const Object& require_object(const State& state, const std::string& kind, const std::string& key);

// Fields of an object that a command speaks of, by Field::name; null takes the value away.
using GivenFields = std::map<std::string, nlohmann::json>;

// Throws Error(invalid) for values that the kind does not accept, before anything is read.
void check_fields(const std::string& kind, const GivenFields& fields);
void check_new_key(const std::string& kind, const std::string& key);

struct NewObject {
  std::string kind;
  std::string key;
  GivenFields fields;
  std::optional<PermissionSet> permissions;  // of roles and templates; none: nothing is said of them
};

// Adds it. An equal object that exists stays unchanged; throws Error(conflict) with the differences if it exists with
// other arguments.
void create_object(State& state, const NewObject& wanted);

void change_fields(State& state, const std::string& kind, const std::string& key, const GivenFields& fields);

// Adds and removes permissions of a role or a role template.
void change_permissions(State& state, const std::string& kind, const std::string& key,
                        const std::vector<PermissionWord>& words);

// Those of `keys` that exist; the others are noted.
std::vector<std::string> present_keys(const State& state, const std::string& kind, const std::vector<std::string>& keys,
                                      Notes& notes);

// Throws Error(conflict): `what` cannot be removed while it has `holders`.
[[noreturn]] void throw_held(const std::string& what, const std::vector<std::string>& holders, const std::string& hint);

}  // namespace acctl
