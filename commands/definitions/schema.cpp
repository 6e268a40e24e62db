#include "provisioning/definitions/schema.hpp"

#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "commands/definitions/file_schemas.hpp"

namespace acctl {

namespace {

struct PrintSchema {
  std::string kind;
};

nlohmann::ordered_json choose_schema(const std::string& kind) {
  if (kind == "tenants") return tenants_schema();
  if (kind == "platform") return platform_schema();
  if (kind == "config") return config_schema();
  return definitions_schema();
}

void print_schema(Session&, const PrintSchema& options) { write_text(choose_schema(options.kind).dump(2) + "\n"); }

}  // namespace

Command schema_command() {
  return command<PrintSchema>("schema", "print the JSON Schema of a kind of files, for editors", print_schema)
      .describe(R"(
Prints the JSON Schema (draft 2020-12) of definitions files, of files of tenants, of the platform's file or of the
configuration file. With it, an editor completes and explains keys and marks mistakes while a file is being written;
acctl itself does not need it. The YAML support of most editors takes the schema of a file from its first line:
`# yaml-language-server: $schema=FILE`.)")
      .argument("[KIND]", "kind of file (default: definitions)", &PrintSchema::kind)
      .choices({"definitions", "tenants", "platform", "config"})
      .example("acctl schema > acctl.schema.json", "Keep it next to the definitions.")
      .example("acctl schema tenants > tenants.schema.json", "The schema of files for 'acctl tenant create --file'.");
}

}  // namespace acctl
