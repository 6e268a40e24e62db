// Two tenants in a world with secrets, and everything that runs of acctl leave behind there.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/mail_server.hpp"
#include "tests/support/two_tenants.hpp"

namespace acctl::test {

// What was seen of runs, by the place where it was seen: "stdout", "server log" …
class Sightings {
 public:
  void add(const std::string& place, const std::string& what, const std::string& text) {
    seen_[place].emplace_back(what, text);
  }

  // The places where `text` is, and what showed it there first.
  std::map<std::string, std::string> find(const std::string& text) const;

 private:
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> seen_;
};

// A server that logs every statement and asks acctl for a password, mail that leaves by SMTP with another one, and all
// files with secrets in a folder of their own. acctl runs as loud as it can be; what it shows by contract (a new API
// key, a link that was asked for) becomes a secret of which that one showing is forgotten.
class SecretWatch {
 public:
  using Environment = std::map<std::string, std::string>;

  SecretWatch();

  Result run(const std::vector<std::string>& words, const std::string& input = "");  // each time in another of ways()
  Result run_in(const Environment& environment, std::vector<std::string> words, const std::string& input = "");

  // The five ways to name the control database and a password: PGPASSWORD, the URL, a passfile, a service file, a
  // context of config.yaml.
  std::vector<Environment> ways(const std::string& password) const;

  void mail_by_smtp() const;
  void mail_by_program() const;                   // which notes how it was started
  void mail_by(const std::string& fields) const;  // with the same credentials file

  // A file of mode 0600 among the secrets; its path.
  std::string secret_file(const std::string& name, const std::string& text) const;
  std::string secrets() const { return secrets_.path(); }

  void look_at_databases();  // while both tenants have one
  void look_at_the_rest();   // files, the server's log, child processes; tokens that left by mail become secrets

  TwoTenants two;
  Sightings sightings;
  std::set<std::string> canaries;  // all secrets, also as SMTP sends them

  // Letters and digits only: a URL or JSON would hold them as they are.
  const std::string control_password = "c0ntrolDatabasePasswordCanary";
  const std::string wrong_control_password = "wr0ngControlPasswordCanary";
  const std::string app_password = "app1icationRolePasswordCanary";
  const std::string smtp_password = "smtpPasswordCanary1";
  const std::string wrong_smtp_password = "wr0ngSmtpPasswordCanary";
  const std::string unreadable = "unreadab1eSecretCanary";  // for files and URLs that hold no secret as acctl knows it

 private:
  void hide_key();
  void demand_passwords();

  const TemporaryFolder secrets_;
  const TemporaryFolder logs_;
  const MailServer server_;
  std::vector<Environment> ways_;
  std::size_t number_ = 0;  // of the next run
};

}  // namespace acctl::test
