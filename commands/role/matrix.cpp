// role matrix: roles and permissions beside each other.
#include <nlohmann/json.hpp>

#include "commands/reports/role_matrix.hpp"
#include "commands/role/reports.hpp"
#include "commands/shared/imperative.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct MatrixOptions {
  RoleSource source;
  std::string format;
};

// A permission a record; a role a column.
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

void write_records(const Matrix& matrix, OutputFormat format) {
  std::vector<Column> columns = {{"PERMISSION", "/permission"}, {"CATEGORY", "/category"}};
  for (const Matrix::Role& role : matrix.roles) columns.push_back({role.key, "/roles/" + role.key});
  RecordWriter out(format, Shape::many, columns);
  for (const Matrix::Row& row : matrix.rows) out.add(to_json(matrix, row));
  out.finish();
}

void write_matrix(const Session& session, const Matrix& matrix, const std::string& format) {
  if (format == "html" || format == "svg") {
    write_text(format == "html" ? matrix_html(matrix) : matrix_svg(matrix));
    return flush_output();
  }
  write_records(matrix, format.empty() ? session.format() : format_of(format));
}

int run_matrix(Session& session, const MatrixOptions& options) {
  if (!is_of_files(options.source)) require_one_tenant(session);
  const auto write = [&](const RoleModel& model) {
    const std::string of = model.tenant.empty() ? "" : " of " + model.tenant;
    write_matrix(session, matrix_of(model.state, "Roles and permissions" + of), options.format);
  };
  visit_role_models(session, options.source, write, [] {});
  return 0;
}

}  // namespace

Command role_matrix_command() {
  auto options = std::make_shared<MatrixOptions>();
  return {
      .name = "matrix",
      .summary = "show which role gives which permission",
      .description =
          "Shows all permissions, by category, and all roles beside each other: the level at which a role gives a "
          "permission, or yes where the permission has no levels. A role that gives \"*\" gives each of them at its "
          "widest.\n\nWith --format html it is one page that needs nothing else, with --format svg a drawing. With -f "
          "or --pack no database is asked.",
      .options = joined({{{.name = "--format",
                           .value = "FORMAT",
                           .help = "instead of --output",
                           .target = &options->format,
                           .choices = {"table", "csv", "html", "svg"}}},
                         role_source_options(options->source)}),
      .examples = {{"acctl role matrix -t acme", "On the terminal."},
                   {"acctl role matrix -t acme --format html > roles.html", "For a browser, or to be printed."},
                   {"acctl role matrix --pack messaging", "What a pack brings."}},
      .trail = Trail::nothing,
      .run = [options](Session& session) { return run_matrix(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl
