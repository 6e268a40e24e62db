// A tenant's configuration as values: as read from a tenant, or as desired.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioning/model/fields.hpp"

namespace acctl {

// The place in a definitions file; line 0 for what does not come from a file.
struct Place {
  Interned file;
  int line = 0;
  int column = 0;
};

// Parses "file:line"; an empty Place if it has no line.
Place parse_place(const std::string& source);

struct Object {
  ObjectFields fields;  // of an edge: "level" and "until" (RFC 3339, UTC), if it has one
  Interned manager;     // owner of the definition; "" for what was seeded or made by hand
  Interned status;      // of a user: invited, active or suspended; "" if unknown, and for all other kinds
  Place place;
};

// The objects of a kind by their keys, as a std::map whose copies share the objects until one of them is changed: the
// states before and after an edit differ in few kinds. Whatever can change them (also begin() and find() of what is not
// const) ends that.
class Objects {
 public:
  using Map = std::map<std::string, Object>;
  using value_type = Map::value_type;
  using iterator = Map::iterator;
  using const_iterator = Map::const_iterator;

  Objects() = default;
  Objects(std::initializer_list<value_type> objects) : map_(Map(objects)) {}
  Objects(Map objects) : map_(std::move(objects)) {}  // NOLINT: a map is what it is

  bool empty() const { return map().empty(); }
  std::size_t size() const { return map().size(); }
  bool contains(const std::string& key) const { return map().contains(key); }
  const Object& at(const std::string& key) const { return map().at(key); }
  const_iterator begin() const { return map().begin(); }
  const_iterator end() const { return map().end(); }
  const_iterator find(const std::string& key) const { return map().find(key); }
  const_iterator lower_bound(const std::string& key) const { return map().lower_bound(key); }

  iterator begin() { return map_.write().begin(); }
  iterator end() { return map_.write().end(); }
  iterator find(const std::string& key) { return map_.write().find(key); }
  Object& at(const std::string& key) { return map_.write().at(key); }
  Object& operator[](const std::string& key) { return map_.write()[key]; }
  auto try_emplace(const std::string& key) { return map_.write().try_emplace(key); }
  auto emplace(const std::string& key, Object object) { return map_.write().emplace(key, std::move(object)); }
  void insert_or_assign(const std::string& key, Object object) {
    map_.write().insert_or_assign(key, std::move(object));
  }
  Map::node_type extract(const std::string& key) { return map_.write().extract(key); }
  std::size_t erase(const std::string& key) { return contains(key) ? map_.write().erase(key) : 0; }

  // Whether the two are copies of which none was changed since.
  bool is_same(const Objects& other) const { return map_.is_same(other.map_); }

  // `unwanted` is asked with the key and the object.
  template <class Unwanted>
  void erase_if(const Unwanted& unwanted) {
    if (std::ranges::any_of(map(), unwanted)) std::erase_if(map_.write(), unwanted);
  }

 private:
  const Map& map() const { return map_.read(); }

  Shared<Map> map_;
};

// Kind -> its objects. The members of lists are objects of their edge kind: "role_permissions" -> "agent/tickets.view".
// Users are keyed by their e-mail address in lower case.
using State = std::map<std::string, Objects>;

// All objects of a kind, and their keys.
const Objects& all_of_kind(const State& state, std::string_view kind);
std::vector<std::string> object_keys(const State& state, std::string_view kind);

// nullptr if there is none.
inline const Object* find_object(const State& state, std::string_view kind, const std::string& key) {
  const Objects& objects = all_of_kind(state, kind);
  const auto found = objects.find(key);
  return found == objects.end() ? nullptr : &found->second;
}

// "" if the field is not set, or is no text.
std::string find_field_text(const Object& object, std::string_view field);

// Whether the field is set, to `value`.
inline bool has_value(const Object& object, std::string_view field, const nlohmann::json& value) {
  const nlohmann::json* set = object.fields.get(field);
  return set != nullptr && *set == value;
}

// "tickets.view:group"; without a level the permission alone.
inline std::string with_level(const std::string& permission, const std::string& level) {
  return level.empty() ? permission : permission + ":" + level;
}

}  // namespace acctl
