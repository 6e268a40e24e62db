#include "cli/builder.hpp"
#include "commands/shared/named_key.hpp"
#include "commands/shared/object_verbs.hpp"
#include "commands/user/records.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/roles.hpp"
#include "provisioning/access/teams.hpp"
#include "provisioning/base/duration.hpp"

namespace acctl {

namespace {

struct ListUsers : UserFilter {
  std::string can;
  std::string inactive_for;
  std::vector<std::string> exclude;
};

void run(Session& session, const ListUsers& options) {
  UserFilter filter = options;
  if (!options.inactive_for.empty()) {
    filter.inactive_ms = parse_duration("--inactive-for", options.inactive_for).count();
  }
  NamedPermission permission(options.can);
  filter.permission = permission.asked();
  const bool several = names_several(session);
  std::vector<Column> columns = {"EMAIL",
                                 "NAME",
                                 "STATUS",
                                 "ROLES",
                                 {"TEMPLATE", "/role_template"},
                                 "TEAMS",
                                 {"CRM", "/crm_access"},
                                 {"LAST SIGN-IN", "/last_sign_in_at"},
                                 "INVITATION",
                                 {"KEYS", "/api_keys", Fit::wide}};
  if (several) columns.insert(columns.begin() + 1, "TENANT");
  NamedKey role("role", options.role);
  NamedKey team("team", options.team);
  const auto add = [&](RecordSink& out, Platform&, const Tenant& tenant, TenantSession& database) {
    const std::vector<UserRecord> users = list_users(database, filter);
    for (const UserRecord& user : users) {
      nlohmann::ordered_json record = to_json(user);
      if (several) record["tenant"] = tenant.slug;
      out.add(std::move(record));
    }
    if (role.is_given()) role.look(!users.empty(), users.empty() ? list_roles(database) : std::vector<RoleSummary>());
    if (permission.is_given()) {
      // Whoever is found holds a permission that exists.
      permission.look(users.empty() ? find_permission(database, permission.asked())
                                    : CatalogueEntry{.exists = true, .has_levels = true});
    }
    if (team.is_given()) team.look(!users.empty(), users.empty() ? list_teams(database) : std::vector<TeamSummary>());
  };
  list_records(session, options.exclude, columns, "users", add, [&] {
    permission.require();
    role.require();
    team.require();
  });
}

}  // namespace

Command user_list_command() {
  return command<ListUsers>("list", "list users", run)
      .describe(R"(
Lists the users of the selected tenants. Options restrict the list by status, role, team, permission, inactivity and
invitation; a user must match all of them. The invitation of an invited user is pending, expired, or missing: without a
valid one the user cannot sign up, and 'acctl user resend' creates one. With -o wide or json, the API keys of each user
that have not ended are listed by name.)")
      .option("--status STATUS", "list only users with this status (default: any)", &ListUsers::status)
      .choices({"invited", "active", "suspended"})
      .option("--role ROLE", "list only users who have this role", &ListUsers::role)
      .option("--team TEAM", "list only members of this team", &ListUsers::team)
      .option("--can PERMISSION[:LEVEL]", "list only users who have this permission, at this level or a wider one",
              &ListUsers::can)
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
