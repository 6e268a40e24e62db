#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/subject.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/permission_query.hpp"

namespace acctl {

namespace {

struct ShowUserPermissions {
  std::string email;
};

void run(Session& session, const ShowUserPermissions& options) {
  const AccessSubject subject = open_subject(session, options.email);
  const std::vector<EffectivePermission> all = permissions_of_user(subject.database, subject.email);
  const bool values = session.wants_values();
  RecordWriter out = session.records(values ? Shape::one : Shape::many, {"PERMISSION", "LEVEL", "VIA"});
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const EffectivePermission& held : all) {
    nlohmann::ordered_json record = {
        {"permission", held.permission}, {"level", or_null(held.level)}, {"via", held.via}};
    if (values) {
      list.push_back(std::move(record));
    } else {
      out.add(record);
    }
  }
  if (values) out.add({{"email", subject.email}, {"permissions", list}});
  out.finish();
  if (all.empty()) session.terminal().info(subject.email + " has no permissions");
}

}  // namespace

Command user_permissions_command() {
  return command<ShowUserPermissions>("permissions", "show the effective permissions of a user", run)
      .describe(R"(
Shows the effective permissions of a user: the union of roles, role template and direct permissions, each at its widest
level, with the ways in which the user obtains it. An admin has every permission of the catalogue.)")
      .argument("EMAIL", "user whose permissions to show", &ShowUserPermissions::email)
      .example("acctl user permissions ana@acme.example -t acme", "List the permissions with their levels and origins.")
      .trail(Trail::nothing);
}

}  // namespace acctl
