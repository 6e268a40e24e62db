#include <nlohmann/json.hpp>

#include "commands/reports/role_matrix.hpp"
#include "commands/role/role.hpp"
#include "commands/role/role_source.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct ShowMatrix {
  RoleSource source;
  std::string format;
};

// A record per permission, with a level per role.
Json to_json(const Matrix& matrix, const Matrix::Row& row) {
  Json roles = Json::object();
  for (std::size_t i = 0; i < matrix.roles.size(); ++i) {
    const std::string& level = row.levels[i];
    Json& cell = roles[matrix.roles[i].key];
    if (level == "yes") {
      cell = true;
    } else {
      cell = or_null(level);
    }
  }
  return {{"permission", row.permission}, {"category", row.category}, {"roles", roles}};
}

void write_records(Session& session, const Matrix& matrix, OutputFormat format) {
  std::vector<Column> columns = {"PERMISSION", "CATEGORY"};
  for (const Matrix::Role& role : matrix.roles) columns.push_back({role.key, "/roles/" + role.key});
  RecordWriter out(format, Shape::many, columns, session.layout());
  for (const Matrix::Row& row : matrix.rows) out.add(to_json(matrix, row));
  out.finish();
}

void write_matrix(Session& session, const Matrix& matrix, const std::string& format) {
  if (format == "html" || format == "svg") {
    write_text(format == "html" ? matrix_html(matrix) : matrix_svg(matrix));
    return flush_output();
  }
  const OutputFormat records = format.empty() ? session.format() : parse_output_format(format);
  if (records == OutputFormat::table && session.terminal().color()) {
    write_text(matrix_text(matrix));
    return flush_output();
  }
  write_records(session, matrix, records);
}

void run(Session& session, const ShowMatrix& options) {
  if (!names_files(options.source)) require_one_tenant(session);
  const auto write = [&](const RoleModel& model) {
    const std::string of = model.tenant.empty() ? "" : " of " + model.tenant;
    write_matrix(session, make_role_matrix(model.state, "Roles and permissions" + of), options.format);
  };
  visit_role_models(session, options.source, write, [] {});
}

}  // namespace

Command role_matrix_command() {
  return command<ShowMatrix>("matrix", "show which role includes which permission", run)
      .describe(R"(
Shows all permissions, by category, and all roles side by side: the level at which a role includes a
permission, or yes if the permission has no levels. A role that includes "*" includes each of them at its
widest level. A terminal with colors shows a mark for each level instead of words.

With --format html the output is a self-contained page, with --format svg a drawing. With -f or --pack no
database is read.)")
      .option("--format FORMAT", "output format, instead of --output", &ShowMatrix::format)
      .choices({"table", "csv", "html", "svg"})
      .with(role_source_options, &ShowMatrix::source)
      .example("acctl role matrix -t acme", "See who may do what, on the terminal.")
      .example("acctl role matrix -t acme --format html > roles.html", "For a browser, or to be printed.")
      .example("acctl role matrix --pack messaging", "Compare the roles that a pack brings.")
      .trail(Trail::nothing);
}

}  // namespace acctl
