#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/subject.hpp"
#include "provisioning/access/permission_query.hpp"

namespace acctl {

namespace {

struct CheckPermission {
  std::string email;
  std::string permission;
};

int run(Session& session, const CheckPermission& options) {
  const AskedPermission asked = parse_asked(options.permission);
  const AccessSubject subject = open_subject(session, options.email);
  const Verdict verdict = verdict_on(subject.database, subject.email, asked);
  session.write_record({"allowed", "level"}, {{"allowed", verdict.allowed}, {"level", or_null(verdict.level)}});
  if (verdict.status != "active") {
    session.terminal().info(subject.email + " is " + verdict.status + " and cannot sign in");
  }
  return verdict.allowed ? 0 : 1;
}

}  // namespace

Command can_command() {
  return command<CheckPermission>("can", "check whether a user has a permission", run)
      .describe(R"(
Applies the rules of the application: roles that have not expired, role template, direct permissions and CRM access; a
suspended user has no permissions. The exit code is 0 for yes and 1 for no. For an invited user, the answer is what
applies after sign-up.)")
      .argument("EMAIL", "user to check", &CheckPermission::email)
      .argument("PERMISSION", "such as tickets.view, or tickets.view:group for at least that level",
                &CheckPermission::permission)
      .exits(0, "the user has the permission")
      .exits(1, "the user does not have the permission")
      .example("acctl can ana@acme.example tickets.edit -t acme", "Check a permission; the exit code is 0 or 1.")
      .example("acctl can ana@acme.example tickets.view:global -t acme -o json",
               "Check a permission at this level or a wider one.")
      .trail(Trail::nothing);
}

}  // namespace acctl
