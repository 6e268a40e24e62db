#include "tests/support/umbrella.hpp"

#include "tests/support/oracle.hpp"
#include "tests/support/tenant_fixture.hpp"

namespace acctl::test {

Umbrella::Umbrella(const std::string& pack) {
  check_ended(acctl({"enterprise", "create", "umbrella", "--name", "Umbrella"}), 0);
  std::vector<std::string> words = {"--enterprise", "umbrella"};
  if (!pack.empty()) words.insert(words.end(), {"--pack", pack});
  for (const char* slug : {"acme", "globex"}) acctl.create(slug, words);
}

Result Umbrella::operator()(const std::string& verb, std::vector<std::string> words) const {
  words.insert(words.begin(), {"enterprise", verb, "umbrella"});
  return acctl(words);
}

std::string Umbrella::roles_in(const std::string& tenant) const {
  return acctl.in(tenant,
                  "select string_agg(x.who, ', ' order by x.who) from (select split_part(u.email, '@', 1) || ': ' || "
                  "string_agg(r.key, ' ' order by r.key) as who from app.users u join app.user_roles h on h.user_id = "
                  "u.id join app.roles r on r.id = h.role_id group by u.id) as x");
}

std::string Umbrella::recorded() const {
  return acctl.control("select email || ' ' || role from acctl.enterprise_grants order by 1");
}

std::vector<std::string> Umbrella::violations() const {
  return test::violations({.cluster = acctl.cluster, .control = "acctl", .in_flight = ""});
}

Staff::Staff() : Umbrella("msp") { sign_up(); }

void Staff::sign_up() const {
  for (const char* slug : {"acme", "globex"}) {
    acctl.in(slug, "update app.users set status = 'active' where status = 'invited'");
  }
}

Result Staff::operator()(const std::string& verb, std::vector<std::string> words) const {
  words.emplace_back("--yes");
  return Umbrella::operator()(verb, words);
}

void Staff::grant(const std::string& email, const std::string& role) const {
  check_ended((*this)("grant", {email, role}), 0);
  sign_up();
}

std::string Staff::roles_of(const std::string& email, const std::string& tenant) const {
  return acctl.in(tenant,
                  "select string_agg(r.key, ' ' order by r.key) from app.users u join app.user_roles h on h.user_id "
                  "= u.id join app.roles r on r.id = h.role_id where lower(u.email) = '" +
                      email + "'");
}

bool Staff::has_user(const std::string& email, const std::string& tenant) const {
  return acctl.in(tenant, "select count(*) from app.users where lower(email) = '" + email + "'") == "1";
}

}  // namespace acctl::test
