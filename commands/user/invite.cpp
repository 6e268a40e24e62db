// user invite.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "commands/shared/connect_platform.hpp"
#include "commands/shared/delivery.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/tenant_write.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/invitee_file.hpp"
#include "provisioning/access/user_lookup.hpp"
#include "provisioning/base/duration.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct InviteOptions {
  std::vector<std::string> emails;
  std::string name;
  std::vector<std::string> roles;
  std::string role_template;
  std::vector<std::string> teams;
  bool crm = false;
  std::string idp = "local";
  std::string session;
  std::string file;
  InvitationOptions invitation;
  std::vector<std::string> exclude;
};

Invitee model_of(const InviteOptions& options) {
  Invitee model{.email = {}, .name = options.name, .roles = split_words(options.roles)};
  model.role_template = options.role_template;
  model.teams = split_words(options.teams);
  model.crm_access = options.crm;
  model.idp = options.idp;
  if (!options.session.empty()) model.session_hours = whole_hours("--session", options.session);
  return model;
}

std::vector<Invitee> people_of(const InviteOptions& options) {
  const Invitee model = model_of(options);
  if (options.file.empty() == options.emails.empty()) {
    throw Error(ErrorKind::invalid,
                options.emails.empty() ? "nobody is named" : "e-mail addresses and --file exclude each other",
                "Name e-mail addresses, or a CSV file with --file.");
  }
  std::vector<Invitee> people;
  if (!options.file.empty()) {
    people = read_invitees(options.file, model);
  } else {
    for (const std::string& email : emails_of(options.emails)) {
      people.push_back(model);
      people.back().email = email;
    }
    if (people.size() > 1 && !options.name.empty()) {
      throw Error(ErrorKind::invalid, "--name is of one person, and " + std::to_string(people.size()) + " are named",
                  "Use --file for people with names.");
    }
  }
  check_invitees(people);
  return people;
}

// The outcomes of all tenants together.
class Outcomes {
 public:
  Outcomes(Session& session, bool many) : session_(session), many_(many) {}

  void add(const std::string& tenant, const Invited& outcome) {
    for (const Invited::Person& person : outcome.invited) {
      Json record = {{"email", person.email}, {"status", "invited"}};
      if (!person.link.empty()) record["link"] = person.link;
      if (many_) record["tenant"] = tenant;
      invited_.push_back(std::move(record));
    }
    for (const Invited::Present& person : outcome.unchanged) {
      Json record = {{"email", person.email}, {"status", or_null(person.status)}};
      if (many_) record["tenant"] = tenant;
      unchanged_.push_back(std::move(record));
      if (!person.remark.empty()) remarks_.push_back(person.email + " " + person.remark);
    }
    mails_ += outcome.queued_mails;
  }

  void write(bool links) {
    const OutputFormat format = session_.format();
    const std::size_t invited = invited_.size();
    const std::size_t unchanged = unchanged_.size();
    if (format == OutputFormat::json || format == OutputFormat::yaml) {
      RecordWriter out = session_.records(Shape::one, {});
      out.add({{"invited", std::move(invited_)}, {"unchanged", std::move(unchanged_)}, {"queued_mails", mails_}});
      out.finish();
    } else {
      std::vector<Column> columns = {{"EMAIL", "/email"}, {"OUTCOME", "/outcome"}, {"STATUS", "/status"}};
      if (many_) columns.push_back({"TENANT", "/tenant"});
      if (links) columns.push_back({"LINK", "/link"});
      RecordWriter out = session_.records(Shape::many, columns);
      for (auto [records, outcome] : {std::pair(&invited_, "invited"), {&unchanged_, "unchanged"}}) {
        for (Json& record : *records) {
          record["outcome"] = outcome;
          out.add(record);
        }
      }
      out.finish();
    }
    say(invited, unchanged);
  }

 private:
  void say(std::size_t invited, std::size_t unchanged) {
    constexpr std::size_t most = 10;
    for (std::size_t i = 0; i < std::min(remarks_.size(), most); ++i) session_.terminal().warn(remarks_[i]);
    if (remarks_.size() > most) {
      session_.terminal().warn("and " + std::to_string(remarks_.size() - most) + " more who are not as asked for");
    }
    const std::string start = session_.settings().dry_run ? "dry run, rolled back: " : "";
    session_.terminal().info(start + std::to_string(invited) + " invited, " + std::to_string(unchanged) +
                             " there already; " + mails(mails_) + " queued");
  }

  Session& session_;
  bool many_;
  Json invited_ = Json::array();
  Json unchanged_ = Json::array();
  std::vector<std::string> remarks_;
  std::int64_t mails_ = 0;
};

int invite_all(Session& session, const InviteOptions& options) {
  const std::int64_t lifetime = lifetime_of(options.invitation);
  const std::vector<Invitee> people = people_of(options);
  Outcomes outcomes(session, names_several(session));
  std::optional<Secret> key;
  const auto work = [&](TenantWrite& site) {
    if (!key) key.emplace(platform_key(site.platform, mode_of(session)));
    const InvitationTerms terms{.key = *key,
                                .lifetime_ms = lifetime,
                                .link_base = link_base_in(site),
                                .links = shows_links(session, options.invitation)};
    const Invited outcome =
        invite(site.database, site.identity, people, terms, site.record, site.ending, site.reconnect);
    site.mails += outcome.queued_mails;
    // Their mails may be waiting since a run that was killed before it could send them.
    site.older_mails += std::ranges::count(outcome.unchanged, "invited", &Invited::Present::status);
    outcomes.add(site.tenant.slug, outcome);
  };
  for_each_site(session, {.command = "user invite", .exclude = options.exclude, .work = work, .write = [&] {
                            outcomes.write(shows_links(session, options.invitation));
                          }});
  return 0;
}

}  // namespace

Command user_invite_command() {
  auto options = std::make_shared<InviteOptions>();
  std::vector<Option> own = {
      {.name = "--name", .value = "NAME", .help = "the person's name", .target = &options->name},
      {.name = "--role", .value = "ROLE", .help = "a role to begin with; repeatable", .target = &options->roles},
      {.name = "--role-template",
       .value = "TEMPLATE",
       .help = "a role template to begin with",
       .target = &options->role_template},
      {.name = "--team", .value = "TEAM", .help = "a team to be in; repeatable", .target = &options->teams},
      {.name = "--crm", .value = "", .help = "with access to CRM records", .target = &options->crm},
      {.name = "--idp",
       .value = "PROVIDER",
       .help = "identity provider to sign in with",
       .target = &options->idp,
       .choices = {"local", "entra", "google", "okta", "duo", "saml", "oidc"}},
      {.name = "--session",
       .value = "TIME",
       .help = "how long a sign-in lasts: 8h; without it the tenant's setting",
       .target = &options->session},
      {.name = "--file",
       .value = "FILE",
       .help = "a CSV file of people, - for standard input",
       .target = &options->file,
       .values = Values::file}};
  return {
      .name = "invite",
      .summary = "invite people: one, several, or a file of them",
      .description =
          "Makes users with status invited, each with an invitation that only its mail tells of. An invitation takes a "
          "seat; at the limit nobody of the command is invited (exit 5). Whoever is there already stays as they are, "
          "so the same command again changes nothing.\n\nThe columns of a CSV file are named by its header: email, "
          "name, roles, role_template, teams, crm_access, idp, external_id, session; only email is needed. Several "
          "roles or teams in a cell are separated by spaces or semicolons. What a row leaves empty is as the options "
          "say. All of a file are invited, or none.",
      .arguments = {{.name = "EMAIL", .help = "whom to invite", .target = &options->emails, .required = false}},
      .options = joined({own, invitation_options(options->invitation), {exclude_option(options->exclude)}}),
      .examples = {{"acctl user invite ana@acme.example --name 'Ana Ames' --role support-agent -t acme", "One person."},
                   {"acctl user invite --file people.csv --role support-agent -t acme", "Everybody in a file."}},
      .run = [options](Session& session) { return invite_all(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl
