#include "provisioning/tenants/enterprise_people.hpp"

#include <algorithm>
#include <ranges>

#include "provisioning/base/text.hpp"
#include "provisioning/tenants/enterprise.sql.hpp"
#include "provisioning/tenants/enterprise_people.sql.hpp"
#include "provisioning/tenants/session.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

namespace {

bool any_place(const EnterpriseStanding& standing, const std::string& person, const std::string& status) {
  const auto found = standing.places.find(person);
  return found != standing.places.end() &&
         std::ranges::find(found->second, status, &PlaceOfPerson::status) != found->second.end();
}

// `lesser_roles`: roles of the enterprise that some tenant's copy does not give everything. One tenant makes nobody an
// admin of all the others by changing its copy.
void read_places(Platform& platform, const Tenant& tenant, EnterpriseStanding& standing,
                 std::set<std::string>& lesser_roles) {
  const auto database = enter(platform, tenant);
  for (const Row row : database->query(sql::enterprise_chief_roles)) {
    std::string role = row.text(0);
    if (row.boolean(1) && !lesser_roles.contains(role)) {
      standing.chief_roles.insert(std::move(role));
    } else {
      standing.chief_roles.erase(role);
      lesser_roles.insert(std::move(role));
    }
  }
  std::set<std::string> seen;
  for (const GrantHere& here : grants_here(database, person_grants(standing.grants))) {
    if (here.status.empty() || !seen.insert(here.grant.person).second) continue;
    standing.places[here.grant.person].push_back({tenant.slug, here.email, here.status});
  }
}

// Chiefs who can sign in, and those who will be able to.
struct Chiefs {
  std::set<std::string> active;
  std::set<std::string> invited;
};

Chiefs find_chiefs(const EnterpriseStanding& standing) {
  Chiefs chiefs;
  for (const EnterpriseGrant& grant : standing.grants) {
    if (!standing.chief_roles.contains(grant.role)) continue;
    if (standing.is_active(grant.person)) {
      chiefs.active.insert(grant.person);
    } else if (standing.is_usable(grant.person) && !standing.is_suspended(grant.person)) {
      chiefs.invited.insert(grant.person);
    }
  }
  return chiefs;
}

// As it would stand afterwards.
EnterpriseStanding after_loss(EnterpriseStanding standing, const EnterpriseLoss& loss) {
  for (const std::string& role : loss.roles) standing.chief_roles.erase(role);
  for (auto& [person, places] : standing.places) {
    std::erase_if(places, [&](const PlaceOfPerson& place) {
      return loss.tenants.contains(place.tenant) ||
             std::ranges::any_of(loss.departures, [&](const Departure& departure) {
               return departure.tenant == place.tenant && departure.email == place.email;
             });
    });
  }
  std::erase_if(standing.grants, [&](const EnterpriseGrant& grant) {
    return std::ranges::any_of(loss.revoked, [&](const PersonGrant& gone) {
      return gone.role == grant.role && (gone.email == grant.email || gone.person == grant.person);
    });
  });
  return standing;
}

// Whether the user of that address administers the enterprise: active there, and suspended in no tenant.
bool is_chief(const EnterpriseStanding& standing, const std::string& email) {
  return std::ranges::any_of(standing.grants, [&](const EnterpriseGrant& grant) {
    if (!standing.chief_roles.contains(grant.role)) return false;
    const auto places = standing.places.find(grant.person);
    if (places == standing.places.end() || standing.is_suspended(grant.person)) return false;
    return std::ranges::any_of(
        places->second, [&](const PlaceOfPerson& place) { return place.email == email && place.status == "active"; });
  });
}

}  // namespace

bool EnterpriseStanding::is_suspended(const std::string& person) const { return any_place(*this, person, "suspended"); }

bool EnterpriseStanding::is_active(const std::string& person) const { return any_place(*this, person, "active"); }

bool EnterpriseStanding::is_usable(const std::string& person) const {
  return is_active(person) || any_place(*this, person, "invited");
}

EnterpriseStanding read_standing(Platform& platform, const std::string& enterprise) {
  EnterpriseStanding standing{
      .enterprise = enterprise, .tenants = {}, .grants = enterprise_grants(platform, enterprise)};
  if (standing.grants.empty()) return standing;
  std::set<std::string> lesser_roles;
  for (const Tenant& tenant : list_reached_members(platform, enterprise)) {
    standing.tenants.insert(tenant.slug);
    if (const auto error = catch_failure([&] { read_places(platform, tenant, standing, lesser_roles); }))
      standing.unread[tenant.slug] = error->what();
  }
  return standing;
}

std::set<std::string> departing_people(const EnterpriseStanding& standing, const std::vector<Departure>& departures) {
  std::set<std::string> people;
  for (const auto& [person, places] : standing.places) {
    for (const PlaceOfPerson& place : places) {
      const bool departs = std::ranges::any_of(departures, [&](const Departure& departure) {
        return departure.tenant == place.tenant && departure.email == place.email;
      });
      if (departs) people.insert(person);
    }
  }
  return people;
}

bool EnterpriseStanding::has_active_admin() const { return !find_chiefs(*this).active.empty(); }

std::vector<std::string> last_admins(const EnterpriseStanding& standing, const EnterpriseLoss& loss) {
  if (std::ranges::includes(loss.tenants, standing.tenants)) return {};
  const Chiefs before = find_chiefs(standing);
  const Chiefs after = find_chiefs(after_loss(standing, loss));
  const bool last_active = !before.active.empty() && after.active.empty();
  const bool last_of_all = !before.active.empty() || !before.invited.empty();
  if (!last_active && (!last_of_all || !after.active.empty() || !after.invited.empty())) return {};
  std::vector<std::string> names;
  for (const EnterpriseGrant& grant : standing.grants) {
    const auto& chiefs = before.active.empty() ? before.invited : before.active;
    if (chiefs.contains(grant.person) && std::ranges::find(names, grant.email) == names.end()) {
      names.push_back(grant.email);
    }
  }
  return names;
}

std::optional<Error> last_admin_refusal(const EnterpriseStanding& standing, const EnterpriseLoss& loss) {
  const std::vector<std::string> names = last_admins(standing, loss);
  if (names.empty()) return std::nullopt;
  return Error(ErrorKind::refused,
               "refused: enterprise " + standing.enterprise + " would be left without an active enterprise admin (" +
                   enumerated(names, 3) + " is the last)",
               "Grant somebody else the role first: acctl enterprise grant " + standing.enterprise + " EMAIL " +
                   (standing.chief_roles.empty() ? "ROLE" : *standing.chief_roles.begin()));
}

void require_admins_after(Platform& platform, const EnterpriseLosses& losses) {
  for (const auto& [enterprise, loss] : losses) {
    if (const auto refusal = last_admin_refusal(read_standing(platform, enterprise), loss)) throw Error(*refusal);
  }
}

bool takes_admins(const EnterpriseStanding& standing, const EnterpriseLoss& loss) {
  const Chiefs before = find_chiefs(standing);
  const Chiefs after = find_chiefs(after_loss(standing, loss));
  return before.active != after.active || before.invited != after.invited;
}

EnterpriseHold::EnterpriseHold(Platform& platform, const EnterpriseLosses& losses)
    : EnterpriseHold(platform,
                     std::vector<std::string>(std::views::keys(losses).begin(), std::views::keys(losses).end())) {
  require_admins_after(platform, losses);
}

EnterpriseHold::EnterpriseHold(Platform& platform, std::vector<std::string> keys)
    : platform_(platform), keys_(std::move(keys)) {
  try {
    platform_.control().query(sql::hold_enterprises, {text_array(keys_)});
  } catch (const SqlError& error) {
    if (error.sqlstate() != "55P03") throw;
    throw Error(ErrorKind::locked, "another run of acctl is changing who administers enterprise " + join(keys_),
                "Run the command again later.");
  }
}

EnterpriseHold::~EnterpriseHold() {
  if (!platform_.control().usable()) return;
  catch_failure([&] { platform_.control().query(sql::let_enterprises_go, {text_array(keys_)}); });  // with the session
}

std::map<std::string, std::vector<std::string>> find_stranded(Platform& platform, const EnterpriseLosses& suspended) {
  std::map<std::string, std::vector<std::string>> stranded;
  for (const auto& [enterprise, leaving] : suspended) {
    EnterpriseLoss loss = leaving;
    for (const Tenant& tenant : list_reached_members(platform, enterprise)) {
      if (tenant.status == "suspended") loss.tenants.insert(tenant.slug);
    }
    std::vector<std::string> last = last_admins(read_standing(platform, enterprise), loss);
    if (!last.empty()) stranded.emplace(enterprise, std::move(last));
  }
  return stranded;
}

std::optional<Error> own_exit_refusal(const EnterpriseStanding& standing, const EnterpriseLoss& loss,
                                      const std::string& user) {
  if (!is_chief(standing, user) || is_chief(after_loss(standing, loss), user)) return std::nullopt;
  return Error(ErrorKind::refused,
               "refused: " + user + " may not take enterprise " + standing.enterprise + " from themselves",
               "Another admin of the enterprise can.");
}

std::vector<std::string> gone_people(const EnterpriseStanding& standing, const std::set<std::string>& people) {
  if (!standing.unread.empty()) return {};
  std::vector<std::string> gone;
  for (const std::string& person : people) {
    if (!standing.is_usable(person)) gone.push_back(person);
  }
  return gone;
}

std::vector<EnterpriseGrant> end_people(Platform& platform, const EnterpriseStanding& standing,
                                        const std::vector<std::string>& people, const RunRecord& record) {
  if (people.empty()) return {};
  // The registry first: what is granted no longer reaches no new tenant, whatever happens next.
  std::vector<EnterpriseGrant> ended = end_enterprise_people(platform, standing.enterprise, people);
  std::vector<Diagnostic> failures;
  for (const Tenant& tenant : list_reached_members(platform, standing.enterprise)) {
    const auto failure = catch_failure([&] {
      const auto database = enter(platform, tenant, Access::write);
      Transaction transaction(database);
      transaction.query(sql::end_enterprise_holdings,
                        {text_array(people), record.run, record.command, record.actor, record.origin, record.reason,
                         true, std::nullopt, standing.enterprise});
      transaction.commit();
    });
    if (failure) failures.push_back({"", 0, 0, tenant.slug + ": " + failure->what()});
  }
  if (failures.empty()) return ended;
  const std::string count = std::to_string(failures.size());
  throw Error(ErrorKind::partial,
              "roles of enterprise " + standing.enterprise + " could not be removed in " + count + " of its tenants",
              "'acctl tenant doctor' lists what remains; 'acctl user offboard' removes it.", std::move(failures));
}

bool administers(const Platform& platform, const Tenant& tenant, const std::string& email) {
  return enter(platform, tenant)->query(sql::active_admin, {email}).boolean(0, 0);
}

EnterpriseRights enterprise_rights(Platform& platform, const std::string& enterprise, const std::string& email) {
  if (is_chief(read_standing(platform, enterprise), email)) return EnterpriseRights::everything;
  for (const Tenant& tenant : list_members(platform, enterprise)) {
    if (tenant.status == "active" && administers(platform, tenant, email)) return EnterpriseRights::names_and_roles;
  }
  return EnterpriseRights::none;
}

std::vector<EnterprisePerson> settle_addresses(Platform& platform, const Tenant& tenant) {
  if (!tenant.enterprise) return {};
  const auto database = enter(platform, tenant, Access::write);
  // Committed here only after the registry knows: an interruption in between repeats it, and loses nothing.
  Transaction transaction(database);
  std::vector<EnterprisePerson> people;
  for (const Row row : transaction.query(sql::moved_enterprise_people)) {
    people.push_back({row.text(0), row.text(1)});
  }
  if (people.empty()) return {};
  std::vector<EnterprisePerson> moved = move_enterprise_people(platform, *tenant.enterprise, people);
  transaction.commit();
  return moved;
}

std::vector<PersonGrant> person_grants(const std::vector<EnterpriseGrant>& grants) {
  std::vector<PersonGrant> all;
  for (const EnterpriseGrant& grant : grants) all.push_back({grant.person, grant.email, grant.role, grant.linked});
  return all;
}

}  // namespace acctl
