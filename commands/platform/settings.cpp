// platform apply and platform check: what the platform is set to, and whether that works.
#include <nlohmann/json.hpp>

#include "commands/platform/platform.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/tokens.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "provisioning/delivery/transport.hpp"
#include "provisioning/fleet/entitlements.hpp"
#include "provisioning/fleet/plans.hpp"
#include "provisioning/platform/changes.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

std::string shown(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

void write(Session& session, const std::vector<PlatformChange>& changes) {
  RecordWriter out =
      session.records(Shape::many, {{"SETTING", "/setting"}, {"BEFORE", "/before"}, {"AFTER", "/after"}});
  const bool values = wants_values(session);
  for (const PlatformChange& change : changes) {
    out.add({{"setting", change.what},
             {"before", values ? change.before : Json(shown(change.before))},
             {"after", values ? change.after : Json(shown(change.after))}});
  }
  out.finish();
}

// "base_domain: acctl.localhost -> help.example", for a person who is asked.
std::string line_of(const PlatformChange& change) {
  return escaped(change.what + ": " + shown(change.before) + " -> " + shown(change.after)) + "\n";
}

// What changed of plans reaches their tenants. A tenant that cannot be reached has the old limits until 'tenant doctor
// --fix', or the same change once more, gives it the new ones.
void bring_to_tenants(Session& session, Platform& platform, const std::vector<PlatformChange>& changes) {
  constexpr std::string_view prefix = "plans/";
  std::vector<std::string> plans;
  for (const PlatformChange& change : changes) {
    if (change.what.starts_with(prefix)) plans.push_back(change.what.substr(prefix.size()));
  }
  if (plans.empty()) return;
  std::size_t changed = 0;
  const FleetReport report =
      refresh_entitlements(platform, plans, static_cast<int>(session.settings().parallel), changed);
  if (changed > 0)
    session.terminal().info("limits and features of " + std::to_string(changed) +
                            (changed == 1 ? " tenant" : " tenants") + " updated");
  throw_failures(report, Reported::no);
}

int apply_settings(Session& session, const std::string& file) {
  const std::string text = file == "-" ? read_standard_input(yaml_size_limit) : read_file(file, yaml_size_limit);
  const PlatformDefinitions wanted = read_platform_definitions(text, file == "-" ? "standard input" : file);
  Platform platform = open_platform(session);
  const std::vector<PlatformChange> planned = change_platform(platform, wanted, Mode::rehearse);
  if (planned.empty()) {
    write(session, planned);
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
                                              session.terminal().show(line_of(change));
                                          });
  if (consent == Consent::rehearse) {
    session.terminal().info("dry run, rolled back");
    return 0;
  }
  const std::vector<PlatformChange> done = change_platform(platform, wanted, Mode::perform);
  if (!table) write(session, done);
  bring_to_tenants(session, platform, done);
  session.terminal().info("done");
  return 0;
}

// What has to be right for mail to leave, each with what is wrong.
int check(Session& session) {
  const Platform platform = open_platform(session);
  const MailSettings& mail = platform.settings().mail;
  RecordWriter out = session.records(Shape::many, {{"CHECK", "/check"}, {"RESULT", "/result"}, {"DETAIL", "/detail"}});
  std::optional<Error> first;
  const auto look = [&](const std::string& name, const std::string& detail, const auto& at) {
    try {
      at();
      out.add({{"check", name}, {"result", "ok"}, {"detail", detail}});
    } catch (const Error& error) {
      out.add({{"check", name}, {"result", "failed"}, {"detail", error.what()}});
      if (!first) first = error;
    }
  };
  const std::string& storage = platform.settings().storage_root;
  look("storage", storage, [&] { check_folder(storage); });
  look("key", platform.key_path(), [&] { platform_key(platform, Mode::rehearse); });
  look("mail", mail.transport == "smtp" ? mail.url : mail.transport + " " + mail.folder + mail.program, [&] {
    if (mail.transport.empty()) {
      throw Error(ErrorKind::failed, "no way to send mail is set", "See 'acctl platform apply --help'.");
    }
    open_transport(mail, &interrupted())->check();
  });
  out.finish();
  if (first) throw Error(*first);
  return 0;
}

}  // namespace

Command platform_apply_command() {
  auto file = std::make_shared<std::string>();
  std::string fields;
  for (const MailField& field : mail_fields()) {
    fields += (fields.empty() ? "" : "; ") + std::string(field.name) + ": " + std::string(field.help);
  }
  return {
      .name = "apply",
      .summary = "set base domain, storage, plans and mail from a file",
      .description =
          "Makes the platform what a YAML file says, and leaves alone what it does not speak of. The file begins with "
          "`acctl: 1`; then any of base_domain and storage_root (for tenants that are made from now on), plans (by "
          "key: "
          "name, seats, projects, storage_bytes, null for no limit, and features: true or false) and mail, such as "
          "{transport: smtp, url: \"smtp://mail.example:587\", from: \"Help desk <no-reply@help.example>\"}; with "
          "mail: ~ mails wait. Limits and features of a plan that changes reach the tenants that have it.\n\nThe "
          "fields of mail are: " +
          fields + ".",
      .options = {{.name = "--file",
                   .value = "FILE",
                   .help = "what to set; - is standard input",
                   .target = file.get(),
                   .letter = 'f',
                   .required = true,
                   .values = Values::file}},
      .examples = {{"acctl platform apply -f platform.yaml", "Shows what changes, and asks."},
                   {"acctl platform apply -f platform.yaml --dry-run", "Only shows it."}},
      .run = [file](Session& session) { return apply_settings(session, *file); },
      .storage = file,
  };
}

Command platform_check_command() {
  return {
      .name = "check",
      .summary = "whether storage, key and mail work on this machine",
      .description =
          "Looks whether the storage root can be used and the key file is the platform's, and connects to the mail "
          "server and signs in there; no mail is sent and no folder made. Exit code 4 where the mail server cannot be "
          "reached.",
      .examples = {{"acctl platform check", "After setting up mail."}},
      .trail = Trail::nothing,
      .run = [](Session& session) { return check(session); },
  };
}

}  // namespace acctl
