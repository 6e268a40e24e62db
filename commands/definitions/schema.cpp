#include "provisioning/definitions/schema.hpp"

#include <nlohmann/json.hpp>

#include "cli/session.hpp"
#include "commands/commands.hpp"

namespace acctl {

Command schema_command() {
  return {
      .name = "schema",
      .summary = "the JSON Schema of definitions files, for editors",
      .description =
          "Prints the JSON Schema (draft 2020-12) of definitions files. An editor that knows it completes and explains "
          "keys and marks mistakes while a file is written; acctl itself does not need it. With the YAML support of "
          "most editors a first line `# yaml-language-server: $schema=FILE` names the schema of a file.",
      .examples = {{"acctl schema > acctl.schema.json", "Keep it beside the definitions."}},
      .run =
          [](Session&) {
            write_text(definitions_schema().dump(2) + "\n");
            return 0;
          },
  };
}

}  // namespace acctl
