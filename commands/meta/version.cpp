#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "commands/meta/build_info.hpp"
#include "provisioning/base/embedded.hpp"

namespace acctl {

std::string version_line() { return "acctl " ACCTL_VERSION "\n"; }

std::string version_text() {
  std::string text = version_line() + "commit " + std::string(build_commit()) + "\n";
  text += "schemas: control " + std::to_string(control_migrations().size()) + ", tenant " +
          std::to_string(tenant_migrations().size()) + "\n";
  text += "built with ";
  for (const BuiltWith& one : built_with()) {
    text += (&one == &built_with().front() ? "" : ", ") + std::string(one.library) + " " + std::string(one.version);
  }
  return text + "\n";
}

namespace {

void show_version(Session& session, const NoOptions&) {
  const bool values = session.wants_values();
  nlohmann::ordered_json libraries = values ? nlohmann::ordered_json::object() : nlohmann::ordered_json::array();
  for (const auto& [library, version] : built_with()) {
    if (values) {
      libraries[std::string(library)] = version;
    } else {
      libraries.push_back(std::string(library) + " " + std::string(version));
    }
  }
  session.write_record({"version", "control schema", "tenant schema", "commit", "built with"},
                       {{"version", ACCTL_VERSION},
                        {"control_schema", control_migrations().size()},
                        {"tenant_schema", tenant_migrations().size()},
                        {"commit", build_commit()},
                        {"built_with", libraries}});
}

}  // namespace

Command version_command() {
  return command("version", "show the version of acctl, its commit, schemas and libraries", show_version)
      .describe(R"(
Shows the version of the program, the commit that it was built from, the newest versions of the control and tenant
schemas, and the libraries that it was built with. `acctl --version` shows the same; its first line is the version.)")
      .example("acctl version -o json", "The versions as JSON, for scripts.");
}

}  // namespace acctl
