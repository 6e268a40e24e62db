#include "provisioning/tenants/tenant_settings.hpp"

#include <algorithm>
#include <set>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/moment.hpp"
#include "provisioning/base/split.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/names.hpp"
#include "provisioning/model/tenant_condition.hpp"
#include "provisioning/tenants/reservation.hpp"
#include "provisioning/tenants/tenant_locks.sql.hpp"
#include "provisioning/tenants/tenant_settings.sql.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

constexpr std::string_view no_limit = "none";
constexpr std::size_t longest_notes = 2'000;
constexpr std::size_t most_suggested = 20;

// "label.tier" -> "tier"; nothing where the setting is not of that group.
std::optional<std::string> strip_group(const std::string& setting, const std::string& group) {
  if (!setting.starts_with(group + ".")) return std::nullopt;
  return setting.substr(group.size() + 1);
}

[[noreturn]] void refuse_setting(const std::string& message, const std::string& hint = "") {
  throw Error(ErrorKind::invalid, message, hint);
}

void check_number(const std::string& what, const Json& value, std::int64_t most) {
  if (value.is_null() || value == no_limit) return;
  if (!value.is_number_integer() || value < 1 || value > most) {
    refuse_setting(what + ": " + value.dump() + " is not between 1 and " + std::to_string(most));
  }
}

void check_text_value(const std::string& name, const Json& value) {
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  if (name == "name") check_display_name("the name", text);
  if (name == "admin_email") check_email("the administrator's email", text);
  if (name == "admin_name") check_display_name("the administrator's name", text);
  if (name == "plan") check_key("the plan", text);
  if (name == "subscription") make_condition("subscription", Comparison::equal, {text});
  if (name == "trial_ends_at" && !value.is_null() && utc_moment(text).empty()) {
    refuse_setting("the end of the trial, '" + abbreviated(text) + "', is not a time",
                   "Write it as 2027-01-31T18:00:00Z.");
  }
  if (name == "notes" && character_count(text) > longest_notes) {
    refuse_setting("the notes have " + std::to_string(character_count(text)) + " characters; at most " +
                   std::to_string(longest_notes) + " are allowed");
  }
}

void check_setting(const std::string& name, const Json& value) {
  if (name == "seats") return check_number("seats", value, 1'000'000);
  if (name == "limit.projects") return check_number(name, value, INT32_MAX);
  if (name == "limit.storage_bytes") return check_number(name, value, INT64_MAX);
  if (const auto limit = strip_group(name, "limit")) {
    refuse_setting("there is no limit '" + abbreviated(*limit) + "'", "There are projects and storage_bytes.");
  }
  if (const auto feature = strip_group(name, "feature")) {
    const bool plain = !feature->empty() && feature->size() <= 63 &&
                       feature->find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
    if (!plain) refuse_setting("'" + abbreviated(*feature) + "' is not the name of a feature");
  } else if (const auto label = strip_group(name, "label")) {
    check_label(*label, value.is_string() ? value.get<std::string>() : "");
  } else if (const auto domain = strip_group(name, "domain")) {
    check_hostname("the domain", *domain);
  } else {
    check_text_value(name, value);
  }
}

void read_group(TenantSettings& settings, const std::string& group, std::string_view json) {
  if (json == "{}") return;
  const Json values = Json::parse(json);
  for (const auto& [key, value] : values.items()) {
    settings[group + "." + key] = value.is_null() ? Json(no_limit) : value;
  }
}

void read_domains(TenantSettings& settings, std::string_view list) {
  for (std::string_view one : split(list, ',')) {
    const std::string_view domain = take_part(one, ' ');
    settings["domain." + std::string(domain)] = std::string(one);
  }
}

// Whether `wanted` asks for nothing where `now` is.
bool is_same(const std::string& name, const Json& now, const Json& wanted) {
  if (now == wanted) return true;
  if (!now.is_string() || !wanted.is_string()) return false;
  if (name == "admin_email") return lower_case(now.get<std::string>()) == lower_case(wanted.get<std::string>());
  // What is published stays so, whoever asks for the reservation again.
  return strip_group(name, "domain") && wanted == "unverified" && now == "verified";
}

RegisteredTenant to_registered(const Row& row) {
  RegisteredTenant tenant{.id = row.text(0),
                          .slug = row.text(1),
                          .status = row.text(2),
                          .given = {.plan = row.text(17),
                                    .seats = row.optional_integer(18),
                                    .projects = row.optional_integer(19),
                                    .storage_bytes = row.optional_integer(20),
                                    .features = row.text(21)},
                          .manager = row.optional(15)};
  const auto set = [&](const char* name, int column) {
    if (!row.is_null(column)) tenant.settings[name] = row.text(column);
  };
  set("name", 3);
  set("plan", 4);
  set("subscription", 5);
  set("trial_ends_at", 6);
  if (const auto seats = row.optional_integer(7)) tenant.settings["seats"] = *seats;
  read_group(tenant.settings, "limit", row.view(8));
  read_group(tenant.settings, "feature", row.view(9));
  read_group(tenant.settings, "label", row.view(10));
  read_domains(tenant.settings, row.view(11));
  set("admin_email", 12);
  set("admin_name", 13);
  set("notes", 14);
  if (!row.is_null(16)) tenant.declared = Json::parse(row.view(16)).get<TenantSettings>();
  return tenant;
}

std::vector<RegisteredTenant> to_all(const Rows& rows) {
  std::vector<RegisteredTenant> tenants;
  for (const Row row : rows) tenants.push_back(to_registered(row));
  return tenants;
}

// As write_settings takes it.
Json to_write(const SettingsWrite& write) {
  Json row = {{"id", write.tenant.id}, {"set", Json::object()}};
  for (const char* group : {"labels", "limits", "features"}) row[group] = Json::object();
  for (const char* list :
       {"labels_gone", "limits_gone", "features_gone", "domains", "domains_verified", "domains_gone"})
    row[list] = Json::array();
  for (const auto& [name, value] : write.patch) {
    bool grouped = false;
    for (const char* group : {"label", "limit", "feature"}) {
      const auto part = strip_group(name, group);
      if (!part) continue;
      grouped = true;
      if (value.is_null()) {
        row[std::string(group) + "s_gone"].push_back(*part);
      } else {
        row[std::string(group) + "s"][*part] = value == no_limit ? Json() : value;
      }
    }
    if (const auto domain = strip_group(name, "domain")) {
      grouped = true;
      if (value.is_null()) row["domains_gone"].push_back(*domain);
      if (!value.is_null() && !write.tenant.settings.contains(name)) row["domains"].push_back(*domain);
      if (value == "verified") row["domains_verified"].push_back(*domain);
    }
    if (!grouped) row["set"][name] = value;
  }
  if (write.manager) {
    row["manager"] = *write.manager;
    row["declared"] = write.declared;
  }
  return row;
}

// As record_settings takes it.
Json to_entry(const SettingsWrite& write) {
  Json entry = {{"id", write.tenant.id}, {"before", Json::object()}, {"after", Json::object()}};
  for (const auto& [name, value] : write.patch) {
    const auto before = write.tenant.settings.find(name);
    entry["before"][name] = before == write.tenant.settings.end() ? Json() : before->second;
    entry["after"][name] = value;
  }
  if (write.manager && write.tenant.manager != write.manager) {
    entry["before"]["manager"] = write.tenant.manager ? Json(*write.tenant.manager) : Json();
    entry["after"]["manager"] = *write.manager;
  }
  return entry;
}

std::string to_list(const std::vector<SettingsWrite>& writes, Json (*convert)(const SettingsWrite&)) {
  Json list = Json::array();
  for (const SettingsWrite& write : writes) list.push_back(convert(write));
  return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::vector<FieldProblem> find_problems(const SettingsPatch& patch) {
  std::vector<FieldProblem> problems;
  for (const auto& [name, value] : patch) {
    if (name == "whole") continue;
    try {
      check_setting(name, value);
    } catch (const Error& error) {
      problems.push_back({name, error});
    }
  }
  return problems;
}

void check_patch(const SettingsPatch& patch) {
  const std::vector<FieldProblem> problems = find_problems(patch);
  if (!problems.empty()) throw Error(problems.front().error);
}

SettingsPatch complete_patch(const TenantSettings& settings, const SettingsPatch& wanted,
                             const std::string& trial_end) {
  const auto now = [&](const std::string& name) {
    const auto found = settings.find(name);
    return found == settings.end() ? Json() : found->second;
  };
  const auto then = [&](const std::string& name) {
    const auto found = wanted.find(name);
    return found == wanted.end() ? now(name) : found->second;
  };
  SettingsPatch all = wanted;
  if (then("subscription") == "trialing") {
    if (then("trial_ends_at").is_null()) all["trial_ends_at"] = trial_end;
  } else if (wanted.contains("trial_ends_at") && !wanted.at("trial_ends_at").is_null()) {
    refuse_setting("the subscription is " + then("subscription").get<std::string>() + ", and only a trial has an end",
                   "Add --subscription trialing, or leave out the end of the trial.");
  } else {
    all["trial_ends_at"] = nullptr;
  }
  return differing(settings, std::move(all));
}

SettingsPatch differing(const TenantSettings& settings, SettingsPatch wanted) {
  std::erase_if(wanted, [&](const auto& setting) {
    const auto now = settings.find(setting.first);
    return is_same(setting.first, now == settings.end() ? Json() : now->second, setting.second);
  });
  return wanted;
}

SettingsPatch wanted_by(const TenantSettings& declared, const TenantSettings& settings) {
  SettingsPatch wanted = declared;
  wanted.erase("whole");
  const auto whole = declared.find("whole");
  if (whole == declared.end()) return wanted;
  for (const auto& [name, value] : settings) {
    const bool owned = std::any_of(whole->second.begin(), whole->second.end(), [&, &setting = name](const Json& group) {
      return strip_group(setting, group.get<std::string>()).has_value();
    });
    if (owned) wanted.emplace(name, nullptr);
  }
  return wanted;
}

bool changes_entitlement(const SettingsPatch& patch) {
  return std::ranges::any_of(patch, [](const auto& setting) {
    return setting.first == "plan" || setting.first == "seats" || strip_group(setting.first, "limit") ||
           strip_group(setting.first, "feature");
  });
}

Change to_change(const std::string& slug, const TenantSettings& settings, const SettingsPatch& patch,
                 const Place& place) {
  Change change{.action = Action::change, .kind = "tenants", .key = slug, .fields = {}, .place = place};
  for (const auto& [name, value] : patch) {
    const auto before = settings.find(name);
    change.fields[name] = {before == settings.end() ? Json() : before->second, value};
  }
  return change;
}

std::vector<RegisteredTenant> read_settings(Connection& control, const std::vector<std::string>& ids) {
  return to_all(control.query(sql::registered_settings, {text_array(ids), std::nullopt}));
}

std::vector<RegisteredTenant> read_declared(Connection& control, const std::string& manager) {
  return to_all(control.query(sql::registered_settings, {std::nullopt, manager}));
}

void release(Connection& control, const Actor& actor, const std::string& manager,
             const std::vector<std::string>& slugs) {
  if (slugs.empty()) return;
  control.query(sql::release, {manager, text_array(slugs), actor.run, actor.name, actor.origin, actor.reason});
}

std::vector<RegisteredTenant> lock_settings(Transaction& transaction, const std::vector<std::string>& ids,
                                            LockWait waiting) {
  const std::string list = text_array(ids);
  std::vector<Statement> statements;
  if (waiting == LockWait::brief) statements.push_back({sql::wait_briefly, {}});
  statements.push_back({sql::lock_settings, {list}});
  statements.push_back({sql::registered_settings, {list, std::nullopt}});
  return to_all(transaction.connection().batch(statements, Snapshot::each).back());
}

namespace {

Statement record_statement(const Actor& actor, const std::string& action, const std::vector<SettingsWrite>& writes) {
  return {sql::record_settings, {to_list(writes, to_entry), actor.run, actor.name, actor.origin, actor.reason, action}};
}

std::vector<Rows> write_batch(Transaction& transaction, const std::vector<Statement>& statements) {
  try {
    return transaction.connection().batch(statements, Snapshot::each);
  } catch (const SqlError& error) {
    if (error.constraint() != "routes_pkey") throw;
    throw Error(ErrorKind::conflict, "another tenant has taken one of the domains in the meantime",
                "Run the command again to see which.");
  }
}

}  // namespace

void write_settings(Transaction& transaction, const std::vector<SettingsWrite>& writes) {
  write_batch(transaction, {{sql::write_settings, {to_list(writes, to_write)}}});
}

void record_settings(Transaction& transaction, const Actor& actor, const std::string& action,
                     const std::vector<SettingsWrite>& writes) {
  const Statement record = record_statement(actor, action, writes);
  transaction.query(record.sql.c_str(), record.parameters);
}

std::vector<RegisteredTenant> write_and_record(Transaction& transaction, const Actor& actor, const std::string& action,
                                               const std::vector<SettingsWrite>& writes,
                                               const std::vector<std::string>& ids) {
  return to_all(write_batch(transaction, {{sql::write_settings, {to_list(writes, to_write)}},
                                          {sql::registered_settings, {text_array(ids), std::nullopt}},
                                          record_statement(actor, action, writes)})[1]);
}

std::set<RegistryName> find_names(const SettingsPatch& patch) {
  std::set<RegistryName> names;
  for (const auto& [name, value] : patch) {
    if (name == "plan") names.emplace(name, value.get<std::string>());
    if (const auto feature = strip_group(name, "feature"); feature && !value.is_null())
      names.emplace("feature", *feature);
  }
  return names;
}

std::map<RegistryName, Error> find_unknown_names(Platform& platform, const std::set<RegistryName>& names) {
  std::map<RegistryName, Error> unknown;
  if (names.empty()) return unknown;
  std::map<std::string, std::vector<std::string>> known;
  for (const Row row : platform.control().query(sql::known_names)) known[row.text(0)].emplace_back(row.view(1));
  for (const RegistryName& one : names) {
    const auto& [kind, name] = one;
    const std::vector<std::string>& all = known[kind];
    if (std::ranges::find(all, name) != all.end()) continue;
    unknown.emplace(
        one,
        Error(ErrorKind::invalid, "there is no " + kind + " '" + abbreviated(name) + "'" + did_you_mean(name, all),
              all.empty() ? "There is no " + kind + " at all." : "There are " + enumerated(all, most_suggested) + "."));
  }
  return unknown;
}

void require_known_names(Platform& platform, const SettingsPatch& patch) {
  const std::map<RegistryName, Error> unknown = find_unknown_names(platform, find_names(patch));
  if (!unknown.empty()) throw Error(unknown.begin()->second);
}

void require_free_domains(Platform& platform, const std::string& slug, const SettingsPatch& patch) {
  TextArray added;
  for (const auto& [name, value] : patch) {
    const auto domain = strip_group(name, "domain");
    if (!domain || value.is_null()) continue;
    if (is_platform_domain(platform, *domain)) {
      refuse_setting("the domain " + *domain + " is the platform's own", "Use a host name of the customer.");
    }
    added.add(*domain);
  }
  if (added.empty()) return;
  for (const Row row : platform.control().query(sql::owners_of_domains, {added})) {
    if (row.view(1) == slug) continue;
    throw Error(ErrorKind::conflict, "the domain " + row.text(0) + " belongs to tenant " + row.text(1),
                "Remove it there first: acctl tenant edit " + row.text(1) + " --remove-domain " + row.text(0));
  }
}

}  // namespace acctl
