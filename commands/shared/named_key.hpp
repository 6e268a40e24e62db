// What a command names, over all tenants that are read at the same time: what none of them has was misspelled.
#pragma once

#include <algorithm>
#include <iterator>
#include <list>
#include <mutex>
#include <string>
#include <vector>

#include "provisioning/access/permission_holders.hpp"
#include "provisioning/model/state.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

// A role, a role template or a team. Several threads may report tenants.
class NamedKey {
 public:
  NamedKey(std::string noun, std::string key) : noun_(std::move(noun)), key_(std::move(key)) {}

  // One tenant was read: `all` of its keys if the filter found nobody there, none otherwise.
  template <class Summaries>
  void look(bool found, const Summaries& all) {
    const std::lock_guard lock(mutex_);
    ++tenants_;
    found_ |= found;
    for (const auto& one : all) found_ |= one.key == key_;
    if (keys_.empty()) std::ranges::transform(all, std::back_inserter(keys_), [](const auto& one) { return one.key; });
  }

  // The same of keys alone.
  void look(bool found, const std::vector<std::string>& all) {
    const std::lock_guard lock(mutex_);
    ++tenants_;
    found_ |= found;
    if (keys_.empty() && !found) keys_ = all;
  }

  // Throws Error(invalid) with what was probably meant.
  void require() const;

  bool is_given() const { return !key_.empty(); }

 private:
  std::mutex mutex_;
  std::string noun_;
  std::string key_;
  bool found_ = false;
  std::size_t tenants_ = 0;
  std::vector<std::string> keys_;  // of the first tenant that lacks it
};

// Objects of a kind that a command deletes. What an earlier run deleted is no mistake.
class ObjectsToDelete {
 public:
  ObjectsToDelete(std::string kind, const std::string& noun, const std::vector<std::string>& keys);

  // One tenant was read.
  void look(TenantSession& tenant, const State& state);

  // Throws Error(invalid) for the first that no tenant has, or ever had.
  void require() const;

 private:
  std::string kind_;
  std::vector<std::string> keys_;
  std::list<NamedKey> named_;  // beside keys_
};

// A permission, with a level or without. Several threads may report tenants.
class NamedPermission {
 public:
  // "": none is named. Throws Error(invalid) if it is not valid.
  explicit NamedPermission(const std::string& word);

  const AskedPermission& asked() const { return asked_; }
  bool is_given() const { return !asked_.permission.empty(); }

  // One tenant was read.
  void look(const CatalogueEntry& entry);

  // Throws Error(invalid) if no catalogue has it, or none has it with levels although a level is asked for.
  void require() const;

 private:
  std::mutex mutex_;
  AskedPermission asked_;
  bool exists_ = false;
  bool has_levels_ = false;
  std::size_t tenants_ = 0;
  std::vector<std::string> keys_;  // of the first tenant that lacks it
};

}  // namespace acctl
