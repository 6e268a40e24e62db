// The shape is a contract with scripts: keys may be added, but never renamed or removed.
#include "commands/reports/change_text.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

Json make_fields(const Change& change) {
  Json fields = Json::object();
  for (const auto& [name, values] : change.fields) {
    fields[name.str()] = {{"before", Json(values.before)}, {"after", Json(values.after)}};
  }
  return fields;
}

Json to_json(const Change& change) {
  const std::string source = format_source(change);
  return {{"action", to_string(change.action)},
          {"kind", change.kind},
          {"key", change.key},
          {"fields", make_fields(change)},
          {"source", source.empty() ? Json() : Json(source)}};
}

// `tenant`: its slug, "" where it goes without saying.
Json to_json(const Effect& effect, const std::string& tenant) {
  Json json = Json::object();
  if (!tenant.empty()) json["tenant"] = tenant;
  json["user"] = effect.user;
  json["gains"] = effect.gains.all();
  json["loses"] = effect.loses.all();
  json["via"] = effect.via.str();
  return json;
}

Json to_json(const PlanGroup& group) {
  Json json = {{"id", group.id},           {"tenants", group.tenants},  {"changes", Json::array()},
               {"effects", Json::array()}, {"prunable", Json::array()}, {"adoptions", group.plan.adoptions.size()},
               {"adopted", Json::array()}};
  for (const Change& change : group.plan.changes) json["changes"].push_back(to_json(change));
  for (const Change& change : group.plan.adoptions) json["adopted"].push_back(to_json(change));
  for (const auto& [object, tenants] : group.prunable) json["prunable"].push_back(object);
  for (const auto& [object, tenants] : group.declared_elsewhere) json["declared_elsewhere"].push_back(object);
  for (const TakenAlong& taken : group.taken_along) {
    json["taken_along"].push_back(
        {{"object", taken.object}, {"what", taken.what}, {"count", taken.count}, {"fate", to_string(taken.fate)}});
  }
  if (!group.remarks.empty()) json["remarks"] = group.remarks;
  for (const auto& [tenant, effects] : group.effects) {
    for (const Effect& effect : effects) {
      json["effects"].push_back(to_json(effect, group.tenants.size() > 1 ? tenant : ""));
    }
  }
  return json;
}

}  // namespace

nlohmann::ordered_json report_json(const FleetReport& report) {
  const ReportCounts counts = count_changes(report);
  Json json = {{"summary",
                {{"add", counts.add},
                 {"change", counts.change},
                 {"remove", counts.remove},
                 {"unchanged_tenants", report.unchanged},
                 {"failed_tenants", report.failures.size()},
                 {"skipped_tenants", report.skipped.size()},
                 {"adopt", counts.adopt}}},
               {"groups", Json::array()},
               {"failures", Json::array()}};
  for (const PlanGroup& group : report.groups) json["groups"].push_back(to_json(group));
  for (const TenantFailure& failure : report.failures) {
    json["failures"].push_back({{"tenant", failure.tenant},
                                {"error", error_words(failure.error)},
                                {"retryable", is_retryable(failure.error)}});
  }
  const MessageTotals messages = sum_messages(report);
  if (messages.invitations + messages.notifications > 0) {
    json["messages"] = {{"invitations", messages.invitations}, {"notifications", messages.notifications}};
  }
  json.update(report.more);
  if (!report.run.empty()) json["run"] = report.run;
  return json;
}

}  // namespace acctl
