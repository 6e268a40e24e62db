#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/user/invitation.hpp"
#include "commands/user/rows_elsewhere.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/invitee_checks.hpp"
#include "provisioning/access/invitee_file.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/password_hash.hpp"
#include "provisioning/base/secret.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

// The outcomes of `user invite` in all tenants, collected and written together.
class InviteOutcomes {
 public:
  // `many`: records name their tenant, because there can be several.
  InviteOutcomes(Session& session, bool many) : session_(session), many_(many) {}

  void add(const std::string& tenant, const Invited& outcome) {
    for (const Invited::Person& person : outcome.invited) {
      nlohmann::ordered_json record = {{"email", person.email}, {"status", "invited"}};
      if (!person.link.empty()) record["link"] = person.link;
      if (many_) record["tenant"] = tenant;
      invited_.push_back(std::move(record));
    }
    for (const Invited::Present& person : outcome.unchanged) {
      nlohmann::ordered_json record = {{"email", person.email}, {"status", or_null(person.status)}};
      if (many_) record["tenant"] = tenant;
      unchanged_.push_back(std::move(record));
      if (!person.remark.empty()) remarks_.push_back(person.email + " " + person.remark);
    }
    messages_ += outcome.queued_mails;
  }

  // Writes the records to standard output and a summary to standard error; `links` adds a column.
  void write(bool links) {
    const std::size_t invited = invited_.size();
    const std::size_t unchanged = unchanged_.size();
    if (session_.wants_values()) {
      session_.write_record(
          {}, {{"invited", std::move(invited_)}, {"unchanged", std::move(unchanged_)}, {"queued_mails", messages_}});
    } else {
      write_rows(links);
    }
    summarize(invited, unchanged);
  }

 private:
  void write_rows(bool links) {
    std::vector<Column> columns = {"EMAIL", "OUTCOME", "STATUS"};
    if (many_) columns.push_back("TENANT");
    if (links) columns.push_back("LINK");
    RecordWriter out = session_.records(Shape::many, columns);
    for (auto [records, outcome] : {std::pair(&invited_, "invited"), {&unchanged_, "unchanged"}}) {
      for (nlohmann::ordered_json& record : *records) {
        record["outcome"] = outcome;
        out.add(record);
      }
    }
    out.finish();
  }

  void summarize(std::size_t invited, std::size_t unchanged) {
    constexpr std::size_t most = 10;
    for (std::size_t i = 0; i < std::min(remarks_.size(), most); ++i) session_.terminal().warn(remarks_[i]);
    if (remarks_.size() > most) {
      session_.terminal().warn("and " + counted(remarks_.size() - most, "more user") + " who differ from the request");
    }
    const std::string start = session_.settings().dry_run ? "dry run, rolled back: " : "";
    session_.terminal().info(start + std::to_string(invited) + " invited, " + std::to_string(unchanged) +
                             " already present");
  }

  Session& session_;
  bool many_;
  nlohmann::ordered_json invited_ = nlohmann::ordered_json::array();
  nlohmann::ordered_json unchanged_ = nlohmann::ordered_json::array();
  std::vector<std::string> remarks_;
  std::int64_t messages_ = 0;
};

constexpr std::size_t shortest = 12;
constexpr std::size_t longest = 128;

std::string find_password_problem(const std::string& password, const std::string& email) {
  if (!is_utf8(password) || !hidden_character(password).empty()) {
    return "takes one line of text without control characters";
  }
  const std::size_t length = character_count(password);
  if (length < shortest || length > longest) {
    return "takes a password of " + std::to_string(shortest) + " to " + std::to_string(longest) + " characters";
  }
  if (std::set<char>(password.begin(), password.end()).size() < 5)
    return "takes a password of more different characters";
  return password.find(email.substr(0, email.find('@'))) == std::string::npos
             ? ""
             : "takes a password that does not contain the user's address";
}

// From a file that only its owner can access, "-" for standard input; the end of its line is not part of it. Throws
// Error(invalid) if it is shorter than 12 characters, holds control characters, or is the user's address. No message
// says anything of it.
Secret read_temporary_password(const std::string& path, const std::string& email) {
  constexpr std::size_t limit = 4096;
  std::string text = path == "-" ? read_standard_input(limit) : read_secret_file(path, limit);
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  Secret password(std::move(text));
  if (const std::string problem = find_password_problem(password.reveal(), email); !problem.empty()) {
    throw Error(ErrorKind::invalid, "--temporary-password-file " + problem,
                "Write a generated password into a file with mode 0600.");
  }
  return password;
}

struct InviteUsers {
  std::vector<std::string> emails;
  std::string name;
  std::vector<std::string> roles;
  std::string role_template;
  std::vector<std::string> teams;
  bool crm = false;
  std::string idp = "local";
  std::string session;
  std::string file;
  std::vector<std::string> ignored_columns;
  InvitationOptions invitation;
  std::string password_file;
  std::vector<std::string> exclude;
};

// What the options say of everybody who is invited.
Invitee make_model(const InviteUsers& options) {
  Invitee model{.email = {}, .name = options.name, .roles = split_words(options.roles)};
  model.role_template = options.role_template;
  model.teams = split_words(options.teams);
  if (options.crm) model.crm_access = true;
  model.idp = options.idp;
  if (!options.session.empty()) model.session_hours = whole_hours("--session", options.session);
  return model;
}

std::vector<Invitee> read_people(const InviteUsers& options) {
  const Invitee model = make_model(options);
  if (options.file.empty() == options.emails.empty()) {
    throw Error(ErrorKind::invalid,
                options.emails.empty() ? "no user is given" : "--file cannot be combined with email addresses",
                "Give email addresses, or a CSV file with --file.");
  }
  std::vector<Invitee> people;
  if (!options.file.empty()) {
    people = read_invitees(options.file, model, split_words(options.ignored_columns));
  } else {
    for (const std::string& email : parse_emails(options.emails)) {
      people.push_back(model);
      people.back().email = email;
    }
    if (people.size() > 1 && !options.name.empty()) {
      throw Error(ErrorKind::invalid,
                  "--name applies to a single user, and " + std::to_string(people.size()) + " are given",
                  "Use --file to give each user a name.");
    }
  }
  check_invitees(people);
  return people;
}

// Those of the list who are to be users of the tenant. A list says of some that they are not.
std::vector<Invitee> people_to_invite(const std::vector<Invitee>& people, const std::string& tenant) {
  std::vector<Invitee> guests = people_of_tenant(people, tenant);
  std::erase_if(guests, [](const Invitee& person) { return person.active == false; });
  check_invitees(guests);
  return guests;
}

// The hash of the temporary password, which one person gets who signs in with it.
std::string hash_for(const InviteUsers& options, const std::vector<Invitee>& people) {
  if (!options.file.empty() || people.size() != 1) {
    throw Error(ErrorKind::invalid, "--temporary-password-file applies to a single user",
                "Give one address, and each user a password of their own.");
  }
  if (people.front().idp != "local") {
    throw Error(ErrorKind::invalid, "--temporary-password-file cannot be combined with --idp " + people.front().idp,
                "Users of an identity provider have no password here.");
  }
  return hash_password(read_temporary_password(options.password_file, people.front().email));
}

void run(Session& session, const InviteUsers& options) {
  const std::optional<std::int64_t> lifetime = parse_lifetime(options.invitation);
  const std::vector<Invitee> people = read_people(options);
  const std::string password_hash = options.password_file.empty() ? "" : hash_for(options, people);
  const bool links = shows_links(session, options.invitation);
  InviteOutcomes outcomes(session, names_several(session));
  std::optional<Secret> key;
  const auto work = [&](TenantWrite& site) {
    if (!key) key.emplace(platform_key(site.platform, read_mode(session)));
    InvitationTerms terms = invitation_terms(site, *key, lifetime, links);
    terms.password_hash = password_hash;
    const bool all_alike = std::ranges::none_of(
        people, [](const Invitee& person) { return !person.tenant.empty() || person.active == false; });
    const Invited outcome = invite(site.run, all_alike ? people : people_to_invite(people, site.tenant.slug), terms);
    site.mails += outcome.queued_mails;
    // Their messages may still be queued by an earlier run that was killed before it could send them.
    site.older_mails += std::ranges::count(outcome.unchanged, "invited", &Invited::Present::status);
    outcomes.add(site.tenant.slug, outcome);
  };
  for_each_site(session, {.command = "user invite",
                          .exclude = options.exclude,
                          .work = work,
                          .write = [&] { show_links(links, [&] { outcomes.write(links); }); },
                          .takes_seats = true,
                          .selected =
                              [&](Platform& platform, const std::vector<Tenant>& tenants) {
                                tell_rows_elsewhere(session, platform, people, tenants);
                              }});
}

constexpr std::string_view invite_users_text = R"(
Creates users with the status invited and sends each of them an invitation by email. An invitation occupies a seat; if
the seat limit would be exceeded, nobody is invited (exit 5). Users who already exist are left unchanged, so running the
command again changes nothing.

Of the columns of a file only email is required. The options give the values of empty cells. Either all users in a file
are invited, or none; rows of people who are suspended are left out. Rows of tenants that are not selected are left out
and named; a tenant that does not exist makes the file invalid (exit 3). A file may be one that 'acctl user list -o csv' has
written.

A temporary password has at least 12 characters and is read from a file that only its owner can access, or from standard
input. Only a salted hash of it is stored, and it must be changed at the first sign-in.)";

}  // namespace

Command user_invite_command() {
  return command<InviteUsers>("invite", "invite one or more users, or everybody in a CSV file", run)
      .describe(std::string(invite_users_text) + "\n\n" + csv_file_text(people_columns()))
      .argument("[EMAIL...]", "addresses of the users to invite", &InviteUsers::emails)
      .values(Values::new_name)
      .option("--name NAME", "name of the person", &InviteUsers::name)
      .option("--role ROLE", "role to grant; repeatable", &InviteUsers::roles)
      .option("--role-template TEMPLATE", "role template to assign", &InviteUsers::role_template)
      .option("--team TEAM", "team to join; repeatable", &InviteUsers::teams)
      .option("--crm", "give access to CRM records", &InviteUsers::crm)
      .option("--idp PROVIDER", "identity provider to sign in with (default: local)", &InviteUsers::idp)
      .choices(identity_providers())
      .option("--session TIME", "lifetime of a sign-in, such as 8h (default: the tenant's setting)",
              &InviteUsers::session)
      .option("--file FILE", "CSV file of users to invite; - for standard input", &InviteUsers::file)
      .values(Values::file)
      .option("--ignore-columns COLUMN,…", "columns of the file to leave out; repeatable",
              &InviteUsers::ignored_columns)
      .with(invitation_options, &InviteUsers::invitation)
      .option("--temporary-password-file FILE",
              "file (mode 0600) with a password that must be changed at first sign-in", &InviteUsers::password_file)
      .values(Values::file)
      .with(exclude_option, &InviteUsers::exclude)
      .example("acctl user invite cleo@acme.example --name 'Cleo Cook' --role support-agent -t acme",
               "Invite one user.")
      .example("acctl user invite --file people.csv --role support-agent -t acme", "Invite everybody in a file.")
      .example("acctl user invite gil@acme.example --temporary-password-file gil.password -t acme",
               "Invite a user who cannot follow a link.");
}

}  // namespace acctl
