#include "provisioning/access/invitee_file.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "provisioning/base/csv.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/duration.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl {

namespace {

constexpr std::size_t invitee_file_limit = 64 << 20;

std::vector<std::string> words_in(const std::string& cell) {
  std::vector<std::string> words;
  for (std::size_t start = 0; start < cell.size();) {
    const std::size_t end = std::min(cell.find_first_of("; ", start), cell.size());
    if (end > start) words.push_back(cell.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

bool yes_or_no(const std::string& what, const std::string& cell) {
  static const std::map<std::string, bool> words = {{"true", true},   {"yes", true}, {"1", true},
                                                    {"false", false}, {"no", false}, {"0", false}};
  const auto found = words.find(cell);
  if (found != words.end()) return found->second;
  throw Error(ErrorKind::invalid, what + ": '" + cell + "' is neither yes nor no");
}

using Setter = void (*)(Invitee& person, const std::string& cell);

const std::map<std::string, Setter>& columns() {
  static const std::map<std::string, Setter> all = {
      {"email", [](Invitee& person, const std::string& cell) { person.email = normal_key(KeyForm::email, cell); }},
      {"name", [](Invitee& person, const std::string& cell) { person.name = cell; }},
      {"roles", [](Invitee& person, const std::string& cell) { person.roles = words_in(cell); }},
      {"role_template", [](Invitee& person, const std::string& cell) { person.role_template = cell; }},
      {"teams", [](Invitee& person, const std::string& cell) { person.teams = words_in(cell); }},
      {"crm_access",
       [](Invitee& person, const std::string& cell) { person.crm_access = yes_or_no("crm_access", cell); }},
      {"idp", [](Invitee& person, const std::string& cell) { person.idp = cell; }},
      {"external_id", [](Invitee& person, const std::string& cell) { person.external_id = cell; }},
      {"session",
       [](Invitee& person, const std::string& cell) { person.session_hours = whole_hours("session", cell); }},
  };
  return all;
}

// The header's columns; `role`, `team` and `crm` are what people write, too.
std::vector<Setter> find_setters(const CsvTable& table, const std::string& file) {
  static const std::map<std::string, std::string> other_names = {
      {"role", "roles"}, {"team", "teams"}, {"crm", "crm_access"}};
  std::vector<std::string> known;
  for (const auto& [name, setter] : columns()) known.push_back(name);
  std::vector<Setter> setters;
  std::vector<Diagnostic> problems;
  bool email = false;
  for (const std::string& name : table.header) {
    const auto other = other_names.find(name);
    const auto found = columns().find(other == other_names.end() ? name : other->second);
    if (found == columns().end()) {
      problems.push_back({file, 1, 0, "unknown column '" + name + "'" + did_you_mean(name, known)});
      continue;
    }
    setters.push_back(found->second);
    email = email || found->first == "email";
  }
  if (!email) problems.push_back({file, 1, 0, "the column 'email' is missing"});
  if (problems.empty()) return setters;
  throw Error(ErrorKind::invalid, file + " is not valid; nothing was changed", "", std::move(problems));
}

}  // namespace

std::int64_t whole_hours(const std::string& what, const std::string& text) {
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  const std::int64_t milliseconds = parse_duration(what, digits && text != "0" ? text + "h" : text).count();
  constexpr std::int64_t hour = 3'600'000;
  if (milliseconds % hour == 0 && milliseconds > 0) return milliseconds / hour;
  throw Error(ErrorKind::invalid, what + ": '" + text + "' is not a whole number of hours", "Write it as 8h or 30d.");
}

std::vector<Invitee> read_invitees(const std::string& path, const Invitee& model) {
  const std::string file = path == "-" ? "standard input" : path;
  const CsvTable table =
      read_csv(path == "-" ? read_standard_input(invitee_file_limit) : read_file(path, invitee_file_limit), file);
  const std::vector<Setter> setters = find_setters(table, file);
  std::vector<Invitee> people;
  people.reserve(table.rows.size());
  std::vector<Diagnostic> problems;
  for (const CsvRow& row : table.rows) {
    Invitee& person = people.emplace_back(model);
    person.place = {file, row.line, 0};
    for (std::size_t column = 0; column < setters.size(); ++column) {
      if (row.cells[column].empty()) continue;
      try {
        setters[column](person, row.cells[column]);
      } catch (const Error& error) {
        if (problems.size() < problem_limit) problems.push_back({file, row.line, 0, error.what()});
      }
    }
  }
  if (problems.empty()) return people;
  throw Error(ErrorKind::invalid, file + " is not valid; nothing was changed", "", std::move(problems));
}

}  // namespace acctl
