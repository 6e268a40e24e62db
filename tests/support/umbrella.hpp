// An enterprise, umbrella, with the tenants acme and globex, whose founder is ana@acme.example, acme's administrator.
#pragma once

#include <string>
#include <vector>

#include "tests/support/platform.hpp"

namespace acctl::test {

class Umbrella {
 public:
  // Pack "" is that of 'tenant create'.
  explicit Umbrella(const std::string& pack = "");

  // `enterprise VERB umbrella WORDS…`
  Result operator()(const std::string& verb, std::vector<std::string> words) const;

  // "ana: admin, olga: team-lead": the users of a tenant with their roles.
  std::string roles_in(const std::string& tenant) const;

  // "olga@umbrella.example team-lead", a grant of the enterprise a line.
  std::string recorded() const;

  // What the oracle complains of.
  std::vector<std::string> violations() const;

  TestPlatform acctl;
};

// Those of pack msp, in which everybody has signed up; whoever is asked says yes.
struct Staff : Umbrella {
  Staff();
  void sign_up() const;
  Result operator()(const std::string& verb, std::vector<std::string> words) const;
  void grant(const std::string& email, const std::string& role) const;

  // "enterprise-admin viewer": the roles of a user.
  std::string roles_of(const std::string& email, const std::string& tenant) const;
  bool has_user(const std::string& email, const std::string& tenant) const;
  std::string doctor(const std::string& tenant) const { return acctl({"tenant", "doctor", tenant}).out; }
};

}  // namespace acctl::test
