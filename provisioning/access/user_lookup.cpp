#include "provisioning/access/user_lookup.hpp"

#include "provisioning/access/user_lookup.sql.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl {

std::vector<std::string> near_users(Connection& tenant, const std::string& email) {
  return tenant.query(sql::near_users, {email}).texts();
}

std::vector<std::string> parse_emails(const std::vector<std::string>& words) {
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

void require_users(const State& state, const std::vector<std::string>& emails, const SuggestUsers& near) {
  std::string missing;
  for (const std::string& email : emails) {
    if (find_object(state, "users", email) != nullptr) continue;
    missing += (missing.empty() ? "" : "; ") + ("there is no user '" + abbreviated(email) + "'") +
               did_you_mean(email, near(email));
  }
  if (missing.empty()) return;
  throw Error(ErrorKind::invalid, missing, "See 'acctl user list', or add the user with 'acctl user invite'.");
}

bool was_deleted(Connection& tenant, const std::string& kind, const std::string& key) {
  return tenant.query(sql::object_was_deleted, {kind, key}).boolean(0, 0);
}

void NamedPeople::visited(const std::string& tenant) {
  const std::lock_guard lock(mutex_);
  tenants_.insert(tenant);
}

void NamedPeople::found(const std::string& email) {
  const std::lock_guard lock(mutex_);
  found_.insert(email);
}

std::vector<std::string> NamedPeople::look(Connection& database, const std::string& tenant) {
  const Rows rows = database.query(sql::users_present, {text_array(emails_)});
  visited(tenant);  // one that gave no answer says nothing of anybody
  std::vector<std::string> present;
  for (const Row row : rows) {
    present.emplace_back(row.view(0));
    found(present.back());
  }
  for (const std::string& email : missing()) suggest(email, near_users(database, email));
  return present;
}

void NamedPeople::suggest(const std::string& email, const std::vector<std::string>& near) {
  const std::lock_guard lock(mutex_);
  near_[email].insert(near.begin(), near.end());
}

std::vector<std::string> NamedPeople::missing() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> all;
  for (const std::string& email : emails_) {
    if (!found_.contains(email)) all.push_back(email);
  }
  return all;
}

void NamedPeople::require() const {
  const std::vector<std::string> nowhere = missing();
  if (nowhere.empty() || tenants_.empty()) return;
  const std::string where = tenants_.size() == 1 ? "" : " (in none of " + std::to_string(tenants_.size()) + " tenants)";
  std::string sentence;
  for (const std::string& email : nowhere) {
    const auto near = near_.find(email);
    const std::vector<std::string> others = near == near_.end()
                                                ? std::vector<std::string>()
                                                : std::vector<std::string>(near->second.begin(), near->second.end());
    sentence += (sentence.empty() ? "" : "; ") + ("there is no user '" + abbreviated(email) + "'" + where) +
                did_you_mean(email, others);
  }
  throw Error(ErrorKind::invalid, sentence, "See 'acctl user list', or add the user with 'acctl user invite'.");
}

void require_usable_users(const State& state, const std::vector<std::string>& emails, const SuggestUsers& near) {
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
              "Reactivate first: acctl user reactivate " + first);
}

}  // namespace acctl
