#include "commands/shared/named_key.hpp"

#include "provisioning/access/user_lookup.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

std::string unknown_name(const std::string& noun, const std::string& key, std::size_t tenants,
                         const std::vector<std::string>& others) {
  return "there is no " + noun + " '" + abbreviated(key) + "'" +
         (tenants == 1 ? "" : " (in none of " + std::to_string(tenants) + " tenants)") + did_you_mean(key, others);
}

}  // namespace

void NamedKey::require() const {
  if (key_.empty() || found_ || tenants_ == 0) return;
  std::string command = noun_;
  std::ranges::replace(command, ' ', '-');
  throw Error(ErrorKind::invalid, unknown_name(noun_, key_, tenants_, keys_),
              "'acctl " + command + " list' lists all of them.");
}

ObjectsToDelete::ObjectsToDelete(std::string kind, const std::string& noun, const std::vector<std::string>& keys)
    : kind_(std::move(kind)), keys_(keys) {
  for (const std::string& key : keys_) named_.emplace_back(noun, key);
}

void ObjectsToDelete::look(TenantSession& tenant, const State& state) {
  std::vector<std::string> present;
  for (const auto& [key, object] : all_of_kind(state, kind_)) present.push_back(key);
  auto name = named_.begin();
  for (const std::string& key : keys_) {
    const bool there = find_object(state, kind_, key) != nullptr;
    (name++)->look(there || was_deleted(tenant, kind_, key), present);
  }
}

void ObjectsToDelete::require() const {
  for (const NamedKey& name : named_) name.require();
}

NamedPermission::NamedPermission(const std::string& word) {
  if (!word.empty()) asked_ = parse_asked(word);
}

void NamedPermission::look(const CatalogueEntry& entry) {
  const std::lock_guard lock(mutex_);
  ++tenants_;
  exists_ |= entry.exists;
  has_levels_ |= entry.has_levels;
  if (keys_.empty()) keys_ = entry.others;
}

void NamedPermission::require() const {
  if (!is_given() || tenants_ == 0) return;
  if (!exists_) {
    throw Error(ErrorKind::invalid, unknown_name("permission", asked_.permission, tenants_, keys_),
                "'acctl role matrix' shows the catalogue.");
  }
  if (asked_.level.empty() || has_levels_) return;
  throw Error(ErrorKind::invalid, "permission " + asked_.permission + " has no levels",
              "Ask for " + asked_.permission + " alone.");
}

}  // namespace acctl
