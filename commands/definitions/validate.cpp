#include <nlohmann/json.hpp>

#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "commands/reports/change_text.hpp"
#include "commands/reports/github_actions.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/base/embedded.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/tenants/template_database.hpp"

namespace acctl {

namespace {

struct ValidateOptions {
  FileOptions files;
  std::string pack;
};

Definitions validated(const ValidateOptions& options) {
  const std::vector<Source> sources = read_sources(options.files.files);
  ReadOptions reading{.allow_environment = options.files.allow_environment,
                      .schema_head = static_cast<std::int64_t>(tenant_migrations().size())};
  if (options.pack.empty()) return read_definitions(sources, reading);
  const Pack& pack = require_pack(options.pack);
  const Definitions base =
      read_definitions({{"pack " + options.pack, std::string(pack.yaml)}}, {.references = References::closed});
  reading.base = &base;
  return read_definitions(sources, reading);
}

int run_validate(Session& session, const ValidateOptions& options) {
  const Definitions definitions = validated(options);
  std::size_t objects = 0;
  for (const auto& [kind, all] : definitions.objects) objects += all.size();
  const std::string verdict = counted(definitions.files.size(), "file") + ", " + counted(objects, "object") + ", " +
                              counted(definitions.tests.size(), "test") + ": valid";
  if (session.format() == OutputFormat::github || session.format() == OutputFormat::junit) {
    std::vector<Check> checks;
    for (const std::string& file : definitions.files) checks.push_back({.name = file, .place = {}, .failures = {}});
    write_text(checks_text("validate", checks, verdict, session.format()));
    flush_output();
  } else if (session.format() != OutputFormat::table) {
    RecordWriter out = session.records(
        Shape::one,
        {{"files", "/files"}, {"objects", "/objects"}, {"tests", "/tests"}, {"references open", "/references_open"}});
    out.add({{"files", definitions.files.size()},
             {"objects", objects},
             {"tests", definitions.tests.size()},
             {"references_open", open_references(definitions)}});
    out.finish();
  }
  session.terminal().info(verdict);
  return 0;
}

}  // namespace

Command validate_command() {
  auto options = std::make_shared<ValidateOptions>();
  std::vector<Option> files = file_options(options->files);
  files.front().required = true;
  return {
      .name = "validate",
      .summary = "check definitions without a database",
      .description =
          "Checks everything that the files alone can tell: YAML, fields and types, duplicates, variables, guards, "
          "contradictory tests. All problems of all files are told together, each with its place; any problem is exit "
          "3. What the files refer to and do not declare may exist in a tenant and is no problem, unless --pack says "
          "what the tenants begin with; -o json lists it.",
      .options = joined({std::move(files),
                         {{.name = "--pack",
                           .value = "PACK",
                           .help = "check references against this pack too, those to people excepted",
                           .target = &options->pack,
                           .suggestions = pack_names()}}}),
      .examples = {{"acctl validate -f definitions/", "All files of a folder, as one input."},
                   {"acctl validate -f roles.yaml -f teams.yaml --pack helpdesk",
                    "For tenants that have what the pack helpdesk brings."},
                   {"acctl validate -f - -o json < roles.yaml", "Standard input, for a script."},
                   {"acctl validate -f definitions/ -o github", "Annotations at the lines of a pull request."}},
      .formats = check_formats(),
      .run = [options](Session& session) { return run_validate(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl
