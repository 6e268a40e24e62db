#include <atomic>
#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/remarks.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/delivery.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "provisioning/fleet/fleet.hpp"
#include "provisioning/tenants/request_file.hpp"
#include "provisioning/tenants/template_database.hpp"

namespace acctl {

namespace {

// One tenant from options, or many from a file.
struct CreateTenants {
  std::string slug;
  std::string name;
  std::string admin_email;
  std::string admin_name;
  std::string plan;
  std::optional<std::int64_t> seats;
  std::string pack;
  std::string server;
  std::string region;
  std::vector<std::string> labels;  // KEY=VALUE
  std::string enterprise;
  std::string domain;
  std::string file;
};

std::string_view to_string(Provisioned how) {
  switch (how) {
    case Provisioned::created:
      return "created";
    case Provisioned::resumed:
      return "resumed";
    case Provisioned::unchanged:
      return "unchanged";
  }
  return "";
}

std::map<std::string, std::string> parse_labels(const std::vector<std::string>& words) {
  std::map<std::string, std::string> labels;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) throw Error(ErrorKind::invalid, "--label: '" + word + "' is not KEY=VALUE");
    const std::string key = word.substr(0, equals);
    if (!labels.emplace(key, word.substr(equals + 1)).second) {
      throw Error(ErrorKind::invalid, "--label: " + key + " is given twice");
    }
  }
  return labels;
}

TenantRequest make_request(const CreateTenants& options) {
  return {.slug = options.slug,
          .name = options.name,
          .admin_email = options.admin_email,
          .admin_name = options.admin_name,
          .plan = options.plan,
          .seats = options.seats,
          .pack = options.pack,
          .server = options.server,
          .region = options.region,
          .labels = parse_labels(options.labels),
          .enterprise = options.enterprise,
          .domain = options.domain,
          .clone_of = {}};
}

int create_one(Session& session, const TenantRequest& request) {
  check(request);  // before anything is started or connected
  Platform platform = open_platform(session);
  if (session.settings().dry_run) {
    const ProvisionResult result = rehearse_tenant(platform, request);
    session.terminal().info("dry run: tenant " + request.slug + " would be " + std::string(to_string(result.how)) +
                            "; nothing was done");
    write_tenant(session, result.tenant);
    return 0;
  }
  const ProvisionResult result = create_tenant(platform, request, show_steps(session));
  session.terminal().info(result.how == Provisioned::unchanged
                              ? "tenant " + request.slug + " exists and is " + result.tenant.status +
                                    "; nothing changed"
                              : "tenant " + request.slug + " is active (" + std::string(to_string(result.how)) + ")");
  write_tenant(session, result.tenant);
  if (result.how != Provisioned::unchanged) deliver_now(session, platform, {&result.tenant}, "");
  return 0;
}

nlohmann::ordered_json to_json(const TenantOutcome& outcome) {
  nlohmann::ordered_json record = {{"slug", outcome.slug},
                                   {"result", outcome.result ? to_string(outcome.result->how) : "failed"},
                                   {"error", nullptr},
                                   {"hint", nullptr}};
  if (outcome.error) {
    record["error"] = outcome.error->what();
    record["hint"] = outcome.error->hint();
  }
  return record;
}

[[noreturn]] void throw_partial(int failed, std::size_t all, const std::string& others) {
  throw Error(ErrorKind::partial, std::to_string(failed) + " of " + std::to_string(all) + " tenants " + others,
              "Fix the errors and run the command again; finished tenants are skipped.");
}

void rehearse_all(Session& session, Platform& platform, const std::vector<TenantRequest>& requests) {
  int failed = 0;
  RecordWriter out = session.records(Shape::many, {{"SLUG", "/slug"}, {"RESULT", "/result"}, {"ERROR", "/error"}});
  for (const TenantRequest& request : requests) {
    TenantOutcome outcome{.slug = request.slug, .result = {}, .error = {}};
    try {
      outcome.result = rehearse_tenant(platform, request);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted || !platform.control().usable()) throw;
      outcome.error = error;
      ++failed;
    }
    out.add(to_json(outcome));
  }
  out.finish();
  session.terminal().info("dry run: nothing was done");
  if (failed > 0) throw_partial(failed, requests.size(), "would fail");
}

int create_many(Session& session, const std::string& file) {
  const std::string text = file == "-" ? read_standard_input(yaml_size_limit) : read_file(file, yaml_size_limit);
  const std::vector<TenantRequest> requests = read_requests(text, file == "-" ? "standard input" : file);
  Platform platform = open_platform(session);
  if (session.settings().dry_run) {
    rehearse_all(session, platform, requests);
    return 0;
  }
  std::atomic<std::size_t> finished = 0;
  std::optional<Remarks> failures(std::in_place, session.terminal(), Remarks::Tone::warning);
  const auto done = [&](const TenantOutcome& outcome) {
    if (outcome.error) failures->say("tenant " + outcome.slug + ": " + outcome.error->what());
    session.terminal().progress(std::to_string(++finished) + " of " + std::to_string(requests.size()) + " tenants");
  };
  const std::vector<TenantOutcome> outcomes =
      create_tenants(platform, requests, static_cast<int>(session.settings().parallel), done);
  failures.reset();
  RecordWriter out = session.records(Shape::many, {{"SLUG", "/slug"}, {"RESULT", "/result"}, {"ERROR", "/error"}});
  std::map<std::string, int> counts;
  for (const TenantOutcome& outcome : outcomes) {
    const nlohmann::ordered_json record = to_json(outcome);
    ++counts[record["result"].get<std::string>()];
    out.add(record);
  }
  out.finish();
  std::string summary;
  for (const auto& [result, count] : counts)
    summary += (summary.empty() ? "" : ", ") + std::to_string(count) + " " + result;
  session.terminal().info(summary.empty() ? "the file contains no tenants; nothing changed" : summary);
  std::vector<const Tenant*> told;
  for (const TenantOutcome& outcome : outcomes) {
    if (outcome.result && outcome.result->how != Provisioned::unchanged) told.push_back(&outcome.result->tenant);
  }
  deliver_now(session, platform, told, "");
  if (!counts.contains("failed")) return 0;
  throw_partial(counts["failed"], outcomes.size(), "failed; the others are done");
}

// The file describes its tenants completely: an option beside it would be ignored silently.
void refuse_beside_file(const CreateTenants& options) {
  for (const auto& [name, value] : {std::pair("SLUG", options.slug),
                                    {"--name", options.name},
                                    {"--admin-email", options.admin_email},
                                    {"--admin-name", options.admin_name},
                                    {"--plan", options.plan},
                                    {"--pack", options.pack},
                                    {"--server", options.server},
                                    {"--region", options.region},
                                    {"--enterprise", options.enterprise},
                                    {"--domain", options.domain},
                                    {"--seats", std::string(options.seats ? "given" : "")},
                                    {"--label", std::string(options.labels.empty() ? "" : "given")}}) {
    if (!value.empty()) throw Error(ErrorKind::invalid, std::string(name) + " and --file cannot be combined");
  }
}

int run(Session& session, const CreateTenants& options) {
  refuse_selectors(session);
  if (!options.file.empty()) {
    refuse_beside_file(options);
    return create_many(session, options.file);
  }
  if (options.slug.empty()) {
    throw Error(ErrorKind::invalid, "SLUG is missing", "To create many tenants, use --file.");
  }
  if (options.name.empty()) throw Error(ErrorKind::invalid, "--name NAME is missing");
  if (options.admin_email.empty()) throw Error(ErrorKind::invalid, "--admin-email EMAIL is missing");
  return create_one(session, make_request(options));
}

constexpr std::string_view create_tenants_text = R"(
Provisions a tenant: registry entry, database, schema, storage, routes, support address and initial data. The tenant
becomes active last, so that a partly provisioned tenant is never reachable. Running the command again changes
nothing; after a failure or an interruption, it completes what is missing. Other arguments for an existing slug are a
conflict (exit 7). With --file, many tenants are provisioned, and a failure does not stop the others (exit 6).)";

}  // namespace

Command tenant_create_command() {
  return command<CreateTenants>("create", "provision a tenant, or resume provisioning", run)
      .describe(create_tenants_text)
      .argument("[SLUG]", "label of the host name: 1 to 63 of a-z, 0-9 and '-', starting with a letter",
                &CreateTenants::slug)
      .option("--name NAME", "display name of the organization", &CreateTenants::name)
      .option("--admin-email EMAIL", "address of the first administrator, who is invited", &CreateTenants::admin_email)
      .option("--admin-name NAME", "name of the first administrator", &CreateTenants::admin_name)
      .option("--plan PLAN", "plan: trial, pro or enterprise (default: trial)", &CreateTenants::plan)
      .suggestions({"trial", "pro", "enterprise"})
      .option("--seats N", "maximum number of users (default: that of the plan)", &CreateTenants::seats)
      .option("--pack PACK", "template pack: helpdesk, conversational, messaging or msp (default: helpdesk)",
              &CreateTenants::pack)
      .suggestions(pack_names())
      .option("--server SERVER", "server to place the tenant on", &CreateTenants::server)
      .option("--region REGION", "region to place the tenant in", &CreateTenants::region)
      .option("--label KEY=VALUE", "label to attach; repeatable", &CreateTenants::labels)
      .option("--enterprise KEY", "enterprise that the tenant belongs to", &CreateTenants::enterprise)
      .option("--domain DOMAIN", "custom host name of the customer", &CreateTenants::domain)
      .option("-f, --file FILE", "tenants to create, as YAML or CSV; - is standard input (YAML)", &CreateTenants::file)
      .values(Values::file)
      .example("acctl tenant create acme --name 'Acme Inc.' --admin-email ana@acme.example", "On the trial plan.")
      .example(
          "acctl tenant create acme --name Acme --admin-email ana@acme.example --plan pro --seats 50 --label tier=gold",
          "With a plan, a number of seats and a label.")
      .example("acctl tenant create umbrella --name Umbrella --admin-email ana@umbrella.example --pack msp",
               "A managed service provider, with roles from Viewer to Enterprise Admin.")
      .example("acctl tenant create -f tenants.csv --parallel 4", "Many tenants, four at a time.");
}

}  // namespace acctl
