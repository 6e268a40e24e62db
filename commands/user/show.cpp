#include "cli/builder.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/user/records.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/api_keys.hpp"
#include "provisioning/delivery/outbox.hpp"

namespace acctl {

namespace {

struct ShowUser {
  std::string email;
};

nlohmann::ordered_json to_json(const LastMail& mail) {
  return {{"purpose", mail.purpose},
          {"status", mail.status},
          {"attempts", mail.attempts},
          {"error", or_null(mail.error)},
          {"at", mail.at}};
}

// An object in JSON, and one line for people.
nlohmann::ordered_json message_record(const Session& session, const std::optional<LastMail>& mail) {
  if (!mail) return nullptr;
  if (session.wants_values()) return to_json(*mail);
  return mail->purpose + " " + mail->status + " " + mail->at + (mail->error.empty() ? "" : ": " + mail->error);
}

// The user's keys that are not revoked; one word each for people.
nlohmann::ordered_json key_records(const Session& session, const std::vector<ApiKey>& keys) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const ApiKey& key : keys) {
    if (session.wants_values()) {
      all.push_back({{"name", key.name},
                     {"prefix", key.prefix},
                     {"status", key.status},
                     {"role", or_null(key.role)},
                     {"permissions", key.permissions},
                     {"expires_at", or_null(key.expires_at)},
                     {"last_used_at", or_null(key.last_used_at)}});
    } else {
      all.push_back(key.name + (key.status == "active" ? "" : " (" + key.status + ")"));
    }
  }
  return all;
}

void run(Session& session, const ShowUser& options) {
  const std::string email = parse_emails({options.email}).front();
  visit_only_tenant(session, [&](Platform&, const Tenant&, TenantSession& database) {
    const std::vector<UserRecord> found = list_users(database, {.email = email});
    if (found.empty()) require_users({}, {email}, [&](const std::string& near) { return near_users(database, near); });
    nlohmann::ordered_json record = to_json(found.front());
    record["api_keys"] = key_records(session, list_api_keys(database, {.email = email}));
    record["last_mail"] = message_record(session, last_mail(database, email));
    session.write_record({"email",
                          "name",
                          "status",
                          "roles",
                          "role template",
                          "permissions",
                          "teams",
                          "CRM access",
                          {"identity provider", "/idp"},
                          "session hours",
                          {"last sign-in", "/last_sign_in_at"},
                          {"invited", "/invited_at"},
                          "invitation",
                          {"invitation expires", "/invitation_expires_at"},
                          "API keys",
                          "last mail"},
                         record);
  });
}

}  // namespace

Command user_show_command() {
  return command<ShowUser>("show", "show a user", run)
      .describe(R"(
Shows one user of a tenant with roles, teams, direct permissions and API keys. For the resulting effective permissions,
use 'acctl user permissions'.)")
      .argument("EMAIL", "user to show", &ShowUser::email)
      .example("acctl user show ana@acme.example -t acme", "Show everything that is recorded about the user.")
      .trail(Trail::nothing);
}

}  // namespace acctl
