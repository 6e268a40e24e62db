#include "provisioning/model/tenant_condition.hpp"

#include <algorithm>
#include <charconv>

#include "provisioning/base/csv.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/duration.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/moment.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/base/words.hpp"
#include "provisioning/model/names.hpp"

namespace acctl {

namespace {

using Type = TenantProperty::Type;

[[noreturn]] void refuse_condition(const std::string& message, const std::string& hint = "") {
  throw Error(ErrorKind::invalid, message, hint);
}

bool is_order(Comparison comparison) { return comparison != Comparison::equal && comparison != Comparison::unequal; }

std::string make_example(const TenantProperty& property) {
  const std::string name(property.name);
  if (property.type == Type::word) return name + "=" + std::string(property.words.front());
  if (property.type == Type::past) return name + ">30d or " + name + "<2027-01-31";
  if (property.type == Type::count) return name + ">=90% or " + name + ">50";
  if (property.type == Type::ahead) return name + "<14d";
  return name + (property.type == Type::limit ? ">=100" : "=NAME");
}

void check_words(const TenantProperty& property, const std::vector<std::string>& values) {
  const std::vector<std::string> known(property.words.begin(), property.words.end());
  for (const std::string& value : values) {
    if (property.type != Type::word || std::ranges::find(known, value) != known.end()) continue;
    refuse_condition(
        "there is no " + std::string(property.name) + " '" + abbreviated(value) + "'" + did_you_mean(value, known),
        "There are " + join(known) + ".");
  }
}

void check_label_condition(const std::string& key, Comparison comparison) {
  const std::string label = key.substr(label_key_prefix.size());
  if (is_order(comparison)) {
    std::vector<std::string> ordered;
    for (const TenantProperty& property : tenant_properties()) {
      if (is_ordered(property)) ordered.emplace_back(property.name);
    }
    refuse_condition("'" + abbreviated(label) + "' cannot be compared with " + std::string(to_string(comparison)) +
                         did_you_mean(label, ordered),
                     "Labels take = and !=.");
  }
  try {
    check_key("the label", label);
  } catch (const Error& error) {
    refuse_condition("there is no property or label '" + abbreviated(label) + "'", error.hint());
  }
}

std::int64_t read_count(const TenantProperty& property, std::string_view digits, const std::string& value) {
  // Bytes are many, and one more than the number has to be a number, too.
  const std::int64_t most = property.type == Type::limit ? 9'000'000'000'000'000'000 : 1'000'000'000;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() || number < 0 || number > most) {
    refuse_condition("'" + abbreviated(value) + "' is not a number" +
                         (property.type == Type::limit ? " for " : " of ") + std::string(property.name),
                     "Write it as in " + make_example(property) + ".");
  }
  return number;
}

// Where the comparison begins and how long it is.
std::size_t find_comparison(std::string_view text, Comparison& comparison, std::size_t& length) {
  const std::size_t at = std::min(text.find_first_of("=<>!"), text.size());
  const std::string_view rest = text.substr(at);
  for (const Comparison one : {Comparison::unequal, Comparison::at_most, Comparison::at_least, Comparison::equal,
                               Comparison::less, Comparison::more}) {
    if (!rest.starts_with(to_string(one))) continue;
    comparison = one;
    length = to_string(one).size();
    return at;
  }
  return std::string_view::npos;
}

// Sorted, each once.
void sort_once(std::vector<std::string>& values) {
  std::ranges::sort(values);
  values.erase(std::ranges::unique(values).begin(), values.end());
}

}  // namespace

std::string_view to_string(Comparison comparison) {
  return find_word(comparison, {{Comparison::equal, "="},
                                {Comparison::unequal, "!="},
                                {Comparison::less, "<"},
                                {Comparison::at_most, "<="},
                                {Comparison::more, ">"},
                                {Comparison::at_least, ">="}});
}

const std::vector<TenantProperty>& tenant_properties() {
  static const std::vector<TenantProperty> all = {
      {.name = "plan", .help = "plan of the subscription"},
      {.name = "status",
       .type = Type::word,
       .words = {"provisioning", "active", "suspended", "deprovisioning", "deleted", "failed"},
       .help = "status; deleted tenants are selected only by status=deleted"},
      {.name = "subscription",
       .type = Type::word,
       .words = {"trialing", "active", "past_due", "canceled"},
       .help = "state of the subscription"},
      {.name = "server", .help = "server of the database"},
      {.name = "region", .help = "region of that server"},
      {.name = "enterprise", .help = "enterprise that the tenant belongs to"},
      {.name = "pack", .help = "template pack"},
      {.name = "created", .type = Type::past, .help = "time of the creation, or how long ago that was"},
      {.name = "activated", .type = Type::past, .help = "time when it was first active, or how long ago that was"},
      {.name = "trial_ends", .type = Type::ahead, .help = "end of the trial, or how long it is until then"},
      {.name = "seats", .type = Type::count, .help = "seats in use, or their share of the limit"},
      {.name = "seats_limit", .type = Type::limit, .help = "limit of seats, of the tenant or its plan"},
      {.name = "projects_limit", .type = Type::limit, .help = "limit of projects, likewise"},
      {.name = "storage_limit", .type = Type::limit, .help = "limit of stored files in bytes, likewise"},
      {.name = "feature", .help = "feature that is on, by the plan or for the tenant alone", .is_list = true},
      {.name = "override",
       .help = "feature or limit (seats, projects, storage_bytes) of the tenant's own, in place of its plan's",
       .is_list = true}};
  return all;
}

bool is_ordered(const TenantProperty& property) { return property.type != Type::name && property.type != Type::word; }

const TenantProperty* find_tenant_property(std::string_view name) {
  const auto found = std::ranges::find(tenant_properties(), name, &TenantProperty::name);
  return found == tenant_properties().end() ? nullptr : &*found;
}

TenantCondition make_condition(std::string_view key, Comparison comparison, std::vector<std::string> values) {
  TenantCondition condition{std::string(key), comparison, std::move(values)};
  const TenantProperty* property = find_tenant_property(key);
  if (property == nullptr) {
    if (!key.starts_with(label_key_prefix)) condition.key.insert(0, label_key_prefix);
    check_label_condition(condition.key, comparison);
  } else if (is_ordered(*property) != is_order(comparison)) {
    refuse_condition("'" + std::string(key) + "' cannot be compared with " + std::string(to_string(comparison)),
                     "Write it as in " + make_example(*property) +
                         (is_ordered(*property) ? "; a label of that name is label." + std::string(key) + "." : "."));
  } else if (is_ordered(*property)) {
    if (condition.values.size() != 1)
      refuse_condition("'" + std::string(key) + "' is compared with one value",
                       "Write it as in " + make_example(*property) + ".");
    read_bound(*property, condition.values.front());
    return condition;
  } else {
    check_words(*property, condition.values);
  }
  sort_once(condition.values);
  return condition;
}

TenantCondition parse_condition(std::string_view text) {
  Comparison comparison = Comparison::equal;
  std::size_t length = 0;
  const std::size_t at = find_comparison(text, comparison, length);
  // "region=$REGION" with an empty variable is a mistake of a script.
  if (at == std::string_view::npos || at == 0 || at + length == text.size()) {
    refuse_condition("'" + abbreviated(text) + "' is not a condition",
                     "Write KEY=VALUE, KEY!=VALUE or KEY>VALUE, such as plan=pro,enterprise or created>30d.");
  }
  std::vector<std::string> values;
  const std::string_view list = text.substr(at + length);
  for (std::size_t next = 0;; ++next) {
    std::optional<std::string> value = read_list_entry(list, next, ",");
    if (!value) {
      refuse_condition(
          "'" + abbreviated(text) + "' has a value whose double quotes do not end with it",
          R"(A value with a comma stands in double quotes, and one in it is written twice: label.team="a,b".)");
    }
    if (value->empty())
      refuse_condition("'" + abbreviated(text) + "' has an empty value", "Leave out the comma, or add a value.");
    values.push_back(std::move(*value));
    if (next == list.size()) break;
  }
  return make_condition(text.substr(0, at), comparison, std::move(values));
}

std::vector<TenantCondition> merge_alternatives(std::vector<TenantCondition> conditions) {
  std::vector<TenantCondition> merged;
  for (TenantCondition& condition : conditions) {
    const auto same = std::ranges::find_if(merged, [&](const TenantCondition& one) {
      return one.key == condition.key && one.comparison == Comparison::equal &&
             condition.comparison == Comparison::equal;
    });
    if (same == merged.end()) {
      merged.push_back(std::move(condition));
    } else {
      std::ranges::move(condition.values, std::back_inserter(same->values));
      sort_once(same->values);
    }
  }
  return merged;
}

std::string to_string(const TenantCondition& condition) {
  std::vector<std::string> values;
  for (const std::string& value : condition.values) values.push_back(list_entry(value));
  return condition.key + std::string(to_string(condition.comparison)) + join(values, ",");
}

Bound read_bound(const TenantProperty& property, const std::string& value) {
  if (property.type == Type::count || property.type == Type::limit) {
    const bool percent = property.type == Type::count && value.ends_with('%');
    return {.number = read_count(property, std::string_view(value).substr(0, value.size() - (percent ? 1 : 0)), value),
            .percent = percent};
  }
  // A day begins at midnight UTC.
  const std::string moment = utc_moment(value.size() == 10 ? value + "T00:00:00Z" : value);
  if (!moment.empty()) return {.moment = moment};
  try {
    return {.number = parse_duration(std::string(property.name), value).count()};
  } catch (const Error&) {
    refuse_condition(std::string(property.name) + ": '" + abbreviated(value) + "' is neither a time nor a duration",
                     "Write 30d, 2027-01-31 or 2027-01-31T18:00:00Z.");
  }
}

}  // namespace acctl
