// The fields of an object or of a change, by name: as a std::map, in a fraction of its memory. A tenant has hundreds of
// thousands of objects with a handful of fields each, which are mostly the same before a change and after it.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioning/base/interned.hpp"
#include "provisioning/base/shared.hpp"

namespace acctl {

// In the order of the names. Copies share the values until one of them is changed; whatever can change them (also
// begin() and find() of what is not const) ends that.
template <class Value>
class NamedValues {
 public:
  struct Entry {
    Interned first;  // as in a std::map it is not assigned to
    Value second;
    bool operator==(const Entry&) const = default;
  };
  using Entries = std::vector<Entry>;
  using value_type = Entry;
  using iterator = typename Entries::iterator;
  using const_iterator = typename Entries::const_iterator;

  NamedValues() = default;
  NamedValues(std::initializer_list<std::pair<std::string_view, Value>> values) {
    for (const auto& [name, value] : values) try_emplace(name, value);
  }

  bool empty() const { return entries().empty(); }
  std::size_t size() const { return entries().size(); }
  const_iterator begin() const { return entries().begin(); }
  const_iterator end() const { return entries().end(); }
  iterator begin() { return entries_.write().begin(); }
  iterator end() { return entries_.write().end(); }

  bool contains(std::string_view name) const { return find(name) != end(); }
  const_iterator find(std::string_view name) const {
    const const_iterator at = place(entries(), name);
    return at != end() && at->first == name ? at : end();
  }
  iterator find(std::string_view name) {
    const auto offset = std::as_const(*this).find(name) - std::as_const(*this).begin();
    return begin() + offset;
  }

  // nullptr if there is none.
  const Value* get(std::string_view name) const {
    const const_iterator found = find(name);
    return found == end() ? nullptr : &found->second;
  }

  // Throws std::out_of_range.
  const Value& at(std::string_view name) const {
    if (const Value* found = get(name)) return *found;
    throw std::out_of_range(std::string(name));
  }

  // `name` is a text or Interned, whose copy need not be looked for.
  template <class Name>
  Value& operator[](const Name& name) {
    return try_emplace(name).first->second;
  }

  // Keeps a value that is there.
  template <class Name, class... Parts>
  std::pair<iterator, bool> try_emplace(const Name& name, Parts&&... parts) {
    Entries& all = entries_.write();
    const auto at = place(all, name) - all.cbegin();
    if (at < std::ssize(all) && all[static_cast<std::size_t>(at)].first == name) return {all.begin() + at, false};
    all.reserve(all.size() + 1);  // they are few, and very many have as many
    return {all.insert(all.begin() + at, Entry{Interned(name), Value(std::forward<Parts>(parts)...)}), true};
  }

  // Shares on what has the value already.
  template <class Name>
  void set(const Name& name, const Value& value) {
    const const_iterator found = std::as_const(*this).find(name);
    if (found == std::as_const(*this).end() || found->second != value) (*this)[name] = value;
  }

  std::size_t erase(std::string_view name) {
    if (!contains(name)) return 0;
    entries_.write().erase(find(name));
    return 1;
  }

  void reserve(std::size_t count) { entries_.write().reserve(count); }
  void clear() { entries_ = {}; }

  bool operator==(const NamedValues& other) const {
    return entries_.is_same(other.entries_) || entries() == other.entries();
  }

 private:
  const Entries& entries() const { return entries_.read(); }

  // Where the name is, or would be.
  static const_iterator place(const Entries& entries, std::string_view name) {
    return std::ranges::lower_bound(entries, name, {},
                                    [](const Entry& entry) { return std::string_view(entry.first); });
  }

  Shared<Entries> entries_;
};

// Of an object, by the field's name in YAML; what is not set is absent.
using ObjectFields = NamedValues<nlohmann::json>;

}  // namespace acctl
