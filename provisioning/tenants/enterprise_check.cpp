#include "provisioning/tenants/enterprise_check.hpp"

#include <algorithm>
#include <set>

#include "provisioning/tenants/enterprise_check.sql.hpp"
#include "provisioning/tenants/enterprise_people.hpp"

namespace acctl {

namespace {

// Of `grants` the places of those that are not held here.
std::set<std::size_t> not_held(Connection& database, const std::vector<GrantHere>& grants) {
  TextArray emails;
  TextArray roles;
  std::set<std::size_t> places;
  for (std::size_t i = 0; i < grants.size(); ++i) {
    emails.add(grants[i].email);
    roles.add(grants[i].grant.role);
    places.insert(i);
  }
  for (const Row row : database.query(sql::roles_held, {emails, roles}))
    places.erase(static_cast<std::size_t>(row.integer(0) - 1));
  return places;
}

bool is_granted(const std::vector<EnterpriseGrant>& grants, const EnterpriseLink& link) {
  return std::ranges::any_of(
      grants, [&](const EnterpriseGrant& grant) { return grant.person == link.person && grant.role == link.role; });
}

// Somebody here whose suspension leaves the enterprise without an active admin: "" for nobody. Its other tenants are
// read only if one of its admins is suspended in this one.
std::string last_admin_suspended_here(Platform& platform, const std::string& enterprise,
                                      const std::vector<GrantHere>& here) {
  if (std::ranges::find(here, "suspended", &GrantHere::status) == here.end()) return "";
  const EnterpriseStanding standing = read_standing(platform, enterprise);
  if (!standing.unread.empty() || standing.has_active_admin()) return "";
  const auto found = std::ranges::find_if(here, [&](const GrantHere& one) {
    return one.status == "suspended" && standing.chief_roles.contains(one.grant.role);
  });
  return found == here.end() ? "" : found->email;
}

}  // namespace

std::vector<std::string> enterprise_contradictions(Platform& platform, const Tenant& tenant, Connection& database) {
  const std::string enterprise = tenant.enterprise.value_or("");
  const auto command = [&](const std::string& verb, const std::string& email, const std::string& role) {
    return "'acctl enterprise " + verb + " " + enterprise + " " + email + " " + role + "'";
  };
  std::vector<EnterpriseGrant> grants;
  if (!enterprise.empty()) grants = enterprise_grants(platform, enterprise);
  std::vector<std::string> found;
  const std::vector<GrantHere> here = grants_here(database, person_grants(grants));
  for (const std::size_t place : not_held(database, here)) {
    const GrantHere& one = here[place];
    if (one.status == "suspended") continue;
    found.push_back("enterprise " + enterprise + " grants " + one.grant.email + " role " + one.grant.role + ", and " +
                    (one.status.empty() ? "they are not a user here" : one.email + " does not hold it here") +
                    "; run " + command("grant", one.grant.email, one.grant.role) + " or revoke the grant");
  }
  if (const std::string email = last_admin_suspended_here(platform, enterprise, here); !email.empty()) {
    found.push_back("enterprise " + enterprise + " has no active enterprise admin: " + email +
                    " is suspended here; run 'acctl user reactivate " + email + " -t " + tenant.slug +
                    "', or 'acctl enterprise grant' to appoint somebody else");
  }
  for (const EnterpriseLink& link : enterprise_links(database)) {
    if (!is_granted(grants, link)) {
      found.push_back(link.email + " holds role " + link.role + " by a grant that " +
                      (enterprise.empty() ? "no enterprise makes: the tenant is in none; run 'acctl role revoke " +
                                                link.role + " " + link.email + " -t " + tenant.slug + "'"
                                          : "enterprise " + enterprise + " no longer makes; run " +
                                                command("revoke", link.email, link.role)));
    } else if (link.known_as != link.email) {
      found.push_back(link.known_as + " has the address " + link.email +
                      " here, which the registry does not know; any 'acctl enterprise grant' or 'revoke' of " +
                      enterprise + " updates it");
    }
  }
  for (const Row row : database.query(sql::stray_enterprise_roles)) {
    const std::string email = row.text(0);
    const std::string role = row.text(1);
    const bool granted =
        std::ranges::any_of(here, [&](const GrantHere& one) { return one.email == email && one.grant.role == role; });
    if (granted) continue;
    found.push_back(email + " holds role " + role +
                    ", which reaches the entire enterprise, and no enterprise grants it; run " +
                    (enterprise.empty() ? "'acctl role revoke " + role + " " + email + " -t " + tenant.slug + "'"
                                        : command("revoke", email, role)));
  }
  return found;
}

}  // namespace acctl
