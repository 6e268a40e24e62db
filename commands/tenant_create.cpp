// tenant create: one tenant from options, or many from a file.
#include <atomic>
#include <nlohmann/json.hpp>

#include "commands/delivery.hpp"
#include "commands/open.hpp"
#include "commands/tenant.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "provisioning/fleet/fleet.hpp"
#include "provisioning/model/files.hpp"
#include "provisioning/tenants/requests.hpp"
#include "provisioning/tenants/template.hpp"

namespace acctl {

namespace {

struct CreateOptions {
  TenantRequest request;
  std::vector<std::string> labels;  // KEY=VALUE
  std::string file;
};

std::string_view word_for(Provisioned how) {
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

void add_labels(TenantRequest& request, const std::vector<std::string>& labels) {
  for (const std::string& label : labels) {
    const std::size_t equals = label.find('=');
    if (equals == std::string::npos) throw Error(ErrorKind::invalid, "--label: '" + label + "' is not KEY=VALUE");
    const std::string key = label.substr(0, equals);
    if (!request.labels.emplace(key, label.substr(equals + 1)).second) {
      throw Error(ErrorKind::invalid, "--label: " + key + " is given twice");
    }
  }
}

int create_one(Session& session, const TenantRequest& request) {
  check(request);  // before anything is started or connected
  Platform platform = open_platform(session);
  if (session.settings().dry_run) {
    const ProvisionResult result = rehearse_tenant(platform, request);
    session.terminal().info("dry run: tenant " + request.slug + " would be " + std::string(word_for(result.how)) +
                            "; nothing was done");
    write_tenant(session, result.tenant);
    return 0;
  }
  const auto listener = [&](const std::string& slug, std::string_view step) {
    session.terminal().verbose(slug + ": " + std::string(step));
  };
  const ProvisionResult result = create_tenant(platform, request, listener);
  session.terminal().info(result.how == Provisioned::unchanged
                              ? "tenant " + request.slug + " exists and is " + result.tenant.status +
                                    "; nothing changed"
                              : "tenant " + request.slug + " is active (" + std::string(word_for(result.how)) + ")");
  write_tenant(session, result.tenant);
  if (result.how != Provisioned::unchanged) deliver_now(session, platform, {&result.tenant}, "");
  return 0;
}

nlohmann::ordered_json to_json(const TenantOutcome& outcome) {
  nlohmann::ordered_json record = {{"slug", outcome.slug},
                                   {"result", outcome.result ? word_for(outcome.result->how) : "failed"},
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
              "Cure the causes and run the same command again: only the unfinished are touched.");
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
  const auto done = [&](const TenantOutcome& outcome) {
    if (outcome.error) session.terminal().warn("tenant " + outcome.slug + ": " + outcome.error->what());
    session.terminal().progress(std::to_string(++finished) + " of " + std::to_string(requests.size()) + " tenants");
  };
  const std::vector<TenantOutcome> outcomes =
      create_tenants(platform, requests, static_cast<int>(session.settings().parallel), done);
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
  session.terminal().info(summary.empty() ? "the file names no tenants; nothing changed" : summary);
  std::vector<const Tenant*> told;
  for (const TenantOutcome& outcome : outcomes) {
    if (outcome.result && outcome.result->how != Provisioned::unchanged) told.push_back(&outcome.result->tenant);
  }
  deliver_now(session, platform, told, "");
  if (!counts.contains("failed")) return 0;
  throw_partial(counts["failed"], outcomes.size(), "failed; the others are done");
}

// The file says all there is to say of its tenants: an option beside it would be left out without a word.
void refuse_beside_file(const CreateOptions& options) {
  const TenantRequest& given = options.request;
  for (const auto& [name, value] : {std::pair("SLUG", given.slug),
                                    {"--name", given.name},
                                    {"--admin-email", given.admin_email},
                                    {"--admin-name", given.admin_name},
                                    {"--plan", given.plan},
                                    {"--pack", given.pack},
                                    {"--server", given.server},
                                    {"--region", given.region},
                                    {"--enterprise", given.enterprise},
                                    {"--domain", given.domain},
                                    {"--seats", std::string(given.seats ? "given" : "")},
                                    {"--label", std::string(options.labels.empty() ? "" : "given")}}) {
    if (!value.empty()) throw Error(ErrorKind::invalid, std::string(name) + " and --file exclude each other");
  }
}

int create(Session& session, CreateOptions options) {
  refuse_selectors(session);
  if (!options.file.empty()) {
    refuse_beside_file(options);
    return create_many(session, options.file);
  }
  TenantRequest& request = options.request;
  if (request.slug.empty()) throw Error(ErrorKind::invalid, "SLUG is missing", "Or name many tenants with --file.");
  if (request.name.empty()) throw Error(ErrorKind::invalid, "--name NAME is missing");
  if (request.admin_email.empty()) throw Error(ErrorKind::invalid, "--admin-email EMAIL is missing");
  add_labels(request, options.labels);
  return create_one(session, request);
}

}  // namespace

Command tenant_create_command() {
  auto options = std::make_shared<CreateOptions>();
  TenantRequest& request = options->request;
  return {
      .name = "create",
      .summary = "provision a tenant, or go on with one",
      .description =
          R"(Provisions a tenant: registry, database, schema, storage, routing, e-mail, seed; it becomes active at the very end, so that a half-made tenant is never reachable. The same call again changes nothing; other arguments for an existing slug are a conflict (exit 7); after a failure or an interruption the same call goes on with what is missing. A tenant whose administrator has left before it was finished is not finished for them (exit 7): the same call with another --admin-email is.

With --file many tenants are provisioned at a time, and one failure does not stop the others (exit 6).)",
      .arguments = {{.name = "SLUG",
                     .help = "label of the host name: 1 to 63 of a-z, 0-9 and -, a letter first",
                     .target = &request.slug,
                     .required = false}},
      .options =
          {{.name = "--name", .value = "NAME", .help = "name of the organization", .target = &request.name},
           {.name = "--admin-email",
            .value = "EMAIL",
            .help = "first administrator, who is invited",
            .target = &request.admin_email},
           {.name = "--admin-name", .value = "NAME", .help = "the administrator's name", .target = &request.admin_name},
           {.name = "--plan",
            .value = "PLAN",
            .help = "trial (the default), pro or enterprise",
            .target = &request.plan,
            .suggestions = {"trial", "pro", "enterprise"}},
           {.name = "--seats", .value = "N", .help = "limit of users, instead of the plan's", .target = &request.seats},
           {.name = "--pack",
            .value = "PACK",
            .help = "what it is seeded with: helpdesk (the default), conversational, messaging or msp",
            .target = &request.pack,
            .suggestions = pack_names()},
           {.name = "--server", .value = "SERVER", .help = "the server to place it on", .target = &request.server},
           {.name = "--region", .value = "REGION", .help = "a region to place it in", .target = &request.region},
           {.name = "--label", .value = "KEY=VALUE", .help = "a label; repeatable", .target = &options->labels},
           {.name = "--enterprise",
            .value = "KEY",
            .help = "the enterprise it belongs to",
            .target = &request.enterprise},
           {.name = "--domain",
            .value = "DOMAIN",
            .help = "a host name of the customer's own",
            .target = &request.domain},
           {.name = "--file",
            .value = "FILE",
            .help = "many tenants, from YAML or CSV; - is standard input (YAML)",
            .target = &options->file,
            .letter = 'f',
            .values = Values::file}},
      .examples = {{"acctl tenant create acme --name 'Acme Inc.' --admin-email ana@acme.example", "On the trial plan."},
                   {"acctl tenant create acme --name 'Acme Inc.' --admin-email ana@acme.example --plan pro --seats 50 "
                    "--label tier=gold",
                    "With a plan, more seats and a label."},
                   {"acctl tenant create umbrella --name Umbrella --admin-email ana@umbrella.example --pack msp",
                    "A managed service provider, with roles from Viewer to Enterprise Admin."},
                   {"acctl tenant create -f tenants.csv --parallel 4", "Many at a time."}},
      .run = [options](Session& session) { return create(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl
