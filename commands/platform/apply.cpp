#include <map>
#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/remarks.hpp"
#include "commands/platform/platform.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "provisioning/fleet/entitlements.hpp"
#include "provisioning/fleet/plans.hpp"
#include "provisioning/fleet/platform_plan.hpp"
#include "provisioning/platform/changes.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct ApplyPlatform {
  std::string file;
  bool over_limit = false;
};

std::string to_text(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

// Tenants to which a change means the same, as in the reports of 'acctl tenant set-plan'.
Json list_groups(const PlatformPlan& plan, const PlatformChange& change) {
  Json groups = Json::array();
  std::map<std::vector<std::string>, std::size_t> places;
  for (const AffectedTenant& one : plan.affected) {
    if (change.what != "plans/" + one.tenant.plan) continue;
    const auto [found, fresh] = places.try_emplace(one.effects, groups.size());
    if (fresh) groups.push_back({{"tenants", Json::array()}, {"remarks", one.effects}});
    groups[found->second]["tenants"].push_back(one.tenant.slug);
  }
  return groups;
}

void write(Session& session, const PlatformPlan& plan, const std::vector<PlatformChange>& changes) {
  RecordWriter out = session.records(Shape::many, {"SETTING", "BEFORE", "AFTER"});
  const bool values = session.wants_values();
  for (const PlatformChange& change : changes) {
    Json record = {{"setting", change.what},
                   {"before", values ? change.before : Json(to_text(change.before))},
                   {"after", values ? change.after : Json(to_text(change.after))}};
    if (values) record["groups"] = list_groups(plan, change);
    out.add(record);
  }
  out.finish();
}

// What it means to tenants, as 'acctl tenant set-plan' says it.
void tell_effects(Session& session, const PlatformPlan& plan) {
  Terminal& terminal = session.terminal();
  if (!plan.affected.empty())
    terminal.info("the limits or features of " + counted(plan.affected.size(), "tenant") + " change:");
  {
    Remarks remarks(terminal, Remarks::Tone::info);
    for (const std::string& effect : list_effects(plan)) remarks.say(effect);
  }
  Remarks remarks(terminal, Remarks::Tone::warning);
  for (const TenantFailure& failure : plan.unread) {
    remarks.say("tenant " + failure.tenant + " cannot be asked how much it uses: " + failure.error.what());
  }
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
  const FleetReport report = refresh_entitlements(platform, plans, session.parallel(), changed);
  if (changed > 0)
    session.terminal().info("limits and features of " + std::to_string(changed) +
                            (changed == 1 ? " tenant" : " tenants") + " updated");
  throw_failures(report, Reported::no);
}

Consent require_platform_consent(Session& session, const PlatformPlan& plan) {
  std::string what = counted(plan.changes.size(), "setting") + " of the platform";
  if (!plan.affected.empty())
    what += ", and with it the limits or features of " + counted(plan.affected.size(), "tenant");
  return require_consent(session, {.elsewhere = true, .takes_away = true}, AskedBy::files,
                         "Do you want to change " + what + "?", [&] {
                           if (session.format() != OutputFormat::table) {
                             for (const PlatformChange& change : plan.changes)
                               session.terminal().show(render_change(change));
                           }
                           // Else they were said already.
                           if (!session.settings().quiet) return;
                           for (const std::string& effect : list_effects(plan))
                             session.terminal().show(escaped(effect) + "\n");
                         });
}

void run(Session& session, const ApplyPlatform& options) {
  const std::string& file = options.file;
  const std::string text = file == "-" ? read_standard_input(yaml_size_limit) : read_file(file, yaml_size_limit);
  const PlatformDefinitions wanted = read_platform_definitions(text, file == "-" ? "standard input" : file);
  Platform platform = open_platform(session);
  const PlatformPlan plan = plan_platform(platform, wanted, session.parallel());
  if (plan.changes.empty()) {
    write(session, plan, plan.changes);
    if (!session.settings().dry_run) update_tenants(session, platform, wanted);
    session.terminal().info("nothing to change");
    return;
  }
  const bool table = session.format() == OutputFormat::table;
  if (session.settings().dry_run || table) write(session, plan, plan.changes);
  tell_effects(session, plan);
  if (!options.over_limit) require_seats(plan);
  if (require_platform_consent(session, plan) == Consent::rehearse) {
    session.terminal().info("dry run, rolled back");
    return;
  }
  const std::vector<PlatformChange> done = change_platform(platform, wanted, Mode::perform);
  if (!table) write(session, plan, done);
  update_tenants(session, platform, wanted);
  session.terminal().info("done");
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
tenants on a plan of the file get its limits and features; a run that missed some is completed by the same call. What
that means to them is shown, as by 'acctl tenant set-plan'. Fewer seats than a tenant has users are refused (exit 5)
unless --over-limit is given; nobody can be invited there then until the seats suffice.

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
      .option("--over-limit", "allow fewer seats than there are users", &ApplyPlatform::over_limit)
      .exits(5, "fewer seats than users in a tenant; see --over-limit")
      .example("acctl platform apply -f platform.yaml", "Show the changes and prompt.")
      .example("acctl platform apply -f platform.yaml --dry-run", "Only show the changes.");
}

}  // namespace acctl
