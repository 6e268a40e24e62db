#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "commands/reports/change_text.hpp"
#include "commands/reports/github_actions.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/definitions/pack_documents.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/plan/template_clones.hpp"

namespace acctl {

namespace {

struct ValidateFiles {
  FileOptions files;
  std::string pack;
};

Definitions read_valid_definitions(const ValidateFiles& options) {
  const std::vector<Source> sources = read_sources(options.files.files);
  ReadOptions reading = read_options(options.files);
  if (options.pack.empty()) return read_definitions(sources, reading);
  const Definitions base = read_pack(require_pack(options.pack));
  reading.base = &base;
  Definitions definitions = read_definitions(sources, reading);
  with_templates(definitions, {}, options.pack);
  return definitions;
}

void run(Session& session, const ValidateFiles& options) {
  const Definitions definitions = read_valid_definitions(options);
  std::size_t objects = 0;
  for (const auto& [kind, all] : definitions.objects) objects += all.size();
  const std::string verdict = counted(definitions.files.size(), "file") + ", " + counted(objects, "object") + ", " +
                              counted(definitions.tests.size(), "test") + ": valid";
  if (session.format() == OutputFormat::github || session.format() == OutputFormat::junit) {
    std::vector<Check> checks;
    for (const std::string& file : definitions.files) checks.push_back({.name = file, .place = {}, .failures = {}});
    write_checks("validate", checks, verdict, session.format());
  } else if (session.format() != OutputFormat::table) {
    session.write_record({"files", "objects", "tests", "references open"},
                         {{"files", definitions.files.size()},
                          {"objects", objects},
                          {"tests", definitions.tests.size()},
                          {"references_open", open_references(definitions)}});
  }
  session.terminal().info(verdict);
}

// Unlike apply, which takes a saved plan as well, it needs files.
std::vector<Option> required_file_options(FileOptions& target) {
  std::vector<Option> options = file_options(target);
  options.front().required = true;
  return options;
}

}  // namespace

Command validate_command() {
  return command<ValidateFiles>("validate", "check definitions without a database", run)
      .describe(R"(
Checks everything that the files alone can show: YAML, fields and types, duplicates, variables, guards,
contradictory tests. The problems of all files are reported together, each with its place; any problem is exit
3. References to objects that the files do not declare are allowed, because a tenant may have them, unless
--pack names what the tenants start with; -o json lists them.)")
      .with(required_file_options, &ValidateFiles::files)
      .option("--pack PACK", "check references against this pack as well, except those to users", &ValidateFiles::pack)
      .suggestions(pack_names())
      .exits(3, "the files are not valid, or usage error")
      .example("acctl validate -f definitions/", "All files of a folder, as one input.")
      .example("acctl validate -f roles.yaml -f teams.yaml --pack helpdesk",
               "For tenants that start with the pack helpdesk.")
      .example("acctl validate -f - -o json < roles.yaml", "Standard input, for a script.")
      .example("acctl validate -f definitions/ -o github", "Annotations at the lines of a pull request.")
      .formats(check_formats());
}

}  // namespace acctl
