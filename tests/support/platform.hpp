// A server with an initialised platform and the template of pack helpdesk, as acctl leaves it, and acctl set to work
// on it: tests begin where their subject does.
#pragma once

#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/program.hpp"

namespace acctl::test {

class TestPlatform {
 public:
  // With options for initdb the server is new: `platform init` makes the platform on it, in a database `registry`.
  explicit TestPlatform(const ClusterOptions& options = {});

  // Runs acctl on this platform.
  Result operator()(std::vector<std::string> words, const std::string& input = "") const {
    return acctl(std::move(words), input);
  }

  // Runs acctl with -o json, which must succeed; what it wrote.
  nlohmann::ordered_json json(std::vector<std::string> words) const;

  // `tenant create`, which must succeed, with more words behind; the tenant.
  nlohmann::ordered_json create(const std::string& slug, const std::vector<std::string>& more = {}) const;

  // Asks the control database, or another one, as superuser; the first column, one row a line.
  std::string control(const std::string& sql) const { return cluster.query(database_, sql); }
  std::string in(const std::string& database, const std::string& sql) const { return cluster.query(database, sql); }

  // The database role of the tenant's application.
  std::string app_role(const std::string& slug) const;

  // Leaves the tenant's database as an acctl with `version` migrations would have: the same owner, mark and identity, a
  // user and the role "mine". What was in it is gone.
  void set_back(const std::string& slug, std::size_t version) const;

  // Gives the tenant's database to a role acctl_0123456789ab_owner, as the first releases left it.
  void give_own_owner(const std::string& slug) const;

  // All that a command could have changed: registry, audit, databases, roles, storage. Equal texts: nothing changed.
  std::string world() const;

  // The same without the audit trail, which also a refused attempt adds to.
  std::string world_but_audit() const;

  std::string storage_root() const { return folder.path() + "/storage"; }

  Cluster cluster;
  TemporaryFolder folder;
  Acctl acctl;

 private:
  std::string database_ = "acctl";
};

// The arguments of a `tenant create` that has nothing special.
std::vector<std::string> create_words(const std::string& slug, const std::vector<std::string>& more = {});

// Writes a file for a test.
void put_file(const std::string& path, const std::string& text);

// All of a file; "" where there is none.
std::string file_text(const std::string& path);

// The keys of a JSON object, in their order, separated by spaces.
std::string keys_of(const nlohmann::ordered_json& object);

}  // namespace acctl::test
