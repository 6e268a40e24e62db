#include "commands/user/rows_elsewhere.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "cli/remarks.hpp"

namespace acctl {

namespace {

// Of each slug that a row names and that is not worked on why it is not; what does not exist has a problem instead.
struct Elsewhere {
  std::map<std::string, std::string> reasons;
  std::map<std::string, std::string> problems;
};

Elsewhere explain_slugs(Platform& platform, const std::set<std::string>& slugs, const std::vector<Tenant>& selected) {
  Elsewhere elsewhere;
  TenantFilter filter;
  for (const std::string& slug : slugs) {
    const auto own = std::ranges::find(selected, slug, &Tenant::slug);
    if (own == selected.end()) {
      filter.slugs.push_back(slug);
    } else if (own->status != "active") {
      elsewhere.reasons[slug] = "is " + own->status;
    }
  }
  if (filter.slugs.empty()) return elsewhere;
  for (const Tenant& tenant : list_targets(platform, filter)) elsewhere.reasons[tenant.slug] = "is not selected";
  for (const std::string& slug : filter.slugs) {
    if (elsewhere.reasons.contains(slug) || elsewhere.problems.size() >= problem_limit) continue;
    try {
      const Tenant deleted = require_tenant(platform, slug);
      elsewhere.problems[slug] = "tenant " + slug + " is " + deleted.status;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::invalid) throw;
      elsewhere.problems[slug] = error.what();
    }
  }
  return elsewhere;
}

}  // namespace

void tell_rows_elsewhere(Session& session, Platform& platform, const std::vector<Invitee>& people,
                         const std::vector<Tenant>& selected) {
  std::set<std::string> slugs;
  for (const Invitee& person : people) {
    if (!person.tenant.empty()) slugs.insert(person.tenant);
  }
  if (slugs.empty()) return;
  const Elsewhere elsewhere = explain_slugs(platform, slugs, selected);
  std::vector<Diagnostic> problems;
  for (const Invitee& person : people) {
    const auto problem = elsewhere.problems.find(person.tenant);
    if (problem == elsewhere.problems.end() || problems.size() >= problem_limit) continue;
    problems.push_back({person.place.file, person.place.line, person.place.column, problem->second});
  }
  if (!problems.empty()) {
    throw Error(ErrorKind::invalid, people.front().place.file + " is not valid; nothing was changed",
                "Correct the column tenant, or leave it out with --ignore-columns.", std::move(problems));
  }
  Remarks remarks(session.terminal(), Remarks::Tone::warning);
  for (const Invitee& person : people) {
    const auto reason = elsewhere.reasons.find(person.tenant);
    if (reason == elsewhere.reasons.end()) continue;
    remarks.say(person.place.file + ":" + std::to_string(person.place.line) + ": " + person.email +
                " is left out: tenant " + person.tenant + " " + reason->second);
  }
}

}  // namespace acctl
