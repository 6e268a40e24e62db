#include "commands/access/review_records.hpp"

#include <nlohmann/json.hpp>

#include "cli/remarks.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/permission_words.hpp"

namespace acctl {

namespace {

nlohmann::ordered_json to_json(const GrantedBy& by) {
  return {{"since", or_null(by.since)}, {"run", or_null(by.run)}, {"actor", or_null(by.actor)}};
}

nlohmann::ordered_json person_record(const Tenant& tenant, const ReviewedPerson& person) {
  nlohmann::ordered_json roles = nlohmann::ordered_json::array();
  for (const ReviewedRole& held : person.roles) {
    nlohmann::ordered_json role = {{"role", held.role}, {"until", or_null(held.until)}};
    role.update(to_json(held.by));
    roles.push_back(std::move(role));
  }
  nlohmann::ordered_json role_template = nullptr;
  if (!person.role_template.empty()) {
    role_template = {{"role_template", person.role_template}};
    role_template.update(to_json(person.template_by));
  }
  nlohmann::ordered_json direct = nlohmann::ordered_json::array();
  for (const ReviewedPermission& held : person.direct) {
    nlohmann::ordered_json permission = {{"permission", held.permission}, {"level", or_null(held.level)}};
    permission.update(to_json(held.by));
    direct.push_back(std::move(permission));
  }
  return {{"tenant", tenant.slug},
          {"email", person.email},
          {"name", or_null(person.name)},
          {"status", person.status},
          {"admin", person.admin},
          {"roles", std::move(roles)},
          {"role_template", std::move(role_template)},
          {"permissions", std::move(direct)},
          {"effective", {{"count", person.effective.size()}, {"permissions", person.effective}}},
          {"crm_access", person.crm_access},
          {"last_sign_in_at", or_null(person.last_sign_in)},
          {"flags", person.flags},
          {"api_keys", person.api_keys},
          {"key", nullptr}};
}

// What a key without a user has in common with a person.
ReviewedPerson to_person(const ReviewedKey& key) {
  ReviewedPerson person{
      .status = "active", .admin = gives_everything(key), .effective = key.effective, .api_keys = {key.name}};
  const GrantedBy made{.since = key.created_at};
  if (!key.role.empty()) person.roles.push_back({.role = key.role, .by = made});
  for (const std::string& word : key.permissions) {
    const auto [permission, level] = split_level(word);
    person.direct.push_back({permission, level, made});
  }
  return person;
}

// The members of a person, without an address, and under "key" whose it is.
nlohmann::ordered_json key_record(const Tenant& tenant, const ReviewedKey& key) {
  nlohmann::ordered_json record = person_record(tenant, to_person(key));
  record["email"] = nullptr;
  record["crm_access"] = nullptr;
  record["key"] = {{"owner", key.owner},
                   {"enterprise", or_null(key.owner == "enterprise" ? tenant.enterprise.value_or("") : "")},
                   {"name", key.name},
                   {"prefix", key.prefix},
                   {"created_by", or_null(key.created_by)},
                   {"created_at", or_null(key.created_at)},
                   {"expires_at", or_null(key.expires_at)},
                   {"last_used_at", or_null(key.last_used_at)}};
  return record;
}

std::vector<Column> review_columns(OutputFormat format) {
  if (format != OutputFormat::csv) {
    return {"EMAIL",
            "TENANT",
            "STATUS",
            "ROLES",
            {"TEMPLATE", "/role_template"},
            {"DIRECT", "/permissions"},
            {"MAY", "/effective", Fit::spare},
            {"KEYS", "/api_keys", Fit::spare},
            {"LAST SIGN-IN", "/last_sign_in_at", Fit::spare},
            "FLAGS"};
  }
  return {"EMAIL",
          "TENANT",
          "NAME",
          "STATUS",
          "ADMIN",
          "ROLES",
          "GRANTED",
          {"TEMPLATE", "/role_template"},
          {"DIRECT", "/permissions"},
          {"MAY", "/effective"},
          {"PERMISSIONS", "/list"},
          {"CRM", "/crm_access"},
          {"LAST SIGN-IN", "/last_sign_in_at"},
          "FLAGS",
          {"KEYS", "/api_keys"}};
}

// For tables and CSV, which show words where JSON has objects.
nlohmann::ordered_json person_row(const Tenant& tenant, const ReviewedPerson& person) {
  nlohmann::ordered_json roles = nlohmann::ordered_json::array();
  nlohmann::ordered_json granted = nlohmann::ordered_json::array();
  for (const ReviewedRole& role : person.roles) {
    roles.push_back(role.role + (role.until.empty() ? "" : " until " + to_day(role.until)));
    granted.push_back(role_told(role));
  }
  nlohmann::ordered_json direct = nlohmann::ordered_json::array();
  for (const ReviewedPermission& permission : person.direct) direct.push_back(permission_told(permission));
  return {{"email", person.email},
          {"tenant", tenant.slug},
          {"name", person.name},
          {"status", person.status},
          {"admin", person.admin},
          {"roles", std::move(roles)},
          {"granted", std::move(granted)},
          {"role_template", person.role_template},
          {"permissions", std::move(direct)},
          {"effective", person.effective.size()},
          {"list", person.effective},
          {"crm_access", person.crm_access},
          {"last_sign_in_at", person.last_sign_in},
          {"flags", person.flags},
          {"api_keys", person.api_keys}};
}

// In place of an address stands whose key it is, and in place of the last sign-in when it was used last.
nlohmann::ordered_json key_row(const Tenant& tenant, const ReviewedKey& key) {
  nlohmann::ordered_json row = person_row(tenant, to_person(key));
  row["email"] = owner_told(tenant.enterprise.value_or(""), key);
  row["roles"] = key.role;
  row["granted"] = making_told(key);
  row["permissions"] = key.permissions;
  row["crm_access"] = nullptr;
  row["last_sign_in_at"] = key.last_used_at;
  return row;
}

class RecordReview : public ReviewWriter {
 public:
  RecordReview(Session& session, OutputFormat format)
      : session_(session),
        values_(format == OutputFormat::json || format == OutputFormat::yaml),
        names_(format == OutputFormat::name),
        out_(format, Shape::many, review_columns(format), session.layout()) {}

  void start(const Tenant& tenant, const ReviewSummary& summary) override {
    const std::string unused = join(summary.unused_roles);
    said_.push_back(tenant.slug + ": " + people_told(summary) + ", " + std::to_string(summary.admins) +
                    (summary.admins == 1 ? " admin" : " admins") + permanence_told(summary) +
                    (unused.empty() ? "" : "; roles without holders: " + unused));
    if (summary.past.is_past) said_.push_back(tenant.slug + ", as of " + summary.at + ": " + past_told(summary));
    keys_ = summary.keys;
  }
  void person(const Tenant& tenant, const ReviewedPerson& person) override {
    out_.add(values_ ? person_record(tenant, person) : person_row(tenant, person));
  }
  void end(const Tenant& tenant) override {
    if (names_) return;  // of people
    for (const ReviewedKey& key : keys_) out_.add(values_ ? key_record(tenant, key) : key_row(tenant, key));
  }
  void finish() override { out_.finish(); }
  void tell() override {
    Remarks remarks(session_.terminal(), Remarks::Tone::info);
    for (const std::string& sentence : said_) remarks.say(sentence);
  }

 private:
  Session& session_;
  bool values_;
  bool names_;
  RecordWriter out_;
  std::vector<ReviewedKey> keys_;  // of the tenant at hand
  std::vector<std::string> said_;
};

}  // namespace

std::unique_ptr<ReviewWriter> record_review(Session& session, OutputFormat format) {
  return std::make_unique<RecordReview>(session, format);
}

}  // namespace acctl
