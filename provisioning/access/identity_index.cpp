#include "provisioning/access/identity_index.hpp"

#include <algorithm>

#include "provisioning/model/identity_providers.hpp"

namespace acctl {

namespace {

std::string comparable_key(const std::string& idp, const std::string& id) {
  return idp + "\n" + comparable_id(idp, id);
}

}  // namespace

IdentityIndex::IdentityIndex(const Objects& users) : users_(users) {
  for (const auto& [email, user] : users) {
    const std::string id = find_field_text(user, "external_id");
    if (!id.empty()) by_id_.emplace_back(comparable_key(find_field_text(user, "idp"), id), email);
  }
  std::ranges::sort(by_id_);
}

std::string IdentityIndex::find(const std::string& idp, const std::string& id) const {
  const auto alike =
      std::ranges::equal_range(by_id_, comparable_key(idp, id), {}, &std::pair<std::string, std::string_view>::first);
  for (const auto& [key, email] : alike) {
    const std::string address(email);
    if (alike.size() == 1 || find_field_text(users_.at(address), "external_id") == id) return address;
  }
  return "";
}

}  // namespace acctl
