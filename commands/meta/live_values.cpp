#include "commands/meta/live_values.hpp"

#include <algorithm>

#include "cli/configuration.hpp"
#include "commands/shared/connect_platform.hpp"
#include "man/pages.hpp"
#include "provisioning/base/embedded.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/tenant_condition.hpp"
#include "provisioning/tenants/suggestions.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

namespace {

using Candidates = std::vector<Candidate>;

Candidates to_candidates(std::vector<Suggestion> suggestions) {
  Candidates all;
  for (Suggestion& each : suggestions) all.push_back({std::move(each.value), std::move(each.about)});
  return all;
}

// Values of one tenant can be offered once it is known which one.
Candidates in_tenant(Session& session, const std::function<std::vector<Suggestion>(TenantSession&)>& suggest) {
  const std::vector<std::string>& named = session.settings().tenants;
  if (named.size() != 1) return {};
  Platform platform = begin_platform(session);
  const TenantFilter filter{.slugs = named};
  platform.open(targets_of(filter));
  const std::vector<Tenant> tenants = list_targets(platform, filter);
  if (tenants.size() != 1) return {};
  TenantSession tenant = enter(platform, tenants.front());
  return to_candidates(suggest(tenant));
}

Candidates objects_of(Session& session, std::string_view kind) {
  const Kind* found = find_kind(kind);
  if (found == nullptr || found->internal) return {};
  return in_tenant(session, [&](TenantSession& tenant) { return suggest_objects(tenant, *found); });
}

Candidates kind_names(const std::string& end) {
  Candidates all;
  for (const Kind& kind : kinds()) {
    if (!kind.internal) all.push_back({std::string(kind.name) + end, std::string(kind.summary)});
  }
  return all;
}

// KIND/KEY: kinds first, then the keys of the one that is typed.
Candidates addresses(Session& session, const std::string& prefix) {
  const std::size_t slash = prefix.find('/');
  if (slash == std::string::npos) return kind_names("/");
  const std::string kind = prefix.substr(0, slash);
  Candidates all =
      kind == "users"
          ? in_tenant(session, [&](TenantSession& tenant) { return suggest_users(tenant, prefix.substr(slash + 1)); })
          : objects_of(session, kind);
  for (Candidate& each : all) each.word.insert(0, kind + "/");
  return all;
}

// KIND, and KIND.FIELD once a dot is typed.
Candidates kinds_and_fields(const std::string& prefix) {
  const std::size_t dot = prefix.find('.');
  const Kind* kind = dot == std::string::npos ? nullptr : find_kind(prefix.substr(0, dot));
  if (kind == nullptr) return kind_names("");
  Candidates all;
  const std::string before = std::string(kind->name) + ".";
  for (const Field& field : kind->fields) all.push_back({before + std::string(field.name), std::string(field.help)});
  for (const List& list : kind->lists) all.push_back({before + std::string(list.name), std::string(list.help)});
  return all;
}

Candidates from_platform(Session& session, const std::string& prefix,
                         std::vector<Suggestion> (*suggest)(Platform&, const std::string&)) {
  Platform platform = open_platform(session);
  return to_candidates(suggest(platform, prefix));
}

// KEY=VALUE of --match: keys first, then the values of the one that is typed.
Candidates match_candidates(Session& session, const std::string& prefix) {
  const std::size_t equals = prefix.find('=');
  const std::string key = prefix.substr(0, equals);
  const std::string typed = equals == std::string::npos ? "" : prefix.substr(equals + 1);
  Candidates all;
  if (equals == std::string::npos) {
    using Type = TenantProperty::Type;
    for (const TenantProperty& each : tenant_properties()) {
      if (each.type == Type::name || each.type == Type::word) all.push_back({std::string(each.name) + "="});
    }
    for (const Candidate& label : read_live_values(session, Values::labels, prefix)) {
      const std::string name = label.word.substr(0, label.word.find('=') + 1);
      if (all.back().word != name) all.push_back({name, "label"});
    }
    return all;
  }
  if (key == "plan") all = read_live_values(session, Values::plans, typed);
  if (key == "server") all = read_live_values(session, Values::servers, typed);
  if (key == "region") all = read_live_values(session, Values::regions, typed);
  if (key == "enterprise") all = read_live_values(session, Values::enterprises, typed);
  if (key == "pack") all = read_live_values(session, Values::packs, typed);
  if (key == "feature") all = from_platform(session, typed, suggest_features);
  if (key == "override") all = from_platform(session, typed, suggest_overrides);
  if (const TenantProperty* property = find_tenant_property(key)) {
    for (const std::string_view word : property->words) all.push_back({std::string(word)});
  }
  for (Candidate& each : all) each.word.insert(0, key + "=");
  return all.empty() ? read_live_values(session, Values::labels, prefix) : all;
}

Candidates contexts() {
  Candidates all;
  for (const Context& context : read_configuration().contexts) {
    all.push_back({context.name, context.is_protected ? "protected" : ""});
  }
  return all;
}

// ENTRY=VALUE of a context.
Candidates context_settings() {
  Candidates all;
  for (const std::string& entry : context_entries()) all.push_back({entry + "="});
  return all;
}

Candidates pages(Session& session) {
  Candidates all;
  for (const PageEntry& page : list_pages(session.root())) all.push_back({page.name, page.summary});
  return all;
}

Candidates topics(Session& session) {
  Candidates all = pages(session);
  all.insert(all.begin(), Candidate{"exit-codes", "what the exit codes mean"});
  return all;
}

Candidates pack_names() {
  Candidates all;
  for (const Pack& pack : packs()) all.push_back({std::string(pack.name)});
  return all;
}

}  // namespace

std::vector<Candidate> read_live_values(Session& session, Values source, const std::string& prefix) {
  switch (source) {
    case Values::text:
    case Values::new_name:
      return {};
    case Values::file:
      return list_file_names(prefix);
    case Values::kinds:
      return kinds_and_fields(prefix);
    case Values::objects:
      return addresses(session, prefix);
    case Values::matches:
      return match_candidates(session, prefix);
    case Values::contexts:
      return contexts();
    case Values::context_settings:
      return context_settings();
    case Values::pages:
      return pages(session);
    case Values::topics:
      return topics(session);
    case Values::packs:
      return pack_names();
    case Values::tenants:
      return from_platform(session, prefix, suggest_tenants);
    case Values::enterprises:
      return from_platform(session, prefix, suggest_enterprises);
    case Values::servers:
      return from_platform(session, prefix, suggest_servers);
    case Values::regions:
      return from_platform(session, prefix, suggest_regions);
    case Values::plans:
      return from_platform(session, prefix, suggest_plans);
    case Values::labels:
      return from_platform(session, prefix, suggest_labels);
    case Values::users:
      return in_tenant(session, [&](TenantSession& tenant) { return suggest_users(tenant, prefix); });
    case Values::runs:
      return in_tenant(session, [&](TenantSession& tenant) { return suggest_runs(tenant, prefix); });
    case Values::roles:
      return objects_of(session, "roles");
    case Values::teams:
      return objects_of(session, "teams");
    case Values::role_templates:
      return objects_of(session, "role_templates");
    case Values::permissions:
      return objects_of(session, "permissions");
  }
  return {};
}

}  // namespace acctl
