#include <atomic>
#include <functional>

#include "cli/builder.hpp"
#include "cli/remarks.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/results.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "provisioning/fleet/fleet.hpp"
#include "provisioning/tenants/registry.hpp"
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
  std::string format;
  std::vector<std::string> ignored_columns;
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
  send_first_messages(session, platform, {&result});
  return 0;
}

TenantResult to_result(const TenantOutcome& outcome) {
  return {.slug = outcome.slug,
          .result = std::string(outcome.result ? to_string(outcome.result->how) : "failed"),
          .error = outcome.error};
}

void rehearse_all(Session& session, Platform& platform, const std::vector<TenantRequest>& requests) {
  std::vector<TenantResult> results;
  for (const TenantRequest& request : requests) {
    TenantOutcome outcome{.slug = request.slug, .result = {}, .error = {}};
    try {
      outcome.result = rehearse_tenant(platform, request);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted || !platform.control().usable()) throw;
      outcome.error = error;
    }
    results.push_back(to_result(outcome));
  }
  write_results(session, results);
  session.terminal().info("dry run: nothing was done");
  throw_failed(results, true);
}

std::vector<TenantOutcome> create_all(Session& session, Platform& platform, const std::vector<TenantRequest>& requests,
                                      const std::function<void(const TenantOutcome&)>& done,
                                      const std::atomic<std::size_t>& finished) {
  try {
    return create_tenants(platform, requests, static_cast<int>(session.settings().parallel), done);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::interrupted) throw;
    throw Error(ErrorKind::interrupted,
                "interrupted; " + std::to_string(finished.load()) + " of " + std::to_string(requests.size()) +
                    " tenants are done, and their first administrators have not been sent an invitation yet",
                "Run the same command again: it finishes the others and sends the invitations.");
  }
}

// A list of tenants may leave out the administrators of those that exist.
void require_admins(Platform& platform, const std::vector<TenantRequest>& requests, const std::string& file) {
  std::vector<Diagnostic> problems;
  for (const TenantRequest& request : requests) {
    if (!request.admin_email.empty() || find_tenant(platform, request.slug)) continue;
    if (problems.size() == problem_limit) break;
    problems.push_back(
        {file, request.line, 0, "tenant " + request.slug + " does not exist, and the column 'admin_email' is missing"});
  }
  if (problems.empty()) return;
  throw Error(ErrorKind::invalid, file + " is not valid; nothing was provisioned", "", std::move(problems));
}

int create_many(Session& session, const CreateTenants& options) {
  const std::string& file = options.file;
  const std::string text = file == "-" ? read_standard_input(yaml_size_limit) : read_file(file, yaml_size_limit);
  const std::vector<TenantRequest> requests =
      read_requests(text, file == "-" ? "standard input" : file,
                    {.format = options.format, .ignored_columns = split_words(options.ignored_columns)});
  Platform platform = open_platform(session);
  require_admins(platform, requests, file == "-" ? "standard input" : file);
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
  const std::vector<TenantOutcome> outcomes = create_all(session, platform, requests, done, finished);
  failures.reset();
  std::vector<TenantResult> results;
  for (const TenantOutcome& outcome : outcomes) results.push_back(to_result(outcome));
  write_results(session, results);
  session.terminal().info(results.empty() ? "the file contains no tenants; nothing changed" : count_results(results));
  std::vector<const ProvisionResult*> provisioned;
  for (const TenantOutcome& outcome : outcomes) {
    if (outcome.result) provisioned.push_back(&*outcome.result);
  }
  send_first_messages(session, platform, provisioned);
  throw_failed(results, false);
  return 0;
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
    return create_many(session, options);
  }
  if (!options.format.empty() || !options.ignored_columns.empty()) {
    throw Error(ErrorKind::invalid, "--format and --ignore-columns need --file", "Give the file with -f.");
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
conflict (exit 7). If the administrator of an unfinished tenant has left in the meantime, running the command again is a
conflict, too (exit 7), until another --admin-email is given.

With --file, many tenants are provisioned, and a failure does not stop the others (exit 6, or that of the failures if
all tenants failed in the same way); with -o name only those that did not fail are listed.

A YAML file starts with 'acctl: 1'; under 'tenants' it has a mapping of slugs to the fields name, admin_email,
admin_name, plan, seats, pack, server, region, enterprise, domain and labels. A CSV file has the same as columns; a
column label.KEY gives one label. It may be one that 'acctl tenant list -o csv' has written, which changes nothing in
tenants that are as it says.)";

}  // namespace

Command tenant_create_command() {
  return command<CreateTenants>("create", "provision a tenant, or resume provisioning", run)
      .describe(std::string(create_tenants_text) + "\n\n" + csv_file_text(tenant_columns()))
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
      .option("-f, --file FILE", "tenants to create, as YAML or CSV; - for standard input", &CreateTenants::file)
      .values(Values::file)
      .option("--format FORMAT", "format of the file (default: CSV if its name ends in .csv or .tsv, else YAML)",
              &CreateTenants::format)
      .choices({"csv", "yaml"})
      .option("--ignore-columns COLUMN,…", "columns of a CSV file to leave out; repeatable",
              &CreateTenants::ignored_columns)
      .exits(5, "refused by a limit, such as that of a server")
      .exits(6, "some tenants of the file failed; the others are finished")
      .exits(7, "a tenant exists with other values, or its administrator has left")
      .example("acctl tenant create acme --name 'Acme Inc.' --admin-email ana@acme.example", "On the trial plan.")
      .example(
          "acctl tenant create emil --name Emil --admin-email ana@emil.example --plan pro --seats 50 --label tier=gold",
          "With a plan, a number of seats and a label.")
      .example("acctl tenant create umbrella --name Umbrella --admin-email ana@umbrella.example --pack msp",
               "A managed service provider, with roles from Viewer to Enterprise Admin.")
      .example("acctl tenant create -f tenants.csv --parallel 4", "Many tenants, four at a time.");
}

}  // namespace acctl
