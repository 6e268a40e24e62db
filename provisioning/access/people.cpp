#include "provisioning/access/people.hpp"

#include <algorithm>
#include <set>

#include "provisioning/model/formats.hpp"
#include "provisioning/model/suggest.hpp"
#include "provisioning/model/text.hpp"
#include "queries.hpp"

namespace acctl {

std::vector<std::string> near_users(Connection& tenant, const std::string& email) {
  const Rows rows = tenant.query(sql::near_users, {email});
  std::vector<std::string> all;
  for (int row = 0; row < rows.size(); ++row) all.emplace_back(rows.text(row, 0));
  return all;
}

std::vector<std::string> emails_of(const std::vector<std::string>& words) {
  std::set<std::string> all;
  for (const std::string& word : words) {
    const std::string email = normal_key(KeyForm::email, word);
    if (const std::string problem = key_problem(KeyForm::email, email); !problem.empty()) {
      throw Error(ErrorKind::invalid, problem);
    }
    all.insert(email);
  }
  return {all.begin(), all.end()};
}

void require_users(const State& state, const std::vector<std::string>& emails, const Near& near) {
  std::string missing;
  for (const std::string& email : emails) {
    if (find_object(state, "users", email) != nullptr) continue;
    missing += (missing.empty() ? "" : "; ") + ("there is no user '" + abbreviated(email) + "'") +
               did_you_mean(email, near(email));
  }
  if (missing.empty()) return;
  throw Error(ErrorKind::invalid, missing, "'acctl user list' shows all; 'acctl user invite' adds one.");
}

void require_usable_users(const State& state, const std::vector<std::string>& emails, const Near& near) {
  require_users(state, emails, near);
  std::string suspended;
  std::string first;
  for (const std::string& email : emails) {
    if (find_object(state, "users", email)->status != "suspended") continue;
    suspended += (suspended.empty() ? "" : ", ") + email;
    if (first.empty()) first = email;
  }
  if (suspended.empty()) return;
  throw Error(ErrorKind::conflict, suspended + (suspended == first ? " is" : " are") + " suspended",
              "'acctl user reactivate " + first + "' ends that.");
}

}  // namespace acctl
