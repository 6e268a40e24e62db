#include "provisioning/access/enterprise_edits.hpp"

#include <algorithm>

#include "provisioning/access/enterprise_edits.sql.hpp"
#include "provisioning/access/object_edits.hpp"
#include "provisioning/access/user_lookup.hpp"
#include "provisioning/database/records.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/enterprise_rule.hpp"
#include "provisioning/plan/enterprise_rule.sql.hpp"

namespace acctl {

namespace {

// In a rehearsal the registry has given no id yet, and nothing that is written stays.
constexpr std::string_view unknown_person = "00000000-0000-0000-0000-000000000000";

}  // namespace

std::vector<EnterpriseLink> enterprise_links(Connection& tenant) {
  return read_records<EnterpriseLink>(tenant.query(sql::enterprise_holdings));
}

std::vector<GrantHere> grants_here(Connection& tenant, const std::vector<PersonGrant>& grants) {
  std::vector<GrantHere> all;
  TextArray people;
  TextArray emails;
  for (const PersonGrant& grant : grants) {
    all.push_back({grant, grant.email, ""});
    people.add(grant.person);
    emails.add(grant.email);
  }
  if (grants.empty()) return all;
  for (const Row row : tenant.query(sql::enterprise_people_here, {people, emails})) {
    GrantHere& here = all[static_cast<std::size_t>(row.integer(0) - 1)];
    here.email = row.view(1);
    here.status = row.view(2);
  }
  return all;
}

Scope scope_of_grants(const std::vector<GrantHere>& grants) {
  Scope scope{.kinds = {"roles"}, .manager = {}, .users = {}};
  for (const GrantHere& here : grants) scope.users.insert(here.email);
  return scope;
}

void give_grants(State& state, const std::vector<GrantHere>& grants) {
  std::vector<std::string> present;
  for (const GrantHere& here : grants) {
    require_object(state, "roles", here.grant.role);
    if (find_object(state, "users", here.email) != nullptr) present.push_back(here.email);
  }
  require_usable_users(state, present, [](const std::string&) { return std::vector<std::string>(); });
  for (const GrantHere& here : grants) {
    if (find_object(state, "users", here.email) == nullptr) {
      create_object(state, {.kind = "users", .key = here.email, .fields = {}, .permissions = {}});
      state["users"][here.email].status = "invited";
    }
    // What was granted for a time has no end while the enterprise grants it.
    state["user_roles"][edge_key(here.email, here.grant.role)].fields.erase("until");
  }
}

void take_grants(State& state, const std::vector<GrantHere>& grants, const std::vector<EnterpriseLink>& links) {
  auto& edges = state["user_roles"];
  for (const GrantHere& here : grants) {
    const auto edge = edges.find(edge_key(here.email, here.grant.role));
    if (edge == edges.end()) continue;
    const EnterpriseLink* link = find_link(links, here);
    if (link != nullptr && link->kept && !link->kept_is_over) {
      if (!link->kept_until.empty()) edge->second.fields["until"] = link->kept_until;
      continue;
    }
    // Without a link it is the tenant's own, unless nothing but an enterprise can have given it.
    const bool own = link == nullptr && here.grant.linked && !is_enterprise_role(state, here.grant.role);
    if (!own) edges.erase(edge->first);
  }
}

const EnterpriseLink* find_link(const std::vector<EnterpriseLink>& links, const GrantHere& here) {
  const auto found = std::ranges::find_if(
      links, [&](const EnterpriseLink& link) { return link.email == here.email && link.role == here.grant.role; });
  return found == links.end() ? nullptr : &*found;
}

void link_grants(Transaction& transaction, const std::vector<GrantHere>& grants, const std::vector<Change>& changes) {
  TextArray emails, roles, people, known, kept, until;
  for (const GrantHere& here : grants) {
    const std::string key = edge_key(here.email, here.grant.role);
    const auto change =
        std::ranges::find_if(changes, [&](const Change& one) { return one.kind == "user_roles" && one.key == key; });
    const bool made = change != changes.end() && change->action == Action::add;
    emails.add(here.email);
    roles.add(here.grant.role);
    people.add(here.grant.person.empty() ? unknown_person : std::string_view(here.grant.person));
    known.add(here.email);
    kept.add(made || !here.grant.linked ? "f" : "t");
    const bool ended = !made && change != changes.end() && here.grant.linked && change->fields.contains("until");
    until.add_filled(ended ? change->fields.at("until").before.get<std::string>() : "");
  }
  transaction.query(sql::link_enterprise_grants, {emails, roles, people, known, kept, until});
}

void unlink_grants(Transaction& transaction, const std::vector<GrantHere>& grants) {
  TextArray emails;
  TextArray roles;
  for (const GrantHere& here : grants) {
    emails.add(here.email);
    roles.add(here.grant.role);
  }
  transaction.query(sql::unlink_enterprise_grants, {emails, roles});
}

}  // namespace acctl
