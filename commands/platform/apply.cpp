#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/platform/platform.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "provisioning/fleet/entitlements.hpp"
#include "provisioning/fleet/plans.hpp"
#include "provisioning/platform/changes.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct ApplyPlatform {
  std::string file;
};

std::string to_text(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

void write(Session& session, const std::vector<PlatformChange>& changes) {
  RecordWriter out =
      session.records(Shape::many, {{"SETTING", "/setting"}, {"BEFORE", "/before"}, {"AFTER", "/after"}});
  const bool values = wants_values(session);
  for (const PlatformChange& change : changes) {
    out.add({{"setting", change.what},
             {"before", values ? change.before : Json(to_text(change.before))},
             {"after", values ? change.after : Json(to_text(change.after))}});
  }
  out.finish();
}

// "base_domain: acctl.localhost -> help.example", for the person who is prompted.
std::string render_change(const PlatformChange& change) {
  return escaped(change.what + ": " + to_text(change.before) + " -> " + to_text(change.after)) + "\n";
}

// Copies the limits and features of the plans in the file to the tenants on these plans, of unchanged plans, too: an
// earlier run may have been interrupted, or may not have reached all of them.
void update_tenants(Session& session, Platform& platform, const PlatformDefinitions& wanted) {
  std::vector<std::string> plans;
  for (const auto& [key, fields] : wanted.plans) plans.push_back(key);
  if (plans.empty()) return;
  std::size_t changed = 0;
  const FleetReport report =
      refresh_entitlements(platform, plans, static_cast<int>(session.settings().parallel), changed);
  if (changed > 0)
    session.terminal().info("limits and features of " + std::to_string(changed) +
                            (changed == 1 ? " tenant" : " tenants") + " updated");
  throw_failures(report, Reported::no);
}

int run(Session& session, const ApplyPlatform& options) {
  const std::string& file = options.file;
  const std::string text = file == "-" ? read_standard_input(yaml_size_limit) : read_file(file, yaml_size_limit);
  const PlatformDefinitions wanted = read_platform_definitions(text, file == "-" ? "standard input" : file);
  Platform platform = open_platform(session);
  const std::vector<PlatformChange> planned = change_platform(platform, wanted, Mode::rehearse);
  if (planned.empty()) {
    write(session, planned);
    if (!session.settings().dry_run) update_tenants(session, platform, wanted);
    session.terminal().info("nothing to change");
    return 0;
  }
  const bool table = session.format() == OutputFormat::table;
  if (session.settings().dry_run || table) write(session, planned);
  const std::string what = planned.size() == 1 ? "1 setting" : std::to_string(planned.size()) + " settings";
  const Consent consent = require_consent(session, {.elsewhere = true, .takes_away = true}, AskedBy::files,
                                          "Do you want to change " + what + " of the platform?", [&] {
                                            if (table) return;
                                            for (const PlatformChange& change : planned)
                                              session.terminal().show(render_change(change));
                                          });
  if (consent == Consent::rehearse) {
    session.terminal().info("dry run, rolled back");
    return 0;
  }
  const std::vector<PlatformChange> done = change_platform(platform, wanted, Mode::perform);
  if (!table) write(session, done);
  update_tenants(session, platform, wanted);
  session.terminal().info("done");
  return 0;
}

// "  folder: path of the Maildir", a line for each field of `mail`.
std::string list_mail_fields() {
  std::string lines;
  for (const MailField& field : mail_fields()) {
    lines += "\n  " + std::string(field.name) + ": " + std::string(field.help);
  }
  return lines;
}

constexpr std::string_view apply_platform_text = R"(
Makes the platform match a YAML file, and leaves alone what the file does not mention. The file starts with `acctl: 1`
and may contain base_domain and storage_root (for tenants created from now on), plans (by key: name, seats, projects,
storage_bytes, null for no limit, and features: true or false) and mail, such as {transport: smtp, url:
"smtp://mail.example:587", from: "Help desk <no-reply@help.example>"}; with mail: ~ messages stay queued. The
tenants on a plan of the file get its limits and features; a run that missed some is completed by the same call.

mail has these fields:
)";

}  // namespace

Command platform_apply_command() {
  return command<ApplyPlatform>("apply", "set base domain, storage, plans and mail from a file", run)
      .describe(std::string(apply_platform_text) + list_mail_fields() +
                "\n\nAll changes are shown and have to be confirmed.")
      .option("-f, --file FILE", "settings to apply, as YAML; - is standard input", &ApplyPlatform::file)
      .required()
      .values(Values::file)
      .example("acctl platform apply -f platform.yaml", "Show the changes and prompt.")
      .example("acctl platform apply -f platform.yaml --dry-run", "Only show the changes.");
}

}  // namespace acctl
