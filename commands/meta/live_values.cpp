#include "commands/meta/live_values.hpp"

#include <algorithm>
#include <map>

#include "cli/configuration.hpp"
#include "commands/shared/connect_platform.hpp"
#include "man/command_pages.hpp"
#include "man/pages.hpp"
#include "provisioning/base/csv.hpp"
#include "provisioning/base/embedded.hpp"
#include "provisioning/base/words.hpp"
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
  platform.open(make_target_statement(filter));
  const std::vector<Tenant> tenants = list_targets(platform, filter);
  if (tenants.size() != 1) return {};
  TenantSession tenant = enter(platform, tenants.front());
  return to_candidates(suggest(tenant));
}

Candidates from_tenant(Session& session, TenantValues values, const std::string& prefix,
                       const std::optional<std::string>& of = {}) {
  return in_tenant(session, [&](TenantSession& tenant) { return suggest(tenant, values, prefix, of); });
}

Candidates from_platform(Session& session, PlatformValues values, const std::string& prefix,
                         const std::optional<std::string>& of = {}) {
  Platform platform = open_platform(session);
  return to_candidates(suggest(platform, values, prefix, of));
}

Candidates read_objects(Session& session, std::string_view kind) {
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
  Candidates all = kind == "users" ? from_tenant(session, TenantValues::users, prefix.substr(slash + 1))
                                   : read_objects(session, kind);
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

Candidates suggest_packs() {
  Candidates all;
  for (const Pack& pack : packs()) all.push_back({std::string(pack.name)});
  return all;
}

// What is to be compared, with an operator that fits it.
Candidates match_keys(Session& session, const std::string& prefix) {
  using Type = TenantProperty::Type;
  const std::map<Type, std::string> operators = {{Type::name, "="},  {Type::word, "="},   {Type::past, ">"},
                                                 {Type::ahead, "<"}, {Type::count, ">="}, {Type::limit, ">="}};
  Candidates all;
  for (const TenantProperty& each : tenant_properties()) {
    all.push_back({std::string(each.name) + operators.at(each.type), std::string(each.help)});
  }
  const std::string label(label_key_prefix);
  const bool whole = prefix.starts_with(label);
  if (!whole) all.push_back({label, "a label by its key"});
  for (const Candidate& each :
       from_platform(session, PlatformValues::labels, whole ? prefix.substr(label.size()) : prefix)) {
    const std::string key = each.word.substr(0, each.word.find('='));
    // A label that is called like a property is meant by its whole name only.
    if (!whole && find_tenant_property(key) != nullptr) continue;
    const std::string word = (whole ? label : "") + key + "=";
    if (all.empty() || all.back().word != word) all.push_back({word, "label"});
  }
  return all;
}

Candidates property_values(Session& session, const TenantProperty& property, const std::string& prefix) {
  static const std::map<std::string_view, PlatformValues> names = {
      {"plan", PlatformValues::plans},       {"server", PlatformValues::servers},
      {"region", PlatformValues::regions},   {"enterprise", PlatformValues::enterprises},
      {"feature", PlatformValues::features}, {"override", PlatformValues::overrides}};
  if (const auto found = names.find(property.name); found != names.end()) {
    return from_platform(session, found->second, prefix);
  }
  if (property.name == "pack") return suggest_packs();
  Candidates all;
  for (const std::string_view word : property.words) all.push_back({std::string(word)});
  return all;
}

Candidates label_values(Session& session, const std::string& key, const std::string& prefix) {
  Candidates all = from_platform(session, PlatformValues::labels, key + "=" + prefix);
  for (Candidate& each : all) each.word = list_entry(each.word.substr(key.size() + 1));
  return all;
}

// A condition of --match: its key, then one value after the other.
Candidates match_candidates(Session& session, const std::string& prefix) {
  const std::size_t at = prefix.find_first_of("=<>!");
  if (at == std::string::npos) return match_keys(session, prefix);
  const std::string key = prefix.substr(0, at);
  const std::size_t begin = std::min(prefix.find_first_not_of("=<>!", at), prefix.size());
  const std::string comparison = prefix.substr(at, begin - at);
  if (comparison == "!") return {{key + "!="}};
  if (comparison != "=" && comparison != "!=") return {};
  const std::size_t comma = prefix.rfind(',');
  const std::size_t last = comma == std::string::npos || comma < begin ? begin : comma + 1;
  const TenantProperty* property = find_tenant_property(key);
  const std::string label = key.starts_with(label_key_prefix) ? key.substr(label_key_prefix.size()) : key;
  Candidates all = property == nullptr ? label_values(session, label, prefix.substr(last))
                                       : property_values(session, *property, prefix.substr(last));
  const std::string given = "," + prefix.substr(begin, last - begin);
  std::erase_if(all, [&](const Candidate& each) { return given.find("," + each.word + ",") != std::string::npos; });
  for (Candidate& each : all) each.word.insert(0, prefix.substr(0, last));
  return all;
}

// NAME=, then the values.
Candidates assignments(const Candidates& names, const std::vector<std::string>& values, const std::string& prefix) {
  Candidates all;
  const bool named = prefix.find('=') != std::string::npos;
  for (const Candidate& each : names) {
    if (!named) all.push_back({each.word + "=", each.help});
    for (const std::string& value : values) {
      if (named) all.push_back({each.word + "=" + value});
    }
  }
  return all;
}

Candidates features(Session& session, const std::string& prefix) {
  const std::string name = prefix.substr(0, prefix.find('='));
  return assignments(from_platform(session, PlatformValues::features, name), {"on", "off", "plan"}, prefix);
}

// The columns of the command's table; what is sorted by can have a '-' before it.
Candidates columns(const Session& session, const CompletionRequest& request, const std::string& prefix) {
  Candidates all;
  for (const std::string& header : shown_columns(session.root(), *request.command)) {
    all.push_back({(prefix.starts_with('-') ? "-" : "") + column_name(header)});
  }
  return all;
}

std::string first_argument(const CompletionRequest& request) {
  return request.arguments.empty() ? "" : request.arguments.front();
}

// Of its first tenant that is active: a role that is to be granted is in all of them.
Candidates enterprise_roles(Session& session, const std::string& enterprise) {
  Platform platform = open_platform(session);
  TenantFilter filter;
  filter.conditions = {is_one_of("enterprise", {enterprise}), is_one_of("status", {"active"})};
  const std::vector<Tenant> tenants = list_targets(platform, filter);
  if (tenants.empty()) return {};
  TenantSession tenant = enter(platform, tenants.front());
  return to_candidates(suggest_objects(tenant, *find_kind("roles")));
}

// Users by their addresses, "organization", "enterprise:KEY".
Candidates key_owners(Session& session, Values source, const std::string& prefix) {
  const bool with_keys = source == Values::key_owners;
  const std::string kind = "enterprise:";
  Candidates all = from_tenant(session, with_keys ? TenantValues::key_owners : TenantValues::users, prefix);
  if (!with_keys) all.push_back({"organization", "a key of nobody's own"});
  const std::string key = prefix.starts_with(kind) ? prefix.substr(kind.size()) : "";
  const PlatformValues enterprises = with_keys ? PlatformValues::enterprise_key_owners : PlatformValues::enterprises;
  for (Candidate& each : from_platform(session, enterprises, key)) {
    all.push_back({kind + each.word, std::move(each.help)});
  }
  return all;
}

Candidates key_names(Session& session, const std::string& owner, const std::string& prefix) {
  const std::string kind = "enterprise:";
  return owner.starts_with(kind)
             ? from_platform(session, PlatformValues::enterprise_key_names, prefix, owner.substr(kind.size()))
             : from_tenant(session, TenantValues::key_names, prefix, owner);
}

// A tenant means its newest export.
Candidates archived_exports(Session& session, const std::string& prefix) {
  Candidates all = from_platform(session, PlatformValues::archived_tenants, prefix);
  for (Candidate& each : from_platform(session, PlatformValues::archive_numbers, prefix)) {
    all.push_back(std::move(each));
  }
  return all;
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
  for (const PageEntry& page : list_pages(session.root())) {
    const bool named = std::ranges::find(all, page.name, &Candidate::word) != all.end();
    all.push_back({page.name + (named ? "." + std::to_string(page.section) : ""), page.summary});
  }
  return all;
}

Candidates topics(Session& session) {
  Candidates all = pages(session);
  all.insert(all.begin(), Candidate{"exit-codes", "what the exit codes mean"});
  return all;
}

}  // namespace

std::vector<Candidate> read_live_values(Session& session, const CompletionRequest& request, Values source,
                                        const std::string& prefix) {
  static const std::map<Values, PlatformValues> of_platform = {
      {Values::archived_tenants, PlatformValues::archived_tenants},
      {Values::archive_numbers, PlatformValues::archive_numbers},
      {Values::tenants, PlatformValues::tenants},
      {Values::enterprises, PlatformValues::enterprises},
      {Values::servers, PlatformValues::servers},
      {Values::regions, PlatformValues::regions},
      {Values::plans, PlatformValues::plans},
      {Values::labels, PlatformValues::labels}};
  if (const auto found = of_platform.find(source); found != of_platform.end()) {
    return from_platform(session, found->second, prefix);
  }
  switch (source) {
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
      return suggest_packs();
    case Values::columns:
      return columns(session, request, prefix);
    case Values::features:
      return features(session, prefix);
    case Values::limits:
      return assignments({{"projects"}, {"storage_bytes"}}, {"none", "plan"}, prefix);
    case Values::archived_exports:
      return archived_exports(session, prefix);
    case Values::enterprise_people:
      return from_platform(session, PlatformValues::enterprise_people, prefix, first_argument(request));
    case Values::enterprise_roles:
      return enterprise_roles(session, first_argument(request));
    case Values::key_owners:
    case Values::new_key_owners:
      return key_owners(session, source, prefix);
    case Values::key_names:
      return key_names(session, first_argument(request), prefix);
    case Values::users:
      return from_tenant(session, TenantValues::users, prefix);
    case Values::runs:
      return from_tenant(session, TenantValues::runs, prefix, "");
    case Values::done_runs:
      return from_tenant(session, TenantValues::runs, prefix, "done");
    default:
      break;
  }
  const std::string_view kind = find_word(source, {{Values::roles, "roles"},
                                                   {Values::teams, "teams"},
                                                   {Values::role_templates, "role_templates"},
                                                   {Values::permissions, "permissions"}});
  return kind.empty() ? Candidates() : read_objects(session, kind);
}

}  // namespace acctl
