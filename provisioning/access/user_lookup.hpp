// Finds the users that a command names, and suggests others for mistyped ones.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// Email addresses of users that resemble one that does not exist.
using SuggestUsers = std::function<std::vector<std::string>(const std::string& email)>;

// The same from a tenant's database.
std::vector<std::string> near_users(Connection& tenant, const std::string& email);

// `words` as a State has them: in lower case, each once. Throws Error(invalid) if it is not a valid address.
std::vector<std::string> parse_emails(const std::vector<std::string>& words);

// Throws Error(invalid) naming those of `emails` that `state` does not have.
void require_users(const State& state, const std::vector<std::string>& emails, const SuggestUsers& near);

// The same, and Error(conflict) naming those who are suspended: nothing is granted to them.
void require_usable_users(const State& state, const std::vector<std::string>& emails, const SuggestUsers& near);

// Whether an earlier run deleted this object, according to the tenant's ledger: repeating the command is not a mistake.
bool was_deleted(Connection& tenant, const std::string& kind, const std::string& key);

// The people whom a command names over all tenants that it visits. Whoever is a user of none of them was mistyped.
// Several threads may report tenants.
class NamedPeople {
 public:
  explicit NamedPeople(const std::vector<std::string>& emails) : emails_(emails) {}

  // One tenant has been looked at.
  void visited(const std::string& tenant);
  // It has `email`, or had it in a way that counts.
  void found(const std::string& email);
  // Both, from the tenant's database, with those who may have been meant; the people whom it has.
  std::vector<std::string> look(Connection& database, const std::string& tenant);
  // Who may have been meant by somebody who was not found.
  void suggest(const std::string& email, const std::vector<std::string>& near);

  // Those who were found nowhere.
  std::vector<std::string> missing() const;

  // Throws Error(invalid) naming them: "there is no user 'x' (in none of 213 tenants); did you mean 'y'?".
  void require() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> emails_;
  std::set<std::string> found_;
  std::set<std::string> tenants_;
  std::map<std::string, std::set<std::string>> near_;
};

}  // namespace acctl
