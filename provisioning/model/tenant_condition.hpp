// The conditions that select tenants, the same in --match and in files: "plan=pro,enterprise", "label.tier!=gold",
// "created>30d", "seats>=90%", "feature=sso". Values without I/O; provisioning/tenants/tenant_query.hpp evaluates them
// in the registry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace acctl {

enum class Comparison { equal, unequal, less, at_most, more, at_least };

// "=", "!=", "<", "<=", ">", ">="
std::string_view to_string(Comparison comparison);

struct TenantCondition {
  std::string key;  // name of a TenantProperty, or "label." and the key of a label
  Comparison comparison = Comparison::equal;
  // Of = and !=: sorted, each once, "*" for any; of an order one.
  std::vector<std::string> values;
  bool operator==(const TenantCondition&) const = default;
};

// What tenants can be selected by, beside labels.
struct TenantProperty {
  enum class Type {
    name,   // compared by = and !=; which names there are, only the registry knows
    word,   // one of `words`
    past,   // compared by an order: with a time, or with how long ago it is (created>30d: more than 30 days ago)
    ahead,  // with a time, or with how long it is until then (trial_ends<14d: in less than 14 days, or already)
    count,  // with a number, or a share of the limit in percent
    limit,  // with a number; no limit is more than any
  };
  std::string_view name;
  Type type = Type::name;
  std::vector<std::string_view> words = {};
  std::string_view help = {};  // a noun phrase
  bool is_list = false;        // a tenant can have several of these names: = means that it has one of those
};
const std::vector<TenantProperty>& tenant_properties();
bool is_ordered(const TenantProperty& property);                    // compared by <, <=, > and >=, else by = and !=
const TenantProperty* find_tenant_property(std::string_view name);  // nullptr: there is none

constexpr std::string_view label_key_prefix = "label.";

// Reads "KEY=VALUE[,VALUE…]", "KEY>VALUE" and so on; a key that is no property is a label's ("tier" for "label.tier").
// Throws Error(invalid) saying what is wrong, without naming where it stands.
TenantCondition parse_condition(std::string_view text);

// The same of parts, as a mapping in a file has them.
TenantCondition make_condition(std::string_view key, Comparison comparison, std::vector<std::string> values);

// Conditions with = on the same key are alternatives where they stand beside each other, so they become one.
std::vector<TenantCondition> merge_alternatives(std::vector<TenantCondition> conditions);

// "label.tier!=gold,silver"
std::string to_string(const TenantCondition& condition);

// The value of an order, taken apart.
struct Bound {
  std::int64_t number = 0;  // of a count, in percent where `percent`; of a moment milliseconds
  bool percent = false;     // of the limit
  std::string moment = {};  // RFC 3339, UTC; "" for `number` milliseconds before now (past) or from now (ahead)
};
Bound read_bound(const TenantProperty& property, const std::string& value);  // throws Error(invalid)

}  // namespace acctl
