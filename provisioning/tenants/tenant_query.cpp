#include "provisioning/tenants/tenant_query.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/tenants/registry.hpp"
#include "provisioning/tenants/tenant_query.sql.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;
using Type = TenantProperty::Type;

constexpr std::string_view any_name = "*";

Tenant to_target(const Row& row) {
  Tenant tenant;
  tenant.id = row.text(0);
  tenant.slug = row.text(1);
  tenant.status = row.text(2);
  tenant.plan = row.text(3);
  tenant.server = row.text(4);
  tenant.server_dsn = row.text(5);
  tenant.region = row.text(6);
  tenant.database = row.text(7);
  tenant.schema_version = row.integer(8);
  tenant.labels = Json::parse(row.view(9));
  tenant.enterprise = row.optional(10);
  tenant.epoch = row.integer(11);
  tenant.ledger_id = row.optional_integer(12);
  tenant.ledger_run = row.text(13);
  tenant.support_address = row.text(14);
  tenant.pack = row.text(15);
  return tenant;
}

// Adds a condition with = or != on a name: {"plan": [...], "not plan": [...]}. Two with = hold together, so what both
// name is left.
void add_names(Json& json, const TenantCondition& condition, const std::string& key) {
  const bool unequal = condition.comparison == Comparison::unequal;
  Json& names = json[(unequal ? "not " : "") + key];
  if (names.is_null()) {
    names = condition.values;
  } else if (unequal) {
    for (const std::string& value : condition.values) names.push_back(value);
  } else {
    const auto is_any = [](const std::vector<std::string>& values) {
      return std::ranges::find(values, any_name) != values.end();
    };
    const auto known = names.get<std::vector<std::string>>();
    if (is_any(known)) {
      names = condition.values;
    } else if (!is_any(condition.values)) {
      std::vector<std::string> both;
      std::ranges::set_intersection(known, condition.values, std::back_inserter(both));
      names = both;
    }
  }
}

// The same where a tenant has several of the names: {"feature": [[...], [...]]}, of each list one; "not feature" has
// those of which it must have none.
void add_members(Json& json, const TenantCondition& condition) {
  if (condition.comparison != Comparison::unequal) {
    json[condition.key].push_back(condition.values);
    return;
  }
  for (const std::string& value : condition.values) json["not " + condition.key].push_back(value);
}

// A bound is inclusive in the query: for whole numbers one more or less, for moments a microsecond.
void add_moment(Json& json, const TenantProperty& property, const TenantCondition& condition) {
  const Bound bound = read_bound(property, condition.values.front());
  const bool age = bound.moment.empty() && property.type == Type::past;
  const bool is_strict = condition.comparison == Comparison::less || condition.comparison == Comparison::more;
  const bool is_more = condition.comparison == Comparison::more || condition.comparison == Comparison::at_least;
  const bool from = is_more != age;  // the longer ago, the earlier
  const std::int64_t strict = !is_strict ? 0 : from ? 1 : -1;
  const std::int64_t offset = bound.moment.empty() ? (age ? -bound.number : bound.number) * 1'000 : 0;
  json[condition.key + (from ? " from" : " to")].push_back(
      {{"at", bound.moment.empty() ? Json() : Json(bound.moment)}, {"us", offset + strict}});
}

void add_count(Json& json, const TenantProperty& property, const TenantCondition& condition) {
  const Bound bound = read_bound(property, condition.values.front());
  const bool is_strict = condition.comparison == Comparison::less || condition.comparison == Comparison::more;
  const bool from = condition.comparison == Comparison::more || condition.comparison == Comparison::at_least;
  const std::int64_t strict = !is_strict ? 0 : from ? 1 : -1;
  const std::string side = from ? " from" : " to";
  if (bound.percent) {
    json[condition.key + " share" + side].push_back({{"percent", bound.number}, {"more", strict}});
  } else {
    json[condition.key + side].push_back(bound.number + strict);
  }
}

void add_condition(Json& json, const TenantCondition& condition) {
  const TenantProperty* property = find_tenant_property(condition.key);
  if (property == nullptr) {
    add_names(json[condition.comparison == Comparison::unequal ? "other labels" : "labels"], condition,
              condition.key.substr(label_key_prefix.size()));
  } else if (property->is_list) {
    add_members(json, condition);
  } else if (property->type == Type::count || property->type == Type::limit) {
    add_count(json, *property, condition);
  } else if (property->type == Type::past || property->type == Type::ahead) {
    add_moment(json, *property, condition);
  } else {
    add_names(json, condition, condition.key);
  }
}

// Which names there are, for somebody who gave another one. Of enterprises only those that the reader may see, which
// the command knows.
std::string hint_of_names(const std::string& property, std::vector<std::string> names) {
  if (property == "enterprise") return "'acctl enterprise list' lists the enterprises.";
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  constexpr std::size_t most = 10;
  std::string hint =
      names.empty() ? "No tenant has a " + property + "." : "Known " + property + "s: " + enumerated(names, most) + ".";
  if (property == "server" || property == "region")
    hint += " 'acctl platform status' shows the servers with their regions.";
  if (property != "label") return hint;
  std::vector<std::string> properties;
  for (const TenantProperty& one : tenant_properties()) properties.emplace_back(one.name);
  return hint + " Tenants are also selected by " + join(properties) + ".";
}

}  // namespace

bool TenantFilter::names_status() const {
  return std::ranges::any_of(conditions, [](const TenantCondition& condition) {
    return condition.key == "status" && condition.comparison == Comparison::equal;
  });
}

TenantCondition is_one_of(std::string_view key, std::vector<std::string> names) {
  return make_condition(key, Comparison::equal, std::move(names));
}

TenantCondition has_any_status() {
  const std::vector<std::string_view>& words = find_tenant_property("status")->words;
  return is_one_of("status", {words.begin(), words.end()});
}

std::vector<TenantCondition> match_conditions(const std::vector<std::string>& words) {
  std::vector<TenantCondition> conditions;
  for (const std::string& word : words) {
    try {
      conditions.push_back(parse_condition(word));
    } catch (const Error& error) {
      throw Error(ErrorKind::invalid, std::string("--match: ") + error.what(), error.hint());
    }
  }
  return merge_alternatives(std::move(conditions));
}

void refuse_unknown_names(Platform& platform, const TenantFilter& filter) {
  for (const std::string& slug : filter.slugs) require_tenant(platform, slug);
  std::map<std::string, std::vector<std::string>> wanted;
  for (const TenantCondition& condition : filter.conditions) {
    const TenantProperty* property = find_tenant_property(condition.key);
    if (property == nullptr) {
      wanted["label"].push_back(condition.key.substr(label_key_prefix.size()));
    } else if (property->type == Type::name) {
      for (const std::string& value : condition.values) {
        if (value != any_name) wanted[condition.key].push_back(value);
      }
    }
  }
  if (wanted.empty()) return;
  std::map<std::string, std::vector<std::string>> known;
  for (const Row row : platform.control().query(sql::filter_names)) known[row.text(0)].emplace_back(row.view(1));
  for (const auto& [property, names] : wanted) {
    std::vector<std::string> candidates = known[property];
    const std::set<std::string> existing(candidates.begin(), candidates.end());
    // Whoever mistypes a property has named a label.
    if (property == "label") {
      for (const TenantProperty& one : tenant_properties()) candidates.emplace_back(one.name);
    }
    for (const std::string& name : names) {
      if (existing.contains(name)) continue;
      const std::string problem = "there is no " + property + " '" + name + "'";
      if (property == "label" && find_tenant_property(name) != nullptr) {
        throw Error(ErrorKind::invalid, problem + "; " + name + " itself is a property",
                    "Leave out label.: write " + name + " instead of label." + name + ".");
      }
      throw Error(ErrorKind::invalid, problem + did_you_mean(name, candidates),
                  hint_of_names(property, known[property]));
    }
  }
}

std::string filter_json(const TenantFilter& filter) {
  Json json = Json::object();
  if (!filter.slugs.empty()) json["slugs"] = filter.slugs;
  if (!filter.search.empty()) json["search"] = filter.search;
  for (const TenantCondition& condition : filter.conditions) add_condition(json, condition);
  return json.dump();
}

Statement make_target_statement(const TenantFilter& filter) {
  if (!filter.conditions.empty()) return make_tenant_statement(filter);
  return {sql::target_list, {filter.slugs.empty() ? Param(std::nullopt) : Param(text_array(filter.slugs))}};
}

std::vector<Tenant> list_targets(Platform& platform, const TenantFilter& filter) {
  std::vector<Tenant> tenants;
  for (const Row row : platform.ask(make_target_statement(filter))) {
    tenants.push_back(filter.conditions.empty() ? to_target(row) : to_tenant(row));
  }
  std::ranges::sort(tenants, {}, &Tenant::slug);
  return tenants;
}

std::vector<Tenant> list_members(Platform& platform, const std::string& enterprise) {
  return list_targets(platform, {.conditions = {is_one_of("enterprise", {enterprise})}});
}

std::vector<Tenant> list_reached_members(Platform& platform, const std::string& enterprise) {
  std::vector<Tenant> tenants = list_members(platform, enterprise);
  std::erase_if(tenants, [](const Tenant& tenant) { return !is_reached(tenant, Reach::suspended_too); });
  return tenants;
}

void add_features(Platform& platform, std::vector<Tenant>& tenants) {
  TextArray ids;
  for (const Tenant& tenant : tenants) ids.add(tenant.id);
  std::map<std::string, std::set<std::string>> features;
  for (const Row row : platform.control().query(sql::tenant_features, {ids}))
    features[row.text(0)].emplace(row.view(1));
  for (Tenant& tenant : tenants) tenant.features = features[tenant.id];
}

}  // namespace acctl
