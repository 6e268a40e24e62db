#include "cli/builder.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/user/records.hpp"
#include "commands/user/user.hpp"
#include "provisioning/base/duration.hpp"

namespace acctl {

namespace {

struct ListUsers {
  std::string status;
  std::string role;
  std::string team;
  std::string inactive_for;
  std::string invitation;
  std::vector<std::string> exclude;
};

int run(Session& session, const ListUsers& options) {
  UserFilter filter{.email = {}, .status = options.status, .role = options.role, .team = options.team};
  if (!options.inactive_for.empty()) {
    filter.inactive_ms = parse_duration("--inactive-for", options.inactive_for).count();
  }
  filter.invitation = options.invitation;
  const bool several = names_several(session);
  std::vector<Column> columns = {{"EMAIL", "/email"},
                                 {"NAME", "/name"},
                                 {"STATUS", "/status"},
                                 {"ROLES", "/roles"},
                                 {"TEMPLATE", "/role_template"},
                                 {"TEAMS", "/teams"},
                                 {"CRM", "/crm_access"},
                                 {"LAST SIGN-IN", "/last_sign_in_at"},
                                 {"INVITATION", "/invitation"}};
  if (several) columns.insert(columns.begin() + 1, {"TENANT", "/tenant"});
  RecordWriter out = session.records(Shape::many, columns);
  const auto visit = [&](Platform&, const Tenant& tenant, TenantSession& database) {
    for (const UserRecord& user : list_users(database, filter)) {
      nlohmann::ordered_json record = to_json(user);
      if (several) record["tenant"] = tenant.slug;
      out.add(record);
    }
  };
  visit_tenants(session, options.exclude, visit, [&] { out.finish(); });
  return 0;
}

}  // namespace

Command user_list_command() {
  return command<ListUsers>("list", "list users", run)
      .describe(R"(
Lists the users of the selected tenants. Options restrict the list by status, role, team, inactivity and invitation;
a user must match all of them. The invitation of an invited user is pending, expired, or missing: without a valid one
the user cannot sign up, and 'acctl user resend' creates one.)")
      .option("--status STATUS", "list only users with this status (default: any)", &ListUsers::status)
      .choices({"invited", "active", "suspended"})
      .option("--role ROLE", "list only users who have this role", &ListUsers::role)
      .option("--team TEAM", "list only members of this team", &ListUsers::team)
      .option("--inactive-for TIME", "list only users who have not signed in for this time, such as 90d",
              &ListUsers::inactive_for)
      .option("--invitation STATE", "list only invited users whose invitation is in this state", &ListUsers::invitation)
      .choices({"pending", "expired", "missing"})
      .with(exclude_option, &ListUsers::exclude)
      .example("acctl user list -t acme", "List all users of a tenant.")
      .example("acctl user list --status active --inactive-for 90d --all -o csv",
               "List active users of all tenants who have not signed in for 90 days, as CSV.")
      .trail(Trail::nothing);
}

}  // namespace acctl
