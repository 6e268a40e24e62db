// The identity providers that users sign in with, one row each.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace acctl {

struct IdentityProvider {
  std::string_view key;
  bool ids_ignore_case = false;  // its ids of people are the same in capitals, as those of Entra are, which are GUIDs
};

std::span<const IdentityProvider> known_providers();

std::vector<std::string_view> provider_keys();

bool ignores_case(std::string_view idp);

// `id` as ids of the provider are compared: in lower case if it does not tell capitals apart.
std::string comparable_id(std::string_view idp, std::string id);

}  // namespace acctl
