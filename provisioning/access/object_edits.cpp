#include "provisioning/access/object_edits.hpp"

#include <algorithm>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

const Field& find_kind_field(const std::string& kind, const std::string& name) {
  return *std::ranges::find(find_kind(kind)->fields, name, &Field::name);
}

bool has(const State& state, const std::string& kind, const std::string& key) {
  return find_object(state, kind, key) != nullptr;
}

std::string missing(const State& state, const std::string& kind, const std::string& key) {
  return "there is no " + to_noun(kind) + " '" + abbreviated(key) + "'" + did_you_mean(key, object_keys(state, kind));
}

std::string describe_value(const Json& value) {
  if (value.is_null()) return "not set";
  return value.is_string() ? "'" + value.get<std::string>() + "'" : value.dump();
}

// Throws with the differences between an existing object and the wanted one.
void refuse_difference(const State& state, const NewObject& wanted) {
  const Object& object = state.at(wanted.kind).at(wanted.key);
  std::vector<std::string> all;
  for (const auto& [name, value] : wanted.fields) {
    const Json* set = object.fields.get(name);
    const Json is = set == nullptr ? Json() : *set;
    if (is != value) all.push_back("its " + name + " is " + describe_value(is) + ", not " + describe_value(value));
  }
  if (wanted.permissions) {
    for (const std::string& part :
         differences(state, find_permissions(state, wanted.kind, wanted.key), *wanted.permissions)) {
      all.push_back("it " + part);
    }
  }
  if (all.empty()) return;
  throw Error(ErrorKind::conflict,
              to_noun(wanted.kind) + " " + wanted.key + " exists with other arguments: " + join(all, "; "),
              "Change it with 'edit', or choose another key.");
}

}  // namespace

std::string to_noun(const std::string& kind) {
  if (kind == "role_templates") return "role template";
  return kind.substr(0, kind.size() - 1);
}

const Object& require_object(const State& state, const std::string& kind, const std::string& key) {
  if (!has(state, kind, key)) throw Error(ErrorKind::invalid, missing(state, kind, key));
  return state.at(kind).at(key);
}

Object& require_object(State& state, const std::string& kind, const std::string& key) {
  require_object(std::as_const(state), kind, key);
  return state[kind][key];
}

void check_fields(const std::string& kind, const GivenFields& fields) {
  for (const auto& [name, given] : fields) {
    const Field& field = find_kind_field(kind, name);
    if (given.is_null()) continue;
    const Json value = normal_value(field, given);
    std::string problem = value_problem(field, value);
    if (problem.empty() && value.is_string()) {
      // Escapes are visible in a file, but not in an argument of a command line.
      const std::string hidden = hidden_character(value.get_ref<const std::string&>(), Breaks::allowed);
      if (!hidden.empty()) problem = "'" + name + "' holds a control or invisible character, " + hidden;
    }
    if (!problem.empty()) throw Error(ErrorKind::invalid, problem);
  }
}

void check_new_key(const std::string& kind, const std::string& key) {
  if (const std::string problem = key_problem(find_kind(kind)->keys, key); !problem.empty()) {
    throw Error(ErrorKind::invalid, problem);
  }
}

void create_object(State& state, const NewObject& wanted) {
  if (wanted.permissions) check_catalogue(state, *wanted.permissions);
  if (has(state, wanted.kind, wanted.key)) return refuse_difference(state, wanted);
  Object& object = state[wanted.kind][wanted.key];
  for (const Field& field : find_kind(wanted.kind)->fields) {
    const Json fallback = Json::parse(field.fallback);
    if (!fallback.is_null()) object.fields[std::string(field.name)] = fallback;
  }
  for (const auto& [name, value] : wanted.fields) {
    if (!value.is_null()) object.fields[name] = normal_value(find_kind_field(wanted.kind, name), value);
  }
  if (wanted.permissions) set_permissions(state, wanted.kind, wanted.key, *wanted.permissions);
}

void change_fields(State& state, const std::string& kind, const std::string& key, const GivenFields& fields) {
  Object& object = require_object(state, kind, key);
  for (const auto& [name, value] : fields) {
    if (value.is_null()) {
      object.fields.erase(name);
    } else {
      object.fields[name] = normal_value(find_kind_field(kind, name), value);
    }
  }
}

void change_permissions(State& state, const std::string& kind, const std::string& key,
                        const std::vector<PermissionWord>& words) {
  require_object(state, kind, key);
  PermissionSet spoken_of;
  for (const PermissionWord& word : words) spoken_of[word.permission] = word.level;
  check_catalogue(state, spoken_of);
  set_permissions(state, kind, key, with_words(find_permissions(state, kind, key), words));
}

std::vector<std::string> present_keys(const State& state, const std::string& kind, const std::vector<std::string>& keys,
                                      Notes& notes) {
  std::vector<std::string> present;
  for (const std::string& key : keys) {
    if (has(state, kind, key)) {
      present.push_back(key);
    } else {
      notes.add(missing(state, kind, key));
    }
  }
  return present;
}

void throw_held(const std::string& what, const std::vector<std::string>& holders, const std::string& hint) {
  throw Error(ErrorKind::conflict,
              what + " cannot be deleted: " + std::to_string(holders.size()) +
                  (holders.size() == 1 ? " user has" : " users have") + " it (" + enumerated(holders, 3) + ")",
              hint);
}

}  // namespace acctl
