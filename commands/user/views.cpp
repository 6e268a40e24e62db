// user list and user show.
#include <nlohmann/json.hpp>

#include "commands/shared/imperative.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/user_queries.hpp"
#include "provisioning/base/duration.hpp"
#include "provisioning/delivery/outbox.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const UserRecord& user) {
  return {{"email", user.email},
          {"name", or_null(user.name)},
          {"status", user.status},
          {"roles", user.roles},
          {"role_template", or_null(user.role_template)},
          {"permissions", user.permissions},
          {"teams", user.teams},
          {"crm_access", user.crm_access},
          {"idp", user.idp},
          {"session_hours", user.session_hours ? Json(*user.session_hours) : Json(nullptr)},
          {"last_sign_in_at", or_null(user.last_sign_in_at)},
          {"invited_at", user.invited_at}};
}

struct ListOptions {
  UserFilter filter;
  std::string inactive;
  std::vector<std::string> exclude;
};

int list(Session& session, const ListOptions& options) {
  UserFilter filter = options.filter;
  if (!options.inactive.empty()) filter.inactive_ms = parse_duration("--inactive-for", options.inactive).count();
  const bool several = names_several(session);
  std::vector<Column> columns = {{"EMAIL", "/email"},
                                 {"NAME", "/name"},
                                 {"STATUS", "/status"},
                                 {"ROLES", "/roles"},
                                 {"TEMPLATE", "/role_template"},
                                 {"TEAMS", "/teams"},
                                 {"CRM", "/crm_access"},
                                 {"LAST SIGN-IN", "/last_sign_in_at"}};
  if (several) columns.insert(columns.begin() + 1, {"TENANT", "/tenant"});
  RecordWriter out = session.records(Shape::many, columns);
  visit_tenants(
      session, options.exclude,
      [&](Platform&, const Tenant& tenant, TenantSession& database) {
        for (const UserRecord& user : list_users(database, filter)) {
          Json record = to_json(user);
          if (several) record["tenant"] = tenant.slug;
          out.add(record);
        }
      },
      [&] { out.finish(); });
  return 0;
}

Json to_json(const LastMail& mail) {
  return {{"purpose", mail.purpose},
          {"status", mail.status},
          {"attempts", mail.attempts},
          {"error", or_null(mail.error)},
          {"at", mail.at}};
}

std::string words_of(const LastMail& mail) {
  return mail.purpose + " " + mail.status + " " + mail.at + (mail.error.empty() ? "" : ": " + mail.error);
}

int show_user(Session& session, const std::string& word) {
  const std::string email = emails_of({word}).front();
  visit_only_tenant(session, [&](Platform&, const Tenant&, TenantSession& database) {
    const std::vector<UserRecord> found = list_users(database, {.email = email});
    if (found.empty()) require_users({}, {email}, [&](const std::string& near) { return near_users(database, near); });
    RecordWriter out = session.records(Shape::one, {{"EMAIL", "/email"},
                                                    {"NAME", "/name"},
                                                    {"STATUS", "/status"},
                                                    {"ROLES", "/roles"},
                                                    {"ROLE TEMPLATE", "/role_template"},
                                                    {"PERMISSIONS", "/permissions"},
                                                    {"TEAMS", "/teams"},
                                                    {"CRM ACCESS", "/crm_access"},
                                                    {"IDENTITY PROVIDER", "/idp"},
                                                    {"SESSION HOURS", "/session_hours"},
                                                    {"LAST SIGN-IN", "/last_sign_in_at"},
                                                    {"INVITED", "/invited_at"},
                                                    {"LAST MAIL", "/last_mail"}});
    Json record = to_json(found.front());
    const std::optional<LastMail> mail = last_mail(database, email);
    record["last_mail"] = mail && wants_values(session) ? to_json(*mail) : mail ? Json(words_of(*mail)) : Json(nullptr);
    out.add(record);
    out.finish();
  });
  return 0;
}

}  // namespace

Command user_list_command() {
  auto options = std::make_shared<ListOptions>();
  return {
      .name = "list",
      .summary = "list users",
      .description = "Lists the users of the tenants named. Each narrows the list: status, role, team, inactivity.",
      .options = {{.name = "--status",
                   .value = "STATUS",
                   .help = "only of this status",
                   .target = &options->filter.status,
                   .choices = {"invited", "active", "suspended"}},
                  {.name = "--role", .value = "ROLE", .help = "only holders of it", .target = &options->filter.role},
                  {.name = "--team", .value = "TEAM", .help = "only its members", .target = &options->filter.team},
                  {.name = "--inactive-for",
                   .value = "TIME",
                   .help = "only those without a sign-in for so long: 90d",
                   .target = &options->inactive},
                  exclude_option(options->exclude)},
      .examples = {{"acctl user list -t acme", "All of them."},
                   {"acctl user list --status active --inactive-for 90d --all -o csv", "Whom to ask about."}},
      .trail = Trail::nothing,
      .run = [options](Session& session) { return list(session, *options); },
      .storage = options,
  };
}

Command user_show_command() {
  auto email = std::make_shared<std::string>();
  return {
      .name = "show",
      .summary = "show a user",
      .description =
          "Shows one user of a tenant with roles, teams and direct permissions. What comes of them is shown by "
          "'acctl user permissions'.",
      .arguments = {{.name = "EMAIL", .help = "whom", .target = email.get()}},
      .examples = {{"acctl user show ana@acme.example -t acme", "All that is recorded of her."}},
      .trail = Trail::nothing,
      .run = [email](Session& session) { return show_user(session, *email); },
      .storage = email,
  };
}

}  // namespace acctl
