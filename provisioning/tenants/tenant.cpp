#include "provisioning/tenants/tenant.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provisioning/base/json_text.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/model/names.hpp"

namespace acctl {

namespace {

// What ObjectText writes, as an object. Its members are known to be different: nothing is searched or copied, which ten
// thousand tenants feel.
class ObjectValue {
 public:
  ObjectValue() { fields_.reserve(4); }
  explicit ObjectValue(const FieldFilter& wanted) : wanted_(wanted ? &wanted : nullptr) { fields_.reserve(24); }

  template <class T>
  void add(std::string_view name, const T& value) {
    if (wants(name)) fields_.emplace_back(std::string(name), value);
  }
  template <class T>
  void add(std::string_view name, const std::optional<T>& value) {
    value ? add(name, *value) : add(name, nullptr);
  }
  template <class Write>
  void add_object(std::string_view name, const Write& write) {
    if (!wants(name)) return;
    ObjectValue object;
    write(object);
    fields_.emplace_back(std::string(name), object.object());
  }
  template <class Items, class Write>
  void add_objects(std::string_view name, const Items& items, const Write& write) {
    if (!wants(name)) return;
    nlohmann::ordered_json::array_t list;
    list.reserve(items.size());
    for (const auto& item : items) {
      ObjectValue object;
      write(object, item);
      list.push_back(object.object());
    }
    fields_.emplace_back(std::string(name), std::move(list));
  }

  nlohmann::ordered_json object() { return std::move(fields_); }

 private:
  bool wants(std::string_view name) const { return wanted_ == nullptr || (*wanted_)(name); }

  nlohmann::ordered_json::object_t fields_;
  const FieldFilter* wanted_ = nullptr;  // null: all
};

// "" is none.
std::optional<std::string> if_any(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

// Object: ObjectValue or ObjectText.
template <class Object>
void describe(const Tenant& tenant, Object& out) {
  out.add("slug", tenant.slug);
  out.add("name", tenant.name);
  out.add("status", tenant.status);
  out.add("plan", tenant.plan);
  out.add("server", tenant.server);
  out.add("database", tenant.database);
  out.add("pack", tenant.pack);
  out.add("schema_version", tenant.schema_version);
  out.add_object("labels", [&](auto& labels) {
    for (const auto& [key, value] : tenant.labels) labels.add(key, value);
  });
  out.add("enterprise", tenant.enterprise);
  out.add_object("seats", [&](auto& seats) {
    seats.add("used", tenant.seats_used);
    seats.add("limit", tenant.seats_limit);
    seats.add("as_of", tenant.seats_as_of);
  });
  out.add_object("resources", [&](auto& resources) {
    resources.add("storage", tenant.storage);
    resources.add("hostnames", tenant.hostnames);
    resources.add("support_address", tenant.support_address);
  });
  out.add_objects("steps", tenant.steps, [](auto& object, const StepRecord& step) {
    object.add("name", step.name);
    object.add("status", step.status);
    object.add("attempts", step.attempts);
    object.add("error", step.error);
  });
  out.add("created_at", tenant.created_at);
  out.add("activated_at", tenant.activated_at);
  out.add("subscription", tenant.subscription);
  out.add("trial_ends_at", tenant.trial_ends_at);
  out.add_object("limits", [&](auto& limits) {
    limits.add("projects", tenant.projects_limit);
    limits.add("storage_bytes", tenant.storage_limit);
  });
  out.add("overrides", tenant.overrides.empty() ? nlohmann::ordered_json::object()
                                                : nlohmann::ordered_json::parse(tenant.overrides));
  out.add("notes", if_any(tenant.notes));
  out.add("hold_until", tenant.hold_until);
  out.add("unfinished", if_any(tenant.unfinished));
}

std::string describe_labels(const std::map<std::string, std::string>& labels) {
  std::string text;
  for (const auto& [key, value] : labels) text += (text.empty() ? "" : ",") + key + "=" + value;
  return text;
}

}  // namespace

std::string Tenant::host(const std::string& base_domain) const {
  if (!hostnames.empty()) return hostnames.front();
  const std::size_t at = support_address.rfind('@');
  return at == std::string::npos ? slug + "." + base_domain : support_address.substr(at + 1);
}

std::string Tenant::failure() const {
  std::string failed;
  for (const StepRecord& step : steps) {
    if (step.error) failed = step.name + ": " + *step.error;
  }
  return failed;
}

TenantNames Tenant::names() const {
  std::string digits = id;
  std::erase(digits, '-');
  return {database, "acctl_deleted_" + digits.substr(0, 12), owner_role, app_role, "acctl tenant " + id};
}

std::string describe_status(const Tenant& tenant) {
  return tenant.status + (tenant.unfinished.empty() ? "" : " (" + tenant.unfinished + " unfinished)");
}

std::string filling_command(const Tenant& tenant) {
  constexpr std::string_view clone = "clone of ";
  if (!tenant.unfinished.starts_with(clone)) return "acctl tenant " + tenant.unfinished;
  return "acctl tenant clone " + tenant.unfinished.substr(clone.size()) + " " + tenant.slug;
}

bool is_reached(const Tenant& tenant, Reach reach) {
  return tenant.status == "active" || (tenant.status == "suspended" && reach == Reach::suspended_too);
}

Error not_active(const Tenant& tenant, const std::string& hint) {
  return {ErrorKind::conflict, "tenant " + tenant.slug + " is " + tenant.status + ", not active",
          hint.empty() ? "See 'acctl tenant show " + tenant.slug + "'." : hint};
}

nlohmann::ordered_json to_json(const Tenant& tenant, const FieldFilter& wanted) {
  ObjectValue fields(wanted);
  describe(tenant, fields);
  return fields.object();
}

std::string to_json_line(const Tenant& tenant) {
  std::string line;
  {
    ObjectText text(line);
    describe(tenant, text);
  }
  return line;
}

std::string choose_admin_name(const TenantRequest& request) {
  return request.admin_name.empty() ? "Administrator" : request.admin_name;
}

std::vector<FieldProblem> find_problems(const TenantRequest& request) {
  std::vector<FieldProblem> problems;
  const auto look = [&](const std::string& field, const auto& check_field) {
    try {
      check_field();
    } catch (const Error& error) {
      problems.push_back({field, error});
    }
  };
  look("slug", [&] { check_slug(request.slug); });
  const auto look_if_given = [&](const std::string& field, const std::string& value, const auto& check_value) {
    if (!value.empty()) look(field, [&] { check_value(value); });
  };
  look_if_given("name", request.name, [](auto& name) { check_display_name("the name", name); });
  look_if_given("admin_email", request.admin_email,
                [](auto& email) { check_email("the administrator's email", email); });
  look_if_given("admin_name", request.admin_name,
                [](auto& name) { check_display_name("the administrator's name", name); });
  look("seats", [&] {
    if (!request.seats || (*request.seats >= 1 && *request.seats <= 1'000'000)) return;
    throw Error(ErrorKind::invalid, "seats: " + std::to_string(*request.seats) + " is not between 1 and 1000000");
  });
  look_if_given("domain", request.domain, [](auto& domain) { check_hostname("the domain", domain); });
  look_if_given("enterprise", request.enterprise, [](auto& key) { check_key("the enterprise", key); });
  for (const auto& [key, value] : request.labels) {
    look("label." + key, [&, &label = key, &text = value] { check_label(label, text); });
  }
  look_if_given("pack", request.pack, [](auto& pack) { require_pack(pack); });
  return problems;
}

void check(const TenantRequest& request) {
  const std::vector<FieldProblem> problems = find_problems(request);
  if (!problems.empty()) throw Error(problems.front().error);
}

void require_name_and_admin(const TenantRequest& request) {
  if (request.name.empty()) {
    throw Error(ErrorKind::invalid, "tenant " + request.slug + ": the name is missing");
  }
  if (!request.admin_email.empty()) return;
  throw Error(ErrorKind::invalid, "tenant " + request.slug + ": the administrator's email is missing");
}

std::vector<std::string> differences(const Tenant& tenant, const TenantRequest& request) {
  std::vector<std::string> all;
  const auto compare = [&](const std::string& what, const std::string& is, const std::string& asked) {
    if (!asked.empty() && asked != is) all.push_back(what + " is " + (is.empty() ? "not set" : is) + ", not " + asked);
  };
  compare("name", tenant.name, request.name);
  if (lower_case(tenant.admin_email) != lower_case(request.admin_email)) {
    compare("admin email", tenant.admin_email, request.admin_email);
  }
  compare("admin name", tenant.admin_name, request.admin_name);
  compare("plan", tenant.plan, request.plan);
  compare("pack", tenant.pack, request.pack);
  compare("server", tenant.server, request.server);
  compare("region", tenant.region, request.region);
  compare("enterprise", tenant.enterprise.value_or(""), request.enterprise);
  compare("seats", tenant.seats ? std::to_string(*tenant.seats) : "",
          request.seats ? std::to_string(*request.seats) : "");
  if (!request.labels.empty()) compare("labels", describe_labels(tenant.labels), describe_labels(request.labels));
  if (!request.domain.empty() && std::ranges::find(tenant.hostnames, request.domain) == tenant.hostnames.end()) {
    all.push_back("domain " + request.domain + " is not the tenant's");
  }
  return all;
}

Tenant replace_admin(Tenant tenant, const TenantRequest& request) {
  // A row of a file need not name the administrator of a tenant that exists.
  if (request.admin_email.empty() || lower_case(tenant.admin_email) == lower_case(request.admin_email)) return tenant;
  tenant.admin_email = request.admin_email;
  tenant.admin_name = choose_admin_name(request);
  return tenant;
}

}  // namespace acctl
