#include "provisioning/tenants/export.hpp"

#include <algorithm>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/embedded.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/database/read.hpp"
#include "provisioning/definitions/end_mark.hpp"
#include "provisioning/definitions/render.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/tenants/export.sql.hpp"

namespace acctl {

namespace {

// What provisioning sets from the tenant's own names (sql::seed_settings).
constexpr std::string_view own_settings[] = {"branding.name", "portal.hostname", "support.address"};

// Identity providers are the tenant's own, and nobody can be bound to sign in through those of another.
constexpr std::string_view providers = "idp";
constexpr std::string_view bound_to_providers = "sso.enforced";

void forget_identity(State& state) {
  state.erase(std::string(providers));
  const auto settings = state.find("settings");
  if (settings == state.end()) return;
  for (const std::string_view key : own_settings) settings->second.erase(std::string(key));
  const Object* bound = find_object(state, "settings", std::string(bound_to_providers));
  if (bound != nullptr && bound->fields.at("value") == true) settings->second.erase(std::string(bound_to_providers));
}

// What `definitions` leave out of these settings stays as it is in `current`.
void keep_identity(const State& current, const Definitions& definitions, State& desired) {
  const auto declared = definitions.objects.find("settings");
  if (declared == definitions.objects.end()) return;
  std::vector<std::string_view> names(std::begin(own_settings), std::end(own_settings));
  names.push_back(bound_to_providers);
  for (const std::string_view name : names) {
    const std::string key(name);
    const Object* own = find_object(current, "settings", key);
    if (own != nullptr && !declared->second.contains(key)) desired["settings"][key] = *own;
  }
}

// The objects of `manager`, with their lists.
State owned_by(const State& state, const std::string& manager) {
  State owned;
  std::set<std::string> managers;
  for (const Kind& kind : kinds()) {
    for (const auto& [key, object] : all_of_kind(state, kind.name)) {
      if (!object.manager.empty()) managers.insert(object.manager);
      if (object.manager == manager) owned[std::string(kind.name)].emplace(key, object);
    }
  }
  for (const EdgeKind& edge : edge_kinds()) {
    for (const auto& [key, member] : all_of_kind(state, edge.list->kind)) {
      if (find_object(owned, edge.owner->name, split_edge(edge, key).first) != nullptr)
        owned[std::string(edge.list->kind)].emplace(key, member);
    }
  }
  if (!owned.empty()) return owned;
  throw Error(ErrorKind::invalid,
              "manager '" + manager + "' owns nothing of what is exported" +
                  did_you_mean(manager, {managers.begin(), managers.end()}),
              managers.empty()
                  ? "No object of this tenant has a manager."
                  : "Objects have these managers: " + enumerated({managers.begin(), managers.end()}, 10) + ".");
}

// Kinds and users that the document shows.
RenderOptions make_render_options(const ExportScope& scope) {
  RenderOptions header{
      .schema = static_cast<std::int64_t>(tenant_migrations().size()), .manager = {}, .kinds = {}, .ends = true};
  for (const Kind& kind : kinds()) {
    const bool wanted = scope.only.empty() || scope.only.contains(std::string(kind.name));
    if (!wanted || kind.internal || (kind.is_person() && !scope.users && scope.manager.empty())) continue;
    header.kinds.emplace(kind.name);
  }
  return header;
}

// With its line end.
template <class Visit>
void for_each_line(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    visit(text.substr(0, end));
    text.remove_prefix(end);
  }
}

// The first line of an object in a document as render_document() writes it; what belongs to the object stands further
// right.
bool is_object_head(std::string_view line) { return line.size() > 3 && line.starts_with("  ") && line[2] != ' '; }

// Whether that is a setting of forget_identity().
bool names_tenant(std::string_view line) {
  line.remove_prefix(2);
  const auto is = [&](std::string_view key) {
    return line.starts_with(key) && line.substr(key.size()).starts_with(":");
  };
  if (is(bound_to_providers)) return line.substr(bound_to_providers.size()).starts_with(": true\n");
  return std::ranges::any_of(own_settings, is);
}

std::size_t count_objects(const State& state) {
  std::size_t count = 0;
  for (const Kind& kind : kinds()) {
    if (!kind.internal) count += all_of_kind(state, kind.name).size();
  }
  return count;
}

}  // namespace

std::string export_tenant(Connection& database, const ExportScope& scope) {
  Scope reading;
  RenderOptions header = make_render_options(scope);
  for (const std::string& kind : header.kinds) {
    if (!find_kind(kind)->is_person()) reading.kinds.insert(kind);
  }
  // Users can have a manager that has never applied a file, such as the directory.
  reading.everybody = (scope.users || !scope.manager.empty()) && header.kinds.contains("users");
  reading.manager = scope.manager;
  State state = read_state(database, reading);
  // The scope of people is wider than a choice of kinds.
  std::erase_if(state, [&](const auto& entry) {
    const EdgeKind* edge = find_edge_kind(entry.first);
    const std::string kind(edge == nullptr ? entry.first : edge->owner->name);
    return !header.kinds.contains(kind) && (kind != "protections" || !scope.only.empty());
  });
  if (!scope.manager.empty()) {
    return render_document(owned_by(state, scope.manager), {.manager = scope.manager, .kinds = {}, .ends = true});
  }
  if (!scope.identity) {
    header.kinds.erase(std::string(providers));
    forget_identity(state);
  }
  return with_end_mark(scope.comment + render_document(state, header), count_objects(state));
}

std::string without_identity(const std::string& document) {
  const Unmarked whole = without_end_mark(document);
  std::string text;
  std::size_t removed = 0;
  bool in_providers = false;
  bool in_settings = false;
  bool dropping = false;  // the object at hand
  for_each_line(whole.document, [&](std::string_view line) {
    if (line[0] != ' ' && line[0] != '\n') {
      in_providers = line.starts_with(std::string(providers) + ":");
      in_settings = line.starts_with("settings:");
      dropping = in_providers;
    } else if (is_object_head(line) && (in_providers || in_settings)) {
      dropping = in_providers || names_tenant(line);
      removed += dropping ? 1 : 0;
    }
    if (!dropping) text += line;
  });
  return whole.objects ? with_end_mark(std::move(text), *whole.objects - removed) : text;
}

std::string export_tenant(const Platform& platform, const Tenant& tenant, const ExportScope& scope) {
  return export_tenant(enter(platform, tenant), scope);
}

void keep_export(Transaction& transaction, const Tenant& tenant, const std::string& document,
                 const std::optional<DataDump>& data) {
  if (!data) {
    transaction.query(sql::keep_export,
                      {tenant.id, tenant.schema_version, document, std::nullopt, std::nullopt, std::nullopt});
    return;
  }
  transaction.query(sql::keep_export,
                    {tenant.id, tenant.schema_version, document, data->file, data->bytes, data->sha256});
}

Edit make_import(const Definitions& definitions) {
  Edit edit{.scope = configuration_scope(), .desired = {}, .guards = {}};
  edit.scope.everybody = definitions.objects.contains("users");
  edit.scope.all_members = true;
  edit.desired = [&definitions](const State& current) {
    Desired desired = replacement(current, definitions);
    keep_identity(current, definitions, desired.state);
    return desired;
  };
  edit.tests = definitions.tests;
  return edit;
}

}  // namespace acctl
