// role-template list and role-template show.
#include <nlohmann/json.hpp>

#include "commands/commands.hpp"
#include "commands/role_template/role_template.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/roles.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const RoleTemplateSummary& one, const Tenant& tenant) {
  return {{"key", one.key},
          {"name", one.name},
          {"description", or_null(one.description)},
          {"permissions", one.permissions},
          {"holders", one.holders},
          {"manager", or_null(one.manager)},
          {"tenant", tenant.slug}};
}

int list(Session& session, const std::vector<std::string>& exclude) {
  RecordWriter out = session.records(Shape::many, {{"KEY", "/key"},
                                                   {"TENANT", "/tenant"},
                                                   {"NAME", "/name"},
                                                   {"PERMISSIONS", "/permissions"},
                                                   {"HOLDERS", "/holders"},
                                                   {"MANAGER", "/manager"}});
  visit_tenants(
      session, exclude,
      [&](Platform&, const Tenant& tenant, TenantSession& database) {
        for (const RoleTemplateSummary& one : list_role_templates(database)) out.add(to_json(one, tenant));
      },
      [&] { out.finish(); });
  return 0;
}

int show(Session& session, const std::string& key) {
  RecordWriter out = session.records(Shape::one, {{"key", "/key"},
                                                  {"tenant", "/tenant"},
                                                  {"name", "/name"},
                                                  {"description", "/description"},
                                                  {"manager", "/manager"},
                                                  {"permissions", "/permissions"},
                                                  {"holders", "/holders"}});
  visit_only_tenant(session, [&](Platform&, const Tenant& tenant, TenantSession& database) {
    const std::vector<RoleTemplateSummary> found = list_role_templates(database, key);
    if (found.empty()) throw_unknown("role template", key, list_role_templates(database));
    Json record = to_json(found.front(), tenant);
    record["permissions"] = permission_records(session, permissions_of_role_template(database, key));
    record["holders"] = member_records(session, holders_of_role_template(database, key));
    out.add(record);
  });
  out.finish();
  return 0;
}

}  // namespace

Command role_template_list_command() {
  auto exclude = std::make_shared<std::vector<std::string>>();
  return {
      .name = "list",
      .summary = "list the role templates of a tenant",
      .description = "Lists role templates with the number of their permissions and of the users who have them.",
      .options = {exclude_option(*exclude)},
      .examples = {{"acctl role-template list -t acme", "All of them."}},
      .trail = Trail::nothing,
      .run = [exclude](Session& session) { return list(session, *exclude); },
      .storage = exclude,
  };
}

Command role_template_show_command() {
  auto key = std::make_shared<std::string>();
  return {
      .name = "show",
      .summary = "show a role template: what it gives, and to whom",
      .description = "Shows a role template with its permissions and levels, and the users who have it.",
      .arguments = {{.name = "TEMPLATE", .help = "key of the role template", .target = key.get()}},
      .examples = {{"acctl role-template show manager -t acme", "What it gives, and to whom."}},
      .trail = Trail::nothing,
      .run = [key](Session& session) { return show(session, *key); },
      .storage = key,
  };
}

Command role_template_command() {
  return {
      .name = "role-template",
      .summary = "reusable permission sets beside the roles",
      .description =
          "A role template is a set of permissions that a user holds in addition to the roles; each user has at most "
          "one. A change of the template reaches all who have it.",
      .subcommands = {role_template_list_command(), role_template_show_command(), role_template_create_command(),
                      role_template_edit_command(), role_template_delete_command(), role_template_assign_command(),
                      role_template_unassign_command()},
  };
}

}  // namespace acctl
