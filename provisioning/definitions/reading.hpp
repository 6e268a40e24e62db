// What the parts of the definitions reader share; for provisioning/definitions only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioning/definitions/definitions.hpp"
#include "provisioning/definitions/problems.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl::reading {

// A former key of an object, with its place.
struct FormerKey {
  std::string kind;
  std::string key;  // of the object as it is now
  std::string old;
  Place place;
};

// The place of each entry of a test; the test itself, a value, has none.
struct TestPlaces {
  std::vector<Place> can;
  std::vector<Place> cannot;
};

// The first place of each setting that files may give only once: "manager", "guards.min_admins".
using FirstPlaces = std::map<std::string, Place>;

struct DefinitionsReading {
  ReadOptions options;
  Definitions result;
  Problems problems;
  FirstPlaces first;
  std::vector<FormerKey> former_keys;
  std::vector<TestPlaces> test_places;  // beside result.tests
  std::set<std::string> exports;        // names of files whose values are as a tenant had them
};

// One file of it.
struct File {
  const std::string& name;
  DefinitionsReading& reading;
  ValueOrigin origin = ValueOrigin::written;  // of its values

  Place place(const YamlNode& node) const { return {name, node.line, node.column}; }
  void complain(const YamlNode& node, const std::string& message) const { reading.problems.add(place(node), message); }

  // Sets `target`, the first time; later values of `what` must be equal.
  template <class Value>
  void set_once(std::optional<Value>& target, const std::string& what, Value value, const YamlNode& node) const {
    const auto [first, fresh] = reading.first.try_emplace(what, place(node));
    if (fresh) {
      target = std::move(value);
    } else if (!(target == value)) {
      complain(node, "'" + what + "' has another value in " + shown(first->second));
    }
  }

  // "a.yaml:3:1"
  static std::string shown(const Place& place);
};

// `tickets.view`, `{tickets.view: group}` or `{team-lead: {until: 2027-01-31T18:00:00Z}}`.
struct Member {
  const YamlNode* key = nullptr;      // nullptr: it is none of them
  const YamlNode* level = nullptr;    // nullptr: without
  const YamlNode* details = nullptr;  // a mapping; nullptr: without
};
Member parse_member(const YamlNode& node);

// What to add to "… takes a list" where a text begins like an entry: `-tickets.view`; "" elsewhere.
std::string hint_of_dash(const YamlNode& node);

// Whether `level` is a level; complains if it is not.
bool check_level(const File& file, const YamlNode& level);

// Whether null may stand in place of a value, for what to write instead of it.
enum class Null { refused, taken };

// Whether `node` is text to every YAML parser; complains if it is not.
bool check_text(const File& file, const YamlNode& node, const std::string& what, Null null = Null::refused);

std::string unknown_key(const std::string& key, const std::vector<std::string>& known);

// objects.cpp: `roles: {…}`
void read_kind(const File& file, const Kind& kind, YamlNode& objects);  // frees the nodes of what is read

// lists.cpp: `permissions: […]`
DeclaredList read_list(const File& file, const List& list, const YamlNode& node, bool cloned);

// values.cpp: the value of a field; nothing if there was a problem.
std::optional<nlohmann::json> read_value(const File& file, const Field& field, const YamlNode& node);

// top_level_keys.cpp: what is said of the files as a whole.
void read_version(const File& file, const YamlNode& root);
void read_schema(const File& file, const YamlNode& node);
void read_manager(const File& file, const YamlNode& node);
void read_tenants(const File& file, const YamlNode& node);
void read_guards(const File& file, const YamlNode& node);

// access_tests.cpp
void read_tests(const File& file, const YamlNode& tests);
void check_tests(DefinitionsReading& reading);

// cross_checks.cpp: what only all files together show.
void check_whole(DefinitionsReading& reading);

}  // namespace acctl::reading
