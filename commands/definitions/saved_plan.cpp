#include "commands/definitions/saved_plan.hpp"

#include <algorithm>

#include "commands/shared/output_file.hpp"
#include "provisioning/access/tokens.hpp"
#include "provisioning/base/digest.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/json_text.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/mismatches.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

namespace {

using PlanJson = nlohmann::json;

constexpr std::int64_t plan_format = 2;
constexpr std::size_t plan_size_limit = 256u << 20;

std::string canonical(const PlanJson& content) {
  return content.dump(-1, ' ', false, PlanJson::error_handler_t::replace);
}

std::string compute_checksum(const PlanJson& content) {
  Digest digest;
  digest.add(canonical(content));
  return digest.hex();
}

PlanJson to_plan_json(const Cap& cap) { return std::to_string(cap.number) + (cap.percent ? "%" : ""); }

PlanJson to_plan_json(const Guards& guards) {
  PlanJson caps = PlanJson::array();
  for (const Cap& cap : guards.max_removals) caps.push_back(to_plan_json(cap));
  return {{"min_admins", guards.min_admins},
          {"max_removals", caps},
          {"allowed_removals", guards.allowed_removals},
          {"forbidden_gains", guards.forbidden_gains}};
}

Guards parse_guards(const PlanJson& json) {
  Guards guards{.min_admins = json.at("min_admins"), .max_removals = {}};
  for (const std::string text : json.at("max_removals")) guards.max_removals.push_back(parse_cap("max_removals", text));
  guards.allowed_removals = json.at("allowed_removals");
  guards.forbidden_gains = json.at("forbidden_gains");
  return guards;
}

PlanJson to_plan_json(const Change& change) {
  PlanJson json = {{"action", to_string(change.action)},
                   {"kind", change.kind},
                   {"key", change.key},
                   {"fields", to_json(change.fields)},
                   {"source", nullptr}};
  if (change.place.line > 0) json["source"] = change.place.file + ":" + std::to_string(change.place.line);
  return json;
}

Change parse_change(const PlanJson& json) {
  const std::string action = json.at("action");
  Change change{.action = action == "add"      ? Action::add
                          : action == "remove" ? Action::remove
                                               : Action::change,
                .kind = json.at("kind").get<std::string>(),
                .key = json.at("key"),
                .fields = fields_from_json(json.at("fields"))};
  if (to_string(change.action) != action ||
      (find_kind(change.kind) == nullptr && find_edge_kind(change.kind) == nullptr)) {
    throw Error(ErrorKind::invalid, "no such change");
  }
  const auto renamed = change.fields.find("key");
  if (renamed != change.fields.end() && (!renamed->second.before.is_string() || renamed->second.after != change.key)) {
    throw Error(ErrorKind::invalid, "no such rename");
  }
  if (json.at("source").is_string()) change.place = parse_place(json["source"]);
  return change;
}

PlanJson to_plan_json(const AccessTest& test) {
  return {{"user", test.user},
          {"role", test.role},
          {"role_template", test.role_template},
          {"can", test.can},
          {"cannot", test.cannot},
          {"source", test.place.file + ":" + std::to_string(test.place.line)}};
}

AccessTest parse_test(const PlanJson& json) {
  return {.user = json.at("user"),
          .role = json.at("role"),
          .role_template = json.at("role_template"),
          .can = json.at("can"),
          .cannot = json.at("cannot"),
          .place = parse_place(json.at("source").get<std::string>())};
}

SavedPlan parse_content(const PlanJson& json) {
  SavedPlan plan{.manager = json.at("manager"),
                 .declared = json.at("declared"),
                 .loosened = json.at("loosened"),
                 .guards = parse_guards(json.at("guards"))};
  for (const auto& [id, changes] : json.at("groups").items()) {
    for (const PlanJson& change : changes) plan.groups[id].push_back(parse_change(change));
  }
  for (const PlanJson& tenant : json.at("tenants")) {
    plan.tenants.push_back({tenant.at("slug"), tenant.at("id"), tenant.at("revision"), tenant.at("group"),
                            tenant.value("recognised", false), tenant.at("touched"), tenant.value("kept", PlanJson())});
    const std::string& group = plan.tenants.back().group;
    if (!group.empty() && !plan.groups.contains(group)) throw Error(ErrorKind::invalid, "no such group");
  }
  for (const PlanJson& test : json.at("tests")) plan.tests.push_back(parse_test(test));
  return plan;
}

// What the changes speak of is as it was, else replayed() had refused; the rest of their objects has to be, too.
void refuse_changed(const std::map<std::string, std::string>& before, const std::map<std::string, std::string>& now) {
  for (const auto& [address, digest] : before) {
    const auto found = now.find(address);
    if (found != now.end() && found->second == digest) continue;
    throw Error(ErrorKind::conflict, address + " has changed since the plan was made",
                "Nothing was changed; make a new plan.");
  }
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw Error(ErrorKind::invalid, path + " " + why, "Make a new plan with 'acctl plan --out " + path + "'.");
}

}  // namespace

void save_plan(Session& session, const std::string& path, const Edit& edit, const FleetPlan& fleet,
               const std::vector<Tenant>& tenants) {
  PlanJson content = {{"acctl_plan", plan_format},           {"acctl", ACCTL_VERSION},
                      {"manager", edit.record.manager},      {"declared", edit.declared},
                      {"guards", to_plan_json(edit.guards)}, {"loosened", edit.record.loosened},
                      {"groups", PlanJson::object()},        {"tenants", PlanJson::array()},
                      {"tests", PlanJson::array()}};
  for (const AccessTest& test : edit.tests) content["tests"].push_back(to_plan_json(test));
  const FleetReport& report = fleet.report();
  const auto failed = [&](const std::string& slug) { return has_failed(report, slug); };
  std::map<std::string, std::string> group_of;  // by slug
  for (const PlanGroup& group : report.groups) {
    if (group.plan.empty() || std::ranges::all_of(group.tenants, failed)) continue;
    for (const std::string& slug : group.tenants) group_of[slug] = group.id;
    PlanJson changes = PlanJson::array();
    for (const Change& change : group.plan.changes) changes.push_back(to_plan_json(change));
    for (const Change& change : group.plan.adoptions) changes.push_back(to_plan_json(change));
    content["groups"][group.id] = std::move(changes);
  }
  for (const Tenant& tenant : tenants) {
    if (tenant.status != "active" || failed(tenant.slug)) continue;
    const Basis& basis = fleet.find_basis(tenant.slug);
    content["tenants"].push_back({{"slug", tenant.slug},
                                  {"id", tenant.id},
                                  {"revision", basis.revision},
                                  {"group", group_of[tenant.slug]},
                                  {"recognised", basis.recognised},
                                  {"touched", basis.touched},
                                  {"kept", basis.kept}});
  }
  if (content["tenants"].empty() && !report.failures.empty()) return;
  content["signature"] = compute_signature(platform_key(fleet.platform()), canonical(content));
  content["checksum"] = compute_checksum(content);
  write_output_file(session, path, json_text(content, 2) + "\n");
}

SavedPlan parse_plan(const std::string& text, const std::string& path) {
  try {
    PlanJson content = PlanJson::parse(text, [](int depth, PlanJson::parse_event_t, PlanJson&) {
      // Deeper documents would overflow the stack of whatever walks them.
      if (depth > 100) throw Error(ErrorKind::invalid, "too deep");
      return true;
    });
    if (!content.is_object() || !content.contains("acctl_plan")) refuse(path, "is not a saved plan");
    if (content["acctl_plan"] != plan_format || content.value("acctl", "") != ACCTL_VERSION) {
      refuse(path, "was saved by another version of acctl");
    }
    const std::string checksum = content.value("checksum", "");
    content.erase("checksum");
    if (checksum != compute_checksum(content)) refuse(path, "was changed after it was saved");
    SavedPlan plan = parse_content(content);
    plan.checksum = checksum;
    plan.signature = content.at("signature").get<std::string>();
    content.erase("signature");
    plan.content = canonical(content);
    return plan;
  } catch (const PlanJson::exception&) {
    refuse(path, "is incomplete or damaged");
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::invalid && error.hint().empty()) refuse(path, "is incomplete or damaged");
    throw;
  }
}

// The checksum tells an accident; it has no key, and whoever writes a plan by hand can make one.
void require_signature(const Platform& platform, const SavedPlan& plan, const std::string& path) {
  if (compute_signature(platform_key(platform, Mode::rehearse), plan.content) == plan.signature) return;
  throw Error(ErrorKind::conflict, path + " was not saved by this platform, or was changed by hand",
              "Make a new plan with 'acctl plan --out " + path + "', with the same --key-file.");
}

Guards stricter_guards(const SavedPlan& plan, const EditOptions& given) {
  Guards both = plan.guards;
  const Guards own = read_guard_options(given);
  both.min_admins = std::max(both.min_admins, own.min_admins);
  if (!given.max_removals.empty()) std::ranges::copy(own.max_removals, std::back_inserter(both.max_removals));
  std::ranges::copy(own.forbidden_gains, std::back_inserter(both.forbidden_gains));
  return both;
}

SavedPlan read_plan(const std::string& path) { return parse_plan(read_file(path, plan_size_limit), path); }

std::vector<Tenant> find_planned_tenants(Platform& platform, Session& session, const SavedPlan& plan) {
  const std::vector<std::string>& wanted = session.settings().tenants;
  TenantFilter filter;
  for (const SavedPlan::Target& target : plan.tenants) {
    if (wanted.empty() || std::ranges::find(wanted, target.tenant) != wanted.end())
      filter.slugs.push_back(target.tenant);
  }
  for (const std::string& slug : wanted) {
    if (std::ranges::find(filter.slugs, slug) != filter.slugs.end()) continue;
    throw Error(ErrorKind::invalid, "the plan is not for tenant '" + slug + "'",
                "Leave out -t to apply it to all of its tenants, or make a plan for this tenant.");
  }
  if (filter.slugs.empty()) return {};
  std::vector<Tenant> tenants = list_tenants(platform, filter);
  for (const SavedPlan::Target& target : plan.tenants) {
    if (std::ranges::find(filter.slugs, target.tenant) == filter.slugs.end()) continue;
    const auto found = std::ranges::find(tenants, target.tenant, &Tenant::slug);
    if (found != tenants.end() && found->id == target.id) continue;
    throw Error(ErrorKind::conflict, "tenant " + target.tenant + " is not the tenant that the plan was made for",
                "Make a new plan with 'acctl plan --out'.");
  }
  return tenants;
}

std::optional<Edit> saved_edit(const SavedPlan& plan, const std::string& slug, const RunRecord& record) {
  static const std::vector<Change> none;
  const auto target = std::ranges::find(plan.tenants, slug, &SavedPlan::Target::tenant);
  if (target->group.empty() && (target->recognised || plan.declared.empty())) return std::nullopt;
  const std::vector<Change>& changes = target->group.empty() ? none : plan.groups.at(target->group);
  Edit edit{.scope = compute_scope(changes), .desired = {}, .guards = plan.guards};
  edit.desired = [&changes, &touched = target->touched](const State& current) {
    Desired desired = replayed(current, changes);
    refuse_changed(touched, touched_by(changes, current));
    return desired;
  };
  edit.tests = plan.tests;
  edit.planned_at = target->revision;
  edit.record = record;
  edit.record.loosened = plan.loosened;
  // Remembered as what was applied last, but not under the digest of the definitions: beside the plan the tenant may
  // have changed. The same plan once more finds itself done.
  edit.declared = plan.declared;
  edit.kept = target->kept;
  if (!plan.declared.empty()) {
    edit.digest = plan.checksum;
    edit.scope.manager = plan.manager;  // whose declaration it is
  }
  return edit;
}

}  // namespace acctl
