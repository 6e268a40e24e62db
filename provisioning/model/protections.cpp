#include "provisioning/model/protections.hpp"

namespace acctl {

// Neither keys nor addresses contain a space.
std::string protected_pattern(const std::string& key) { return key.substr(0, key.find(' ')); }

std::string protection_key(const Objects& others, const std::string& pattern, const std::string& manager) {
  const std::string named = pattern + " (" + manager + ")";
  const auto alone = others.find(pattern);
  if (others.contains(named)) return named;
  // A manager that declares an unmanaged protection takes it over.
  const bool ours = alone == others.end() || alone->second.manager.empty() || alone->second.manager == manager;
  return ours || manager.empty() ? pattern : named;
}

}  // namespace acctl
