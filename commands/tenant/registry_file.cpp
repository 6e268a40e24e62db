#include "commands/tenant/registry_file.hpp"

#include <algorithm>
#include <map>

#include "commands/shared/execute_plan.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml.hpp"

namespace acctl {

namespace {

// A tenant is moved or cloned to have another of these.
TenantRequest fixed_part(const TenantRequest& request) {
  TenantRequest fixed;
  fixed.pack = request.pack;
  fixed.server = request.server;
  fixed.region = request.region;
  fixed.enterprise = request.enterprise;
  return fixed;
}

}  // namespace

std::vector<Option> registry_file_options(RegistryFileOptions& target) {
  return {{.name = "--file",
           .value = "FILE",
           .help = "tenants, as YAML or CSV; - for standard input",
           .target = &target.file,
           .letter = 'f',
           .required = true,
           .values = Values::file},
          {.name = "--format",
           .value = "FORMAT",
           .help = "format of the file (default: CSV if its name ends in .csv or .tsv, else YAML)",
           .target = &target.format,
           .choices = {"csv", "yaml"}},
          {.name = "--ignore-columns",
           .value = "COLUMN,…",
           .help = "columns of a CSV file to leave out; repeatable",
           .target = &target.ignored_columns}};
}

std::string file_name(const RegistryFileOptions& options) {
  return options.file == "-" ? "standard input" : options.file;
}

RegistryFile read_registry(const RegistryFileOptions& options) {
  const std::string text =
      options.file == "-" ? read_standard_input(yaml_size_limit) : read_file(options.file, yaml_size_limit);
  return read_registry_file(text, file_name(options),
                            {.format = options.format, .ignored_columns = split_words(options.ignored_columns)});
}

FileRequests compare_file(Platform& platform, const RegistryFile& registry, const std::string& file, bool declares) {
  TenantFilter filter;
  std::vector<SettingsPatch> patches;
  for (const RegistryRow& row : registry.rows) {
    filter.slugs.push_back(row.request.slug);
    patches.push_back(wanted_by(declared_settings(row), {}));
  }
  FileRequests requests;
  if (registry.rows.empty()) return requests;
  require_known_names(platform, patches);
  std::map<std::string, Tenant> existing;
  for (Tenant& tenant : list_tenants(platform, filter)) existing.emplace(tenant.slug, std::move(tenant));
  std::vector<Diagnostic> problems;
  for (const RegistryRow& row : registry.rows) {
    const TenantRequest& request = row.request;
    const auto found = existing.find(request.slug);
    const bool unfinished =
        found != existing.end() && (found->second.status == "provisioning" || found->second.status == "failed");
    if (found == existing.end() && request.admin_email.empty() && problems.size() < problem_limit) {
      problems.push_back({file, request.line, 0,
                          "tenant " + request.slug + " does not exist, and has no admin_email to be created with"});
    }
    if (found == existing.end() || unfinished) {
      requests.fresh.push_back(&row);
      continue;
    }
    const std::vector<std::string> points = differences(found->second, fixed_part(request));
    if (!points.empty()) {
      requests.conflicts.push_back(
          {request.slug,
           Error(ErrorKind::conflict, "tenant " + request.slug + " exists with other arguments: " + join(points, "; "),
                 "Leave them out: a file does not change them.")});
      continue;
    }
    requests.edits.push_back({.tenant = std::move(found->second),
                              .place = {.file = file, .line = request.line},
                              .declared = declared_settings(row),
                              .manager = declares ? std::optional(registry.manager) : std::nullopt});
  }
  if (problems.empty()) return requests;
  throw Error(ErrorKind::invalid, file + " is not valid; nothing was changed", "", std::move(problems));
}

void complete_fresh(Session& session, Platform& platform, const std::vector<const RegistryRow*>& rows,
                    const std::optional<std::string>& manager, std::vector<TenantFailure>& failures) {
  std::map<std::string, const RegistryRow*> by_slug;
  TenantFilter filter;
  for (const RegistryRow* row : rows) {
    TenantSettings more = row->more;
    more.erase("whole");
    if (more.empty() && !manager) continue;
    by_slug[row->request.slug] = row;
    filter.slugs.push_back(row->request.slug);
  }
  if (filter.slugs.empty()) return;
  std::vector<RegistryRequest> requests;
  for (Tenant& tenant : list_targets(platform, filter)) {
    const RegistryRow& row = *by_slug[tenant.slug];
    requests.push_back({.tenant = std::move(tenant), .declared = declared_settings(row), .manager = manager});
  }
  RegistryEdits edits(platform, std::move(requests), edit_options(session, "tenant.apply"));
  edits.plan();
  edits.run(Mode::perform);
  std::ranges::copy(edits.report().failures, std::back_inserter(failures));
}

}  // namespace acctl
