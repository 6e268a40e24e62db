// role lint: what a model of roles could do better.
#include <nlohmann/json.hpp>

#include "commands/role/reports.hpp"
#include "commands/shared/imperative.hpp"

namespace acctl {

namespace {

int lint(Session& session, const RoleSource& source) {
  RecordWriter out = session.records(Shape::many, {{"ROLES", "/roles"},
                                                   {"TENANT", "/tenant"},
                                                   {"RULE", "/rule"},
                                                   {"FINDING", "/message"},
                                                   {"SUGGESTION", "/suggestion"}});
  std::size_t findings = 0;
  visit_role_models(
      session, source,
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
  return 0;
}

}  // namespace

Command role_lint_command() {
  auto source = std::make_shared<RoleSource>();
  return {
      .name = "lint",
      .summary = "find roles that overlap, that nobody has, or that give too much",
      .description =
          "A small number of clear roles is better than many that overlap. Each finding comes with a suggestion:\n\n"
          "overlap: one role gives all that another gives, and more.\n\n"
          "nearly-identical: two roles share at least 80 % of the permissions that they give together, at equal "
          "levels.\n\n"
          "unused: nobody has the role.\n\n"
          "wildcard: the role gives \"*\", or each permission of a category of three or more at its widest.\n\n"
          "System roles come with the product: they are compared with other roles only, and are neither unused nor "
          "too wide. With -f or --pack no database is asked, and nothing is known of who has a role. Findings are no "
          "failure: the exit code is 0.",
      .options = joined({role_source_options(*source), {exclude_option(source->exclude)}}),
      .examples = {{"acctl role lint -t acme", "The roles of a tenant."},
                   {"acctl role lint -f roles.yaml --pack helpdesk", "Before they are applied to tenants of a pack."},
                   {"acctl role lint --all -o csv", "All tenants, for a spreadsheet."}},
      .trail = Trail::nothing,
      .run = [source](Session& session) { return lint(session, *source); },
      .storage = source,
  };
}

}  // namespace acctl
