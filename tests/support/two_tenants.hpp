// Two tenants with something of every kind, and how each command of acctl that enters them is called: for tests that
// walk all commands, so that a new one cannot be forgotten.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "tests/support/tenant_fixture.hpp"

namespace acctl::test {

struct Call {
  // How a command comes to a tenant: with -t and with --all, with -t alone, or by its arguments.
  enum class Way { each, one, named };

  std::vector<std::string> words;  // behind the command's own
  Way way = Way::each;
  std::string input = "";
};

// acme in an enterprise with a grant, bert for another one with a grant; in both the user mark, the role and the team
// "marked", and a token of acme's.
class TwoTenants : public TenantFixture {
 public:
  explicit TwoTenants(const ClusterOptions& options = {});

  // All rows of both databases.
  std::string databases() const { return everything("acme") + everything("bert"); }

  // The commands that enter a tenant's database, and the others; by the words of the command: "user invite".
  std::map<std::string, Call> calls() const;
  std::map<std::string, Call> calls_elsewhere() const;

  std::string run, definitions, tests, plan, exported, people, token;

 private:
  void require(const std::vector<std::string>& words) const;
};

// The words of every command that can be run: "user invite".
std::vector<std::string> commands_of(const Command& tree);

// "user invite" -> {"user", "invite"}
std::vector<std::string> words_of(const std::string& command);

}  // namespace acctl::test
