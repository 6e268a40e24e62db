// The people that a command names: whether they are there, and who was probably meant.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// E-mail addresses of users like one that is not there.
using Near = std::function<std::vector<std::string>(const std::string& email)>;

// The same from a tenant's database.
std::vector<std::string> near_users(Connection& tenant, const std::string& email);

// `words` as a State has them: in lower case, each once. Throws Error(invalid) for what is no address.
std::vector<std::string> emails_of(const std::vector<std::string>& words);

// Throws Error(invalid) naming those of `emails` that `state` does not have.
void require_users(const State& state, const std::vector<std::string>& emails, const Near& near);

// The same, and Error(conflict) naming those who are suspended: they are given nothing.
void require_usable_users(const State& state, const std::vector<std::string>& emails, const Near& near);

}  // namespace acctl
