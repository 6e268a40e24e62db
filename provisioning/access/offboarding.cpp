#include "provisioning/access/offboarding.hpp"

#include "provisioning/access/offboarding.sql.hpp"
#include "provisioning/database/records.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

std::set<std::string> texts(const Rows& rows) {
  std::set<std::string> all;
  for (const Row row : rows) all.emplace(row.view(0));
  return all;
}

}  // namespace

bool Remains::is_gone() const {
  return status == "suspended" && roles + permissions + teams == 0 && !role_template && !crm_access && !has_ways_in();
}

std::string Remains::words() const {
  std::string all;
  const auto add = [&](std::int64_t count, const std::string& noun) {
    if (count == 0) return;
    all += (all.empty() ? "" : ", ") + std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
  };
  add(roles, "role");
  add(permissions, "direct permission");
  add(role_template ? 1 : 0, "role template");
  add(teams, "team");
  add(sessions, "session");
  add(api_keys, "API key");
  add(invitations, "invitation");
  add(enterprise_roles, "enterprise role");
  if (crm_access) all += (all.empty() ? "" : ", ") + std::string("CRM access");
  return all;
}

std::set<std::string> people_of_addresses(Connection& tenant, const std::set<std::string>& emails) {
  return texts(tenant.query(sql::people_of_addresses, {text_array(emails)}));
}

std::set<std::string> linked_addresses(Connection& tenant, const std::set<std::string>& emails) {
  return texts(tenant.query(sql::linked_addresses, {text_array(emails)}));
}

std::vector<DirectoryIdentity> directory_identities(Connection& tenant, const std::set<std::string>& emails,
                                                    const std::set<std::string>& external_ids) {
  return read_records<DirectoryIdentity>(
      tenant.query(sql::directory_identities, {text_array(emails), text_array(external_ids)}));
}

std::vector<std::string> users_of_people(Connection& tenant, const std::set<std::string>& emails,
                                         const std::set<std::string>& people) {
  return tenant.query(sql::users_of_people, {text_array(emails), text_array(people)}).texts();
}

std::vector<Remains> remains_of_users(Connection& tenant, const std::vector<std::string>& emails) {
  if (emails.empty()) return {};
  return read_records<Remains>(tenant.query(sql::remains_of_users, {text_array(emails)}));
}

Scope scope_of_offboarding(const std::vector<std::string>& emails) {
  Scope scope{.kinds = {"permissions", "roles", "role_templates", "teams"}, .manager = {}};
  scope.users = {emails.begin(), emails.end()};
  scope.memberships = true;
  return scope;
}

void offboard_users(State& state, const std::vector<std::string>& emails) {
  for (const std::string& email : emails) {
    if (find_object(state, "users", email) == nullptr) continue;
    Object& user = state["users"][email];
    user.status = "suspended";
    user.fields.erase("role_template");
    const auto crm = user.fields.find("crm_access");
    if (crm != user.fields.end() && crm->second == true) crm->second = false;
    for (const EdgeKind& edge : edge_kinds()) {
      const bool owned = edge.owner->name == "users";
      if (!owned && edge.list->target != "users") continue;
      state[std::string(edge.list->kind)].erase_if([&](const auto& entry) {
        const auto [owner, target] = split_edge(edge, entry.first);
        return (owned ? owner : target) == email;
      });
    }
  }
}

void reassign_open_work(Transaction& transaction, const std::vector<std::string>& emails, const std::string& heir) {
  transaction.query(sql::reassign_open_work, {text_array(emails), heir});
}

void end_ways_in(Transaction& transaction, const std::vector<std::string>& emails, const std::string& heir) {
  transaction.query(sql::end_ways_in, {text_array(emails)});
  if (!heir.empty()) reassign_open_work(transaction, emails, heir);
}

}  // namespace acctl
