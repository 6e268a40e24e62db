#include "commands/shared/named_key.hpp"

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
  throw Error(ErrorKind::invalid, unknown_name(noun_, key_, tenants_, keys_),
              "'acctl " + noun_ + " list' lists all of them.");
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
