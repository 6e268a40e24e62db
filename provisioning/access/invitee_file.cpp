#include "provisioning/access/invitee_file.hpp"

#include <algorithm>
#include <map>

#include "provisioning/base/csv.hpp"
#include "provisioning/base/duration.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl {

namespace {

constexpr std::size_t invitee_file_limit = 64 << 20;

bool yes_or_no(const std::string& what, const std::string& cell) {
  if (const std::optional<bool> value = truth_in_cell(cell)) return *value;
  throw Error(ErrorKind::invalid, what + ": '" + cell + "' is neither yes nor no");
}

// Whether the person is a user, as directories and `user list` say it.
bool parse_activity(const std::string& cell) {
  if (const std::optional<bool> value = truth_in_cell(cell)) return *value;
  const std::string word = lower_case(cell);
  if (word == "active" || word == "invited" || word == "enabled") return true;
  if (word == "suspended" || word == "inactive" || word == "disabled" || word == "deactivated") return false;
  throw Error(ErrorKind::invalid, "status: '" + cell + "' is neither active nor suspended",
              "Write active or suspended, or true or false.");
}

void refuse_permissions(Invitee&, const std::string& cell) {
  throw Error(ErrorKind::invalid, "permissions: '" + cell + "' is held directly, which a list cannot give",
              "Leave the column out with --ignore-columns.");
}

using Setter = void (*)(Invitee& person, const std::string& cell);

// By the names of people_columns(); the others are read by nobody.
const std::map<std::string_view, Setter>& setters() {
  static const std::map<std::string_view, Setter> all = {
      {"email", [](Invitee& person, const std::string& cell) { person.email = normal_key(KeyForm::email, cell); }},
      {"name", [](Invitee& person, const std::string& cell) { person.name = cell; }},
      {"roles",
       [](Invitee& person, const std::string& cell) {
         person.roles = words_in_cell(cell);
         person.names_roles = true;
       }},
      {"role_template", [](Invitee& person, const std::string& cell) { person.role_template = cell; }},
      {"teams", [](Invitee& person, const std::string& cell) { person.teams = words_in_cell(cell); }},
      {"crm_access",
       [](Invitee& person, const std::string& cell) { person.crm_access = yes_or_no("crm_access", cell); }},
      {"idp",
       [](Invitee& person, const std::string& cell) {
         person.idp = lower_case(cell);
         person.names_idp = true;
       }},
      {"external_id", [](Invitee& person, const std::string& cell) { person.external_id = cell; }},
      {"session",
       [](Invitee& person, const std::string& cell) { person.session_hours = whole_hours("session", cell); }},
      {"status", [](Invitee& person, const std::string& cell) { person.active = parse_activity(cell); }},
      {"tenant", [](Invitee& person, const std::string& cell) { person.tenant = lower_case(cell); }},
      {"permissions", refuse_permissions},
  };
  return all;
}

}  // namespace

std::int64_t whole_hours(const std::string& what, const std::string& text) {
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  const std::int64_t milliseconds = parse_duration(what, digits && text != "0" ? text + "h" : text).count();
  constexpr std::int64_t hour = 3'600'000;
  if (milliseconds % hour == 0 && milliseconds > 0) return milliseconds / hour;
  throw Error(ErrorKind::invalid, what + ": '" + text + "' is not a whole number of hours", "Write it as 8h or 30d.");
}

const std::vector<CsvColumn>& people_columns() {
  static const std::vector<CsvColumn> all = {
      {.name = "email",
       .help = "address of the person",
       .other_names = {"e_mail", "mail", "email_address"},
       .required = true},
      {.name = "name", .help = "name of the person", .other_names = {"display_name", "full_name"}},
      {.name = "roles", .help = "keys of roles, separated by commas, semicolons or spaces", .other_names = {"role"}},
      {.name = "role_template", .help = "key of a role template", .other_names = {"template"}},
      {.name = "teams", .help = "keys of teams, separated by commas, semicolons or spaces", .other_names = {"team"}},
      {.name = "crm_access", .help = "yes or no", .other_names = {"crm"}},
      {.name = "idp", .help = "identity provider", .other_names = {"identity_provider", "provider"}},
      {.name = "external_id", .help = "the person's ID at the identity provider", .other_names = {"externalid"}},
      {.name = "session", .help = "lifetime of a sign-in, such as 8h", .other_names = {"session_hours"}},
      {.name = "status", .help = "active or suspended, or true or false", .other_names = {"active"}},
      {.name = "tenant", .help = "slug of the tenant that the row is for; empty for all"},
      {.name = "permissions", .help = "must be empty"},
      {.name = "last_sign_in_at", .help = "not read", .other_names = {"last_sign_in"}},
      {.name = "invited_at", .help = "not read", .other_names = {"invited"}},
      {.name = "invitation", .help = "not read", .other_names = {"invitation_expires_at"}},
  };
  return all;
}

std::string read_invitee_text(const std::string& path) {
  return path == "-" ? read_standard_input(invitee_file_limit) : read_file(path, invitee_file_limit);
}

std::vector<Invitee> read_invitees(const std::string& path, const Invitee& model,
                                   const std::vector<std::string>& ignored, InvalidRows invalid) {
  return parse_invitees(read_invitee_text(path), path, model, ignored, invalid);
}

std::vector<Invitee> parse_invitees(std::string_view text, const std::string& path, const Invitee& model,
                                    const std::vector<std::string>& ignored, InvalidRows invalid) {
  const std::string file = path == "-" ? "standard input" : path;
  const bool keeps = invalid == InvalidRows::kept;
  const CsvTable table = read_csv(text, file, ignored, keeps ? HiddenInCells::kept : HiddenInCells::refused);
  const auto refuse = [&](std::vector<Diagnostic> problems, const std::string& hint) {
    throw Error(ErrorKind::invalid, file + " is not valid; nothing was changed", hint, std::move(problems));
  };
  std::vector<Diagnostic> problems;
  const std::vector<const CsvColumn*> columns = find_columns(people_columns(), table, file, problems);
  if (!problems.empty()) refuse(std::move(problems), std::string(ignore_hint));
  std::vector<Invitee> people;
  people.reserve(table.rows.size());
  for (const CsvRow& row : table.rows) {
    Invitee& person = people.emplace_back(model);
    person.place = {file, row.line, 0};
    std::vector<std::string> own;
    for (const Diagnostic& problem : row.problems) own.push_back(problem.message);
    for (std::size_t column = 0; column < columns.size(); ++column) {
      const auto setter = setters().find(columns[column]->name);
      if (row.cells[column].empty() || setter == setters().end()) continue;
      try {
        setter->second(person, row.cells[column]);
      } catch (const Error& error) {
        own.emplace_back(error.what());
      }
    }
    if (keeps) person.problem = join(own, "; ");
    for (std::size_t i = 0; i < own.size() && !keeps && problems.size() < problem_limit; ++i) {
      problems.push_back({file, row.line, 0, own[i]});
    }
  }
  if (!problems.empty()) refuse(std::move(problems), "");
  return people;
}

std::vector<Invitee> people_of_tenant(const std::vector<Invitee>& people, const std::string& tenant) {
  std::vector<Invitee> mine = people;
  std::erase_if(mine, [&](const Invitee& person) { return !person.tenant.empty() && person.tenant != tenant; });
  return mine;
}

}  // namespace acctl
