// What an API key that works was given of its own, as read from a tenant.
#pragma once

#include <map>
#include <string>

namespace acctl {

// A key without a role and permissions of its own may do what its user may, and is not among them.
struct KeyGrant {
  std::string owner;                               // "user", "organization", "enterprise"
  std::string name;                                // of the key: "ci"
  std::string bearer;                              // the address of the user whose key it is; "" for the others
  std::string maker;                               // on whose authority it was made; "" for platform staff
  std::string role;                                // "" for none
  std::map<std::string, std::string> permissions;  // with their levels; "" for the widest
};

}  // namespace acctl
