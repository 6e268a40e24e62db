#include "provisioning/definitions/schema.hpp"

#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"

namespace acctl {

namespace {

int print_schema(Session&, const NoOptions&) {
  write_text(definitions_schema().dump(2) + "\n");
  return 0;
}

}  // namespace

Command schema_command() {
  return command("schema", "print the JSON Schema of definitions files, for editors", print_schema)
      .describe(R"(
Prints the JSON Schema (draft 2020-12) of definitions files. With it, an editor completes and explains keys
and marks mistakes while a file is being written; acctl itself does not need it. The YAML support of most
editors takes the schema of a file from its first line: `# yaml-language-server: $schema=FILE`.)")
      .example("acctl schema > acctl.schema.json", "Keep it next to the definitions.");
}

}  // namespace acctl
