// Addresses that a directory's list gives to somebody else than their holder. Pure.
#pragma once

#include <string>
#include <string_view>

#include "provisioning/access/invitations.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// Domain of the addresses to which accounts move whose own address is given to somebody else.
constexpr std::string_view released_domain = "@released.invalid";

// Nobody receives mail there, and the same account gets the same one.
std::string released_address(const std::string& email, const std::string& idp, const std::string& id);

// That the address of the row is `holder`'s; `known` is the user whom the row means, "" for nobody.
std::string describe_address_conflict(const Invitee& person, const Object& holder, std::string_view known);

}  // namespace acctl
