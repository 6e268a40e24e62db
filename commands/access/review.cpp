// review: who has what, since when and by which change.
#include <nlohmann/json.hpp>

#include "commands/commands.hpp"
#include "commands/reports/review_writer.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/impersonation.hpp"
#include "provisioning/base/duration.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct ReviewOptions {
  std::string inactive_for = "90d";
  std::string expiring_within = "14d";
  std::int64_t max_admins = 5;
  bool flagged_only = false;
  std::string format;
  std::vector<std::string> exclude;
};

Json to_json(const GrantedBy& by) {
  return {{"since", or_null(by.since)}, {"run", or_null(by.run)}, {"actor", or_null(by.actor)}};
}

Json to_json(const Tenant& tenant, const ReviewedPerson& person) {
  Json roles = Json::array();
  for (const ReviewedRole& held : person.roles) {
    Json role = {{"role", held.role}, {"until", or_null(held.until)}};
    role.update(to_json(held.by));
    roles.push_back(std::move(role));
  }
  Json role_template = nullptr;
  if (!person.role_template.empty()) {
    role_template = {{"role_template", person.role_template}};
    role_template.update(to_json(person.template_by));
  }
  Json direct = Json::array();
  for (const ReviewedPermission& held : person.direct) {
    Json permission = {{"permission", held.permission}, {"level", or_null(held.level)}};
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
          {"flags", person.flags}};
}

std::vector<Column> columns_of(OutputFormat format) {
  if (format != OutputFormat::csv) {
    return {{"EMAIL", "/email"},
            {"TENANT", "/tenant"},
            {"STATUS", "/status"},
            {"ROLES", "/roles"},
            {"TEMPLATE", "/role_template"},
            {"DIRECT", "/permissions"},
            {"MAY", "/effective"},
            {"LAST SIGN-IN", "/last_sign_in_at"},
            {"FLAGS", "/flags"}};
  }
  return {{"EMAIL", "/email"},
          {"TENANT", "/tenant"},
          {"NAME", "/name"},
          {"STATUS", "/status"},
          {"ADMIN", "/admin"},
          {"ROLES", "/roles"},
          {"GRANTED", "/granted"},
          {"TEMPLATE", "/role_template"},
          {"DIRECT", "/permissions"},
          {"MAY", "/effective"},
          {"PERMISSIONS", "/list"},
          {"CRM", "/crm_access"},
          {"LAST SIGN-IN", "/last_sign_in_at"},
          {"FLAGS", "/flags"}};
}

// For tables and CSV: words where JSON has objects.
Json row_of(const Tenant& tenant, const ReviewedPerson& person) {
  Json roles = Json::array();
  Json granted = Json::array();
  for (const ReviewedRole& role : person.roles) {
    roles.push_back(role.role + (role.until.empty() ? "" : " until " + day_of(role.until)));
    granted.push_back(role_told(role));
  }
  Json direct = Json::array();
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
          {"flags", person.flags}};
}

// Records on standard output; what concerns nobody in particular is said beside them.
class RecordReview : public ReviewWriter {
 public:
  RecordReview(Session& session, OutputFormat format)
      : session_(session),
        values_(format == OutputFormat::json || format == OutputFormat::yaml),
        out_(format, Shape::many, columns_of(format)) {}

  void start(const Tenant& tenant, const ReviewSummary& summary) override {
    std::string unused;
    for (const std::string& role : summary.unused_roles) unused += (unused.empty() ? "" : ", ") + role;
    said_.push_back(tenant.slug + ": " + people_told(summary) + ", " + std::to_string(summary.admins) +
                    (summary.admins == 1 ? " admin" : " admins") + permanence_told(summary) +
                    (unused.empty() ? "" : "; nobody has the roles " + unused));
  }
  void person(const Tenant& tenant, const ReviewedPerson& person) override {
    out_.add(values_ ? to_json(tenant, person) : row_of(tenant, person));
  }
  void end(const Tenant&) override {}
  void finish() override { out_.finish(); }
  void tell() override {
    for (const std::string& sentence : said_) session_.terminal().info(sentence);
  }

 private:
  Session& session_;
  bool values_;
  RecordWriter out_;
  std::vector<std::string> said_;
};

std::unique_ptr<ReviewWriter> writer_of(Session& session, const std::string& format, const ReviewStyle& style) {
  const std::string wanted = format.empty() ? session.settings().output : format;
  if (wanted == "html") return html_review(style);
  if (wanted == "markdown") return markdown_review(style);
  return std::make_unique<RecordReview>(session, format_of(wanted));
}

int review(Session& session, const ReviewOptions& options) {
  if (options.max_admins < 1) {
    throw Error(ErrorKind::invalid, "--max-admins: " + std::to_string(options.max_admins) + " is not positive");
  }
  const ReviewStyle style{.limits = {.inactive_for = parse_duration("--inactive-for", options.inactive_for),
                                     .expiring_within = parse_duration("--expiring-within", options.expiring_within),
                                     .max_admins = options.max_admins},
                          .inactive_for = options.inactive_for,
                          .expiring_within = options.expiring_within,
                          .flagged_only = options.flagged_only};
  // Each tenant is read as of one moment, in a transaction that must not wait for a pager.
  HeldOutput held;
  const std::unique_ptr<ReviewWriter> writer = writer_of(session, options.format, style);
  visit_tenants(
      session, options.exclude,
      [&](Platform&, const Tenant& tenant, TenantSession& database) {
        review_access(
            database, style.limits, [&](const ReviewSummary& summary) { writer->start(tenant, summary); },
            [&](const ReviewedPerson& person) {
              if (!style.flagged_only || !person.flags.empty()) writer->person(tenant, person);
            });
        writer->end(tenant);
      },
      [&] {
        writer->finish();
        held.release();
        writer->tell();
      });
  return 0;
}

}  // namespace

Command review_command() {
  auto options = std::make_shared<ReviewOptions>();
  return {
      .name = "review",
      .summary = "review who has which access, since when and by which change",
      .description =
          "Lists everybody with status, roles, role template, direct and effective permissions, since when and by "
          "which "
          "run each was granted, and the last sign-in. Flags say what calls for a look:\n\n"
          "inactive: active, and without a sign-in for --inactive-for.\n\n"
          "never signed in: active, or invited longer ago than that, and without any sign-in.\n\n"
          "admin without need: may do everything, and is inactive or has never signed in.\n\n"
          "too many admins: may do everything, as more than --max-admins people may.\n\n"
          "expiring grant: a role ends within --expiring-within.\n\n"
          "no permanent admin: may do everything, but only for a time, and there is no admin whose role does not "
          "expire.\n\n"
          "Roles that nobody has are named, too. With --format html it is one page for a browser or to be printed. "
          "Several tenants are reviewed one after the other.",
      .options =
          {{.name = "--format",
            .value = "FORMAT",
            .help = "instead of --output",
            .target = &options->format,
            .choices = {"html", "csv", "markdown", "table", "json", "yaml"}},
           {.name = "--inactive-for",
            .value = "TIME",
            .help = "how long without a sign-in is inactive (90d)",
            .target = &options->inactive_for},
           {.name = "--expiring-within",
            .value = "TIME",
            .help = "how soon a grant that ends is told (14d)",
            .target = &options->expiring_within},
           {.name = "--max-admins",
            .value = "N",
            .help = "how many people may do everything without a flag (5)",
            .target = &options->max_admins},
           {.name = "--flagged", .value = "", .help = "only people with flags", .target = &options->flagged_only},
           exclude_option(options->exclude)},
      .examples = {{"acctl review -t acme", "On the terminal."},
                   {"acctl review -t acme --format html > review.html", "For a manager."},
                   {"acctl review --all --flagged --format csv > flagged.csv", "What calls for a look, everywhere."}},
      .formats = {"markdown"},
      .trail = Trail::every_look,
      .run = [options](Session& session) { return review(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl
