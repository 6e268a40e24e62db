// A tenant, acme, and definitions that are planned and applied to it as a user does it.
#pragma once

#include <string>
#include <vector>

#include "tests/support/platform.hpp"

namespace acctl::test {

class TenantFixture {
 public:
  explicit TenantFixture(const ClusterOptions& options = {});

  // Writes a definitions file, "acctl: 1" before `text`; its path.
  std::string file(const std::string& text, const std::string& name = "definitions.yaml") const;

  // `apply -t acme --yes` of such a file, with more words behind.
  Result apply(const std::string& text, const std::vector<std::string>& more = {}) const;

  // The same, which must succeed; its run.
  std::string applied(const std::string& text, const std::vector<std::string>& more = {}) const;

  // `plan -t acme`, and what it shows as JSON whatever it ends with.
  Result plan(const std::string& text, const std::vector<std::string>& more = {}) const;
  nlohmann::ordered_json planned(const std::string& text, const std::vector<std::string>& more = {}) const;

  // acctl with `-t acme` behind.
  Result operator()(std::vector<std::string> words, const std::string& input = "") const;
  nlohmann::ordered_json json(std::vector<std::string> words) const;

  // In the tenant's database, as superuser and as its application.
  std::string in(const std::string& sql) const;
  void by_hand(const std::string& sql) const;

  // Every row of a tenant's database; with the runs of the ledger or without.
  std::string everything(const std::string& tenant = "acme") const;
  std::string configuration(const std::string& tenant = "acme") const;

  // What the oracle complains of, one a line; "" is what a test wants.
  std::string complaints() const;

  // Permissions of a role, members of a team: sorted, with levels, separated by spaces.
  std::string permissions_of(const std::string& role) const;
  std::string members_of(const std::string& team) const;

  TestPlatform acctl;
};

// Checks how a run ended and, where given, that it said `part` on standard error or standard output.
void check_ended(const Result& result, int status, const std::string& part = "");

// The lines that two texts of the above do not have in common; "" where nothing has changed.
std::string difference(const std::string& before, const std::string& after);

bool contains(const std::string& text, const std::string& part);

// "add roles/agent, change teams/a" in the order of the report, of its only group.
std::string changes_of(const nlohmann::ordered_json& report);

// "ana@acme.example +tickets.edit -tickets.view (role:agent)" of its only group, one a line.
std::string effects_of(const nlohmann::ordered_json& report);

}  // namespace acctl::test
