#include <map>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/create_file.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/tenants/request_file.hpp"

namespace acctl {

namespace {

// One tenant from options, or many from a file.
struct CreateTenants : TenantRequest {
  std::vector<std::string> label_words;  // KEY=VALUE
  std::string file;
  std::string format;
  std::vector<std::string> ignored_columns;
  bool create_only = false;
};

std::map<std::string, std::string> parse_labels(const std::vector<std::string>& words) {
  std::map<std::string, std::string> labels;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos)
      throw Error(ErrorKind::invalid, "--label: '" + word + "' is not KEY=VALUE", "Give for example tier=gold.");
    const std::string key = word.substr(0, equals);
    if (equals + 1 == word.size()) {
      throw Error(ErrorKind::invalid, "--label: the value of " + key + " is empty",
                  "Leave the label out, or give a value; a script may have lost the one that was meant.");
    }
    if (!labels.emplace(key, word.substr(equals + 1)).second) {
      throw Error(ErrorKind::invalid, "--label: " + key + " is given twice", "Give each label once.");
    }
  }
  return labels;
}

void create_one(Session& session, const CreateTenants& options) {
  TenantRequest request = options;
  request.labels = parse_labels(options.label_words);
  check(request);  // before anything is started or connected
  Platform platform = open_platform(session);
  if (session.settings().dry_run) {
    const ProvisionResult result = rehearse_tenant(platform, request);
    session.terminal().info("dry run: tenant " + request.slug + " would be " + std::string(to_string(result.how)) +
                            "; nothing was done");
    write_tenant(session, result.tenant);
    tell_first_messages(session, {&result});
    return;
  }
  const ProvisionResult result = create_tenant(platform, request, show_steps(session));
  session.terminal().info(
      result.how == Provisioned::unchanged
          ? "tenant " + request.slug + " exists and is " + result.tenant.status + "; nothing changed"
          : "tenant " + request.slug + " is " + result.tenant.status + " (" + std::string(to_string(result.how)) + ")");
  if (result.how != Provisioned::unchanged) tell_reserved_domains(session, {&request});
  write_tenant(session, result.tenant);
  tell_first_messages(session, {&result});
  send_first_messages(session, platform, {&result});
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
                                    {"--label", std::string(options.label_words.empty() ? "" : "given")}}) {
    if (!value.empty()) throw Error(ErrorKind::invalid, std::string(name) + " and --file cannot be combined");
  }
}

void run(Session& session, const CreateTenants& options) {
  refuse_selectors(session);
  if (!options.file.empty()) {
    refuse_beside_file(options);
    return create_from_file(session, {options.file, options.format, options.ignored_columns}, options.create_only);
  }
  if (!options.format.empty() || !options.ignored_columns.empty() || options.create_only) {
    throw Error(ErrorKind::invalid, "--format, --ignore-columns and --create-only need --file",
                "Give the file with -f.");
  }
  if (options.slug.empty()) {
    throw Error(ErrorKind::invalid, "SLUG is missing", "To create many tenants, use --file.");
  }
  if (options.name.empty()) throw Error(ErrorKind::invalid, "--name NAME is missing");
  if (options.admin_email.empty()) throw Error(ErrorKind::invalid, "--admin-email EMAIL is missing");
  create_one(session, options);
}

constexpr std::string_view create_tenants_text = R"(
Provisions a tenant: registry entry, database, schema, storage, routes, support address and initial data. The tenant
becomes active last, so that a partly provisioned tenant is never reachable. Running the command again changes
nothing; after a failure or an interruption, it completes what is missing. Other arguments for an existing slug are a
conflict (exit 7). If the administrator of an unfinished tenant has left in the meantime, running the command again is a
conflict, too (exit 7), until another --admin-email is given. A custom domain is reserved for the tenant, and published
when 'acctl tenant edit SLUG --domain DOMAIN' has verified it.

With --file, many tenants are provisioned, and a failure does not stop the others (exit 6, or that of the failures if
all tenants failed in the same way); with -o name only those that did not fail are listed. Where a tenant exists and
the file says something else of it, the changes are shown and have to be confirmed, as with 'acctl tenant edit' and
'acctl tenant set-plan'; with --create-only such a row is a conflict (exit 7).

A YAML file starts with 'acctl: 1'; under 'tenants' it has a mapping of slugs to the fields name, admin_email,
admin_name, plan, seats, pack, server, region, enterprise, domain, labels, subscription, trial_ends, features, limits and
notes. A CSV file has the same as columns; a
column label.KEY gives one label. It may be one that 'acctl tenant list -o csv' has written, which changes nothing in
tenants that are as it says.)";

}  // namespace

Command tenant_create_command() {
  return command<CreateTenants>("create", "provision a tenant, or resume provisioning", run)
      .describe(std::string(create_tenants_text) + "\n\n" + csv_file_text(tenant_columns()))
      .argument("[SLUG]", "label of the host name: 1 to 63 of a-z, 0-9 and '-', starting with a letter",
                &CreateTenants::slug)
      .values(Values::new_name)
      .option("--name NAME", "display name of the organization", &CreateTenants::name)
      .option("--admin-email EMAIL", "address of the first administrator, who is invited", &CreateTenants::admin_email)
      .values(Values::new_name)
      .option("--admin-name NAME", "name of the first administrator", &CreateTenants::admin_name)
      .option("--plan PLAN", "plan: trial, pro or enterprise (default: trial)", &CreateTenants::plan)
      .option("--seats N", "maximum number of users (default: that of the plan)", &CreateTenants::seats)
      .option("--pack PACK", "template pack: helpdesk, conversational, messaging or msp (default: helpdesk)",
              &CreateTenants::pack)
      .suggestions(pack_names())
      .option("--server SERVER", "server to place the tenant on", &CreateTenants::server)
      .option("--region REGION", "region to place the tenant in", &CreateTenants::region)
      .option("--label KEY=VALUE", "label to attach; repeatable", &CreateTenants::label_words)
      .values(Values::labels)
      .option("--enterprise KEY", "enterprise that the tenant belongs to", &CreateTenants::enterprise)
      .values(Values::enterprises)
      .option("--domain DOMAIN", "custom host name of the customer, to be verified before it is published",
              &CreateTenants::domain)
      .option("-f, --file FILE", "tenants to create, as YAML or CSV; - for standard input", &CreateTenants::file)
      .values(Values::file)
      .option("--format FORMAT", "format of the file (default: CSV if its name ends in .csv or .tsv, else YAML)",
              &CreateTenants::format)
      .choices({"csv", "yaml"})
      .option("--ignore-columns COLUMN,…", "columns of a CSV file to leave out; repeatable",
              &CreateTenants::ignored_columns)
      .option("--create-only", "do not change tenants that exist", &CreateTenants::create_only)
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
