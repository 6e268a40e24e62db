#include <algorithm>

#include "cli/builder.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/tenant/registry_edit.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/dns.hpp"

namespace acctl {

namespace {

struct EditTenants {
  std::vector<std::string> slugs;
  std::string name;
  std::vector<std::string> domains;
  std::vector<std::string> removed_domains;
  bool force = false;
  std::string dns_server;
  std::string admin_email;
  std::string admin_name;
  std::string notes;
  std::string region;
};

void add_domains(SettingsPatch& patch, const EditTenants& options) {
  for (const std::string& domain : split_words(options.domains)) {
    patch["domain." + domain] = "unverified";
  }
  for (const std::string& domain : split_words(options.removed_domains)) {
    if (patch.emplace("domain." + domain, nullptr).second) continue;
    throw Error(ErrorKind::invalid, "domain " + domain + " is both added and removed",
                "Give it with --domain or with --remove-domain.");
  }
}

// Whether whoever manages the domain has published that it is for this tenant.
bool is_shown(Session& session, const Tenant& tenant, const std::string& domain, const std::string& server) {
  const std::string name = "_acctl." + domain;
  const std::string text = "acctl-tenant=" + tenant.id;
  try {
    const std::vector<std::string> records = find_txt_records(name, server);
    if (std::ranges::find(records, text) != records.end()) return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::connection) throw;
    session.terminal().warn(error.what());
  }
  session.terminal().info("to publish " + domain + ", add the DNS record " + name + " TXT \"" + text +
                          "\" and run the command again");
  return false;
}

bool can_be_added(Platform& platform, const std::string& slug, const SettingsPatch& patch) {
  try {
    require_free_domains(platform, slug, patch);
    return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict && error.kind() != ErrorKind::invalid) throw;
    return false;
  }
}

void verify_domains(Session& session, Platform& platform, const Tenant& tenant, const EditTenants& options,
                    SettingsPatch& patch) {
  if (options.domains.empty()) return;
  // Whoever cannot have a domain need not be told how to publish it; the plan says why.
  if (!can_be_added(platform, tenant.slug, patch)) return;
  const std::vector<RegisteredTenant> now = read_settings(platform.control(), {tenant.id});
  for (const std::string& domain : split_words(options.domains)) {
    const bool known = !now.empty() && now.front().settings.contains("domain." + domain) &&
                       now.front().settings.at("domain." + domain) == "verified";
    const bool verified = options.force || known || is_shown(session, tenant, domain, options.dns_server);
    patch["domain." + domain] = verified ? "verified" : "unverified";
  }
}

// A region is that of the server with the tenant's data.
void require_region(Platform& platform, const Tenant& tenant, const std::string& region) {
  if (region.empty() || tenant.region == region) return;
  const RegistryName name("region", region);
  const auto unknown = find_unknown_names(platform, {name});
  if (!unknown.empty()) throw Error(unknown.at(name));
  throw Error(ErrorKind::conflict,
              "tenant " + tenant.slug + " is in region " + tenant.region + ", that of its server " + tenant.server +
                  "; a tenant that exists does not move",
              "Restore it there from an export, under another slug: acctl export -t " + tenant.slug +
                  " --with-data --out FILE, then acctl tenant restore " + tenant.slug +
                  " --from FILE --with-data --as SLUG --region " + region);
}

// What only one tenant can have.
void require_one(const Session& session, const EditTenants& options) {
  const bool several = options.slugs.size() > 1 || (options.slugs.empty() && names_several(session));
  if (!several) return;
  for (const char* option : {"--name", "--domain", "--remove-domain", "--admin-email", "--admin-name"}) {
    if (!session.given(option)) continue;
    throw Error(ErrorKind::invalid, std::string(option) + " is for one tenant, and several are selected",
                "Give the slug of one tenant.");
  }
}

void run(Session& session, const EditTenants& options) {
  require_one(session, options);
  if (options.force && options.domains.empty()) {
    throw Error(ErrorKind::invalid, "--force needs --domain", "Name the domain that is to be published.");
  }
  SettingsPatch patch;
  if (!options.name.empty()) patch["name"] = options.name;
  if (!options.admin_email.empty()) patch["admin_email"] = options.admin_email;
  if (!options.admin_name.empty()) patch["admin_name"] = options.admin_name;
  if (session.given("--notes"))
    patch["notes"] = options.notes.empty() ? nlohmann::json() : nlohmann::json(options.notes);
  add_domains(patch, options);
  const auto adapt = [&](Platform& platform, const Tenant& tenant, SettingsPatch& one) {
    require_region(platform, tenant, options.region);
    verify_domains(session, platform, tenant, options, one);
  };
  edit_registry(session, {.verb = "edit",
                          .slugs = options.slugs,
                          .patch = patch,
                          .may_be_empty = !options.region.empty(),
                          .adapt = adapt});
}

}  // namespace

Command tenant_edit_command() {
  return command<EditTenants>("edit", "change the name, domains, administrator and notes of tenants", run)
      .describe(R"(
Changes the entry of tenants in the registry. A custom domain is reserved for the tenant at once, so that no other can
have it, and is published when it is verified: whoever manages the domain adds the DNS record that the command names,
and the same command finds it. --force publishes the domain without. Removing a domain ends its route at once, so the
command prompts first; without a terminal, --yes is required.

The administrator is the person whom staff turn to, shown as the contact by 'acctl tenant show'; it is not a user's
address and does not follow one. The roles of users are changed by 'acctl role grant'.

The region is that of the server with the tenant's data: --region with another one is refused (exit 7) and says how to
restore the tenant there.

The same command again changes nothing. Plan, seats and limits are changed by 'acctl tenant set-plan', labels by 'acctl
tenant label'.)")
      .with(edited_tenants, &EditTenants::slugs)
      .option("--name NAME", "display name of the organization", &EditTenants::name)
      .option("--domain DOMAIN", "custom host name to reserve for the tenant; repeatable", &EditTenants::domains)
      .option("--remove-domain DOMAIN", "custom host name to give back; repeatable", &EditTenants::removed_domains)
      .option("--force", "publish the domains of --domain without verifying them", &EditTenants::force)
      .option("--dns-server ADDRESS", "name server to ask for the DNS record (default: those of this machine)",
              &EditTenants::dns_server)
      .option("--admin-email EMAIL", "address of the administrator whom staff turn to", &EditTenants::admin_email)
      .option("--admin-name NAME", "name of that administrator", &EditTenants::admin_name)
      .option("--notes TEXT", "notes for staff", &EditTenants::notes)
      .clears()
      .longest(2000)
      .option("--region REGION", "region in which the tenant has to be", &EditTenants::region)
      .formats(report_formats())
      .example("acctl tenant edit acme --name 'Acme Corporation'", "Correct the name.")
      .example("acctl tenant edit acme --domain help.acme.example", "Reserve a custom domain.");
}

}  // namespace acctl
