#include "provisioning/access/invitee_checks.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "provisioning/base/text.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/model/identity_providers.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

// The first word that is there twice; "" if none is.
std::string repeated(const std::vector<std::string>& words) {
  std::set<std::string> seen;
  const auto twice = std::ranges::find_if(words, [&](const std::string& word) { return !seen.insert(word).second; });
  return twice == words.end() ? "" : *twice;
}

// Of one row for itself.
std::vector<std::string> problems_of_row(const Invitee& person) {
  static const Kind& users = *find_kind("users");
  std::vector<std::string> problems;
  const auto check = [&](std::string_view name, const nlohmann::json& value) {
    const auto field = std::ranges::find(users.fields, name, &Field::name);
    if (const std::string problem = value_problem(*field, value); !problem.empty()) {
      problems.push_back(person.email + ": " + problem);
    } else if (const auto& choices = field->choices;
               !choices.empty() && std::ranges::find(choices, value.get<std::string>()) == choices.end()) {
      problems.push_back(person.email + ": there is no " + std::string(name) + " '" + value.get<std::string>() + "'");
    }
  };
  if (std::string problem = key_problem(KeyForm::email, person.email); !problem.empty()) {
    problems.push_back(std::move(problem));
  }
  if (!person.name.empty()) check("name", person.name);
  check("idp", person.idp);
  if (!person.external_id.empty()) check("external_id", person.external_id);
  if (person.session_hours) check("session_hours", *person.session_hours);
  if (const std::string role = repeated(person.roles); !role.empty()) {
    problems.push_back("role " + role + " is named twice");
  }
  if (const std::string team = repeated(person.teams); !team.empty()) {
    problems.push_back("team " + team + " is named twice");
  }
  return problems;
}

// What rows have in common that only one may have.
class Repetitions {
 public:
  std::vector<std::string> find_repetitions(const Invitee& person) {
    std::vector<std::string> problems;
    const auto [first, fresh] = people_.emplace(person.email + "\n" + person.tenant, &person);
    if (!fresh) {
      const int line = first->second->place.line;
      problems.push_back(person.email + " is named twice" +
                         (line > 0 ? ", first in line " + std::to_string(line) : ""));
    }
    if (person.external_id.empty()) return problems;
    const std::string id = person.idp + "\n" + comparable_id(person.idp, person.external_id) + "\n" + person.tenant;
    const auto [holder, free] = ids_.emplace(id, &person);
    if (!free) {
      problems.push_back(person.email + ": external id '" + abbreviated(person.external_id) + "' of " + person.idp +
                         " is that of " + holder->second->email + ", in line " +
                         std::to_string(holder->second->place.line));
    }
    return problems;
  }

 private:
  std::unordered_map<std::string, const Invitee*> people_;
  std::unordered_map<std::string, const Invitee*> ids_;
};

void throw_any(const std::vector<Diagnostic>& problems) {
  if (problems.empty()) return;
  const Diagnostic& first = problems.front();
  if (first.line == 0) throw Error(ErrorKind::invalid, first.message);
  throw Error(ErrorKind::invalid, first.file + " is not valid; nothing was changed", "", problems);
}

void add_problems(std::vector<Diagnostic>& all, const Invitee& person, const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) {
    if (all.size() == problem_limit) return;
    all.push_back({person.place.file, person.place.line, person.place.column, problem});
  }
}

}  // namespace

void check_invitees(const std::vector<Invitee>& people) {
  Repetitions repetitions;
  std::vector<Diagnostic> problems;
  for (const Invitee& person : people) {
    add_problems(problems, person, problems_of_row(person));
    add_problems(problems, person, repetitions.find_repetitions(person));
  }
  throw_any(problems);
}

void mark_invalid_rows(std::vector<Invitee>& people) {
  for (Invitee& person : people) {
    if (const std::string own = join(problems_of_row(person), "; "); !own.empty()) {
      person.problem += (person.problem.empty() ? "" : "; ") + own;
    }
  }
  refuse_repetitions(people);
}

void refuse_repetitions(const std::vector<Invitee>& people) {
  Repetitions repetitions;
  std::vector<Diagnostic> problems;
  for (const Invitee& person : people) {
    if (person.problem.empty()) add_problems(problems, person, repetitions.find_repetitions(person));
  }
  throw_any(problems);
}

}  // namespace acctl
