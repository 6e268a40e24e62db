#include <nlohmann/json.hpp>

#include "commands/role/role.hpp"
#include "commands/role/role_source.hpp"

namespace acctl {

namespace {

struct LintRoles {
  RoleSource source;
};

void run(Session& session, const LintRoles& options) {
  RecordWriter out = session.records(Shape::many, {"ROLES", "TENANT", "RULE", {"FINDING", "/message"}, "SUGGESTION"});
  std::size_t findings = 0;
  visit_role_models(
      session, options.source,
      [&](const RoleModel& model) {
        for (const RoleFinding& finding : lint_roles(model.state, model.holders)) {
          ++findings;
          out.add({{"tenant", or_null(model.tenant)},
                   {"rule", finding.rule},
                   {"roles", finding.roles},
                   {"message", finding.message},
                   {"suggestion", finding.suggestion}});
        }
      },
      [&] { out.finish(); });
  session.terminal().info(std::to_string(findings) + (findings == 1 ? " finding" : " findings"));
}

}  // namespace

Command role_lint_command() {
  return command<LintRoles>("lint", "find roles that overlap, are unused or include too much", run)
      .describe(R"(
A few distinct roles are better than many that overlap. Each finding comes with a suggestion:

overlap: one role includes all permissions of another, and more.

nearly-identical: two roles have at least 80 % of their permissions in common, at equal levels.

unused: nobody holds the role.

wildcard: the role includes "*", or each permission of a category of three or more at its widest level.

System roles are part of the product: they are only compared with other roles, and are never reported as
unused or too wide. With -f or --pack no database is read, and unused roles are not reported. Findings are
not an error: the exit code is 0.)")
      .with(role_source_options, &LintRoles::source)
      .with([](RoleSource& source) { return exclude_option(source.exclude); }, &LintRoles::source)
      .example("acctl role lint -t acme", "Compare the roles of a tenant.")
      .example("acctl role lint -f roles.yaml --pack helpdesk", "Definitions, before they are applied to tenants.")
      .example("acctl role lint --all -o csv", "All tenants, for a spreadsheet.")
      .trail(Trail::nothing);
}

}  // namespace acctl
