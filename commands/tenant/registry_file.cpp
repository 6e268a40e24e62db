#include "commands/tenant/registry_file.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "commands/shared/execute_plan.hpp"
#include "commands/tenant/reports.hpp"
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

SkippedTenant being_deleted(const Tenant& tenant) {
  return {tenant.slug, "it is being deleted" + (tenant.hold_until ? ", and held until " + *tenant.hold_until : "")};
}

Error to_conflict(const SkippedTenant& tenant) {
  return {ErrorKind::conflict, "tenant " + tenant.slug + " cannot be changed: " + tenant.reason,
          "Cancel its deletion first: acctl tenant resume " + tenant.slug};
}

// Where a row names something that only the registry knows, by how a FieldProblem calls the value.
std::map<std::string, RegistryName> named_values(const RegistryRow& row) {
  std::map<std::string, RegistryName> names;
  for (const RegistryName& name : find_names(wanted_by(declared_settings(row), {}))) {
    names.emplace(name.first == "feature" ? "feature." + name.second : name.first, name);
  }
  const TenantRequest& request = row.request;
  if (!request.server.empty()) names["server"] = {"server", request.server};
  if (!request.region.empty()) names["region"] = {"region", request.region};
  if (!request.enterprise.empty()) names["enterprise"] = {"enterprise", request.enterprise};
  return names;
}

// "There are enterprise, pro, trial." of each kind that was mistyped.
std::string make_hint(const std::map<RegistryName, Error>& unknown) {
  std::map<std::string, std::string> hints;
  for (const auto& [name, error] : unknown) hints[name.first] = error.hint();
  if (hints.empty()) return "Add name and admin_email to the rows of new tenants.";
  std::string all;
  for (const auto& [kind, hint] : hints) all += (all.empty() ? "" : " ") + hint;
  return all;
}

// Throws Error(invalid) for all names in the rows that the registry does not have, and for new tenants without an
// administrator, each with its place.
void check_rows(Platform& platform, const RegistryFile& registry, const std::string& file,
                const std::map<std::string, Tenant>& existing) {
  std::set<RegistryName> all;
  for (const RegistryRow& row : registry.rows) {
    for (const auto& [field, name] : named_values(row)) all.insert(name);
  }
  const std::map<RegistryName, Error> unknown = find_unknown_names(platform, all);
  std::vector<Diagnostic> problems;
  const auto complain = [&](const Place& place, const std::string& message) {
    problems.push_back({file, place.line, place.column, message});
  };
  for (const RegistryRow& row : registry.rows) {
    const std::string& slug = row.request.slug;
    if (problems.size() >= problem_limit) break;
    for (const auto& [field, value] : {std::pair("name", row.request.name), {"admin_email", row.request.admin_email}}) {
      if (existing.contains(slug) || !value.empty()) continue;
      complain(row.find_place("slug"),
               "tenant " + slug + " does not exist, and has no " + field + " to be created with");
    }
    for (const auto& [field, name] : named_values(row)) {
      if (const auto found = unknown.find(name); found != unknown.end())
        complain(row.find_place(field), found->second.what());
    }
  }
  if (problems.empty()) return;
  throw Error(ErrorKind::invalid, file + " is not valid; nothing was changed", make_hint(unknown), std::move(problems));
}

}  // namespace

std::vector<Option> registry_file_options(RegistryFileOptions& target) {
  return {
      parse_option("-f, --file FILE", "tenants, as YAML or CSV; - for standard input", &target.file,
                   {.required = true, .values = Values::file}),
      parse_option("--format FORMAT", "format of the file (default: CSV if its name ends in .csv or .tsv, else YAML)",
                   &target.format, {.choices = {"csv", "yaml"}}),
      parse_option("--ignore-columns COLUMN,…", "columns of a CSV file to leave out; repeatable",
                   &target.ignored_columns)};
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
  FileRequests requests;
  if (registry.rows.empty()) return requests;
  TenantFilter filter;
  for (const RegistryRow& row : registry.rows) filter.slugs.push_back(row.request.slug);
  std::map<std::string, Tenant> existing;
  for (Tenant& tenant : list_tenants(platform, filter)) existing.emplace(tenant.slug, std::move(tenant));
  check_rows(platform, registry, file, existing);
  for (const RegistryRow& row : registry.rows) {
    const TenantRequest& request = row.request;
    const auto found = existing.find(request.slug);
    const bool unfinished =
        found != existing.end() && (found->second.status == "provisioning" || found->second.status == "failed");
    if (found == existing.end() || unfinished) {
      requests.fresh.push_back(&row);
      continue;
    }
    if (found->second.status == "deprovisioning") {
      const SkippedTenant skipped = being_deleted(found->second);
      if (declares) requests.skipped.push_back(skipped);
      if (!declares) requests.conflicts.push_back({skipped.slug, to_conflict(skipped)});
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
  std::ranges::sort(requests.skipped, {}, &SkippedTenant::slug);
  return requests;
}

void put_founding_first(Platform& platform, std::vector<const RegistryRow*>& rows) {
  std::vector<TenantRequest> requests;
  for (const RegistryRow* row : rows) requests.push_back(row->request);
  const std::set<std::string> founding = find_founding(platform, requests);
  std::ranges::stable_partition(rows, [&](const RegistryRow* row) { return founding.contains(row->request.slug); });
}

void complete_fresh(Session& session, Platform& platform, const std::vector<const RegistryRow*>& rows,
                    const std::optional<std::string>& manager, std::vector<TenantFailure>& failures) {
  std::vector<const TenantRequest*> made;
  for (const RegistryRow* row : rows) made.push_back(&row->request);
  tell_reserved_domains(session, made);
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
