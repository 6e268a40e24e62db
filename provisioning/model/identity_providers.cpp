#include "provisioning/model/identity_providers.hpp"

#include <algorithm>
#include <array>

namespace acctl {

std::span<const IdentityProvider> known_providers() {
  static constexpr std::array all = {
      IdentityProvider{"local"},  IdentityProvider{.key = "entra", .ids_ignore_case = true},
      IdentityProvider{"google"}, IdentityProvider{"okta"},
      IdentityProvider{"duo"},    IdentityProvider{"saml"},
      IdentityProvider{"oidc"},
  };
  return all;
}

std::vector<std::string_view> provider_keys() {
  std::vector<std::string_view> keys;
  for (const IdentityProvider& provider : known_providers()) keys.push_back(provider.key);
  return keys;
}

bool ignores_case(std::string_view idp) {
  const auto providers = known_providers();
  const auto provider = std::ranges::find(providers, idp, &IdentityProvider::key);
  return provider != providers.end() && provider->ids_ignore_case;
}

std::string comparable_id(std::string_view idp, std::string id) {
  if (!ignores_case(idp)) return id;
  std::ranges::transform(id, id.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return id;
}

}  // namespace acctl
