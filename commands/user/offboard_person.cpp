#include "commands/user/offboard_person.hpp"

#include <algorithm>
#include <mutex>
#include <tuple>

#include "commands/user/offboard_tenants.hpp"
#include "provisioning/access/offboarding.hpp"
#include "provisioning/platform/enterprises.hpp"

namespace acctl {

namespace {

class PersonSearch {
 public:
  PersonSearch(const Session& session, Platform& platform, const std::vector<Tenant>& tenants, const std::string& email)
      : session_(session), platform_(platform), tenants_(tenants) {
    person_.addresses.insert(email);
  }

  // What one tenant tells may be what leads further in another.
  LeavingPerson run() {
    std::size_t known = 0;
    while (known != count_known()) {
      known = count_known();
      look();
    }
    for (auto& [tenant, emails] : person_.doubtful) {
      std::erase_if(emails, [&](const std::string& email) { return person_.addresses.contains(email); });
    }
    return std::move(person_);
  }

 private:
  using Identity = std::tuple<std::string, std::string, std::string>;  // idp, external id, issuer

  std::size_t count_known() const { return person_.addresses.size() + person_.people.size() + identities_.size(); }

  void look() {
    const std::set<std::string> emails = person_.addresses;
    for (const GrantInEnterprise& one : read_enterprise_grants(platform_, {emails.begin(), emails.end()})) {
      person_.people.insert(one.grant.person);
    }
    std::set<std::string> ids;
    for (const auto& [idp, id, issuer] : identities_) ids.insert(id);
    std::mutex mutex;
    std::map<std::string, std::vector<DirectoryIdentity>> found;
    visit_readable_tenants(session_, platform_, tenants_, [&](const TenantSession& database, const Tenant& tenant) {
      std::set<std::string> people;
      if (tenant.enterprise) people = people_of_addresses(database, emails);
      std::set<std::string> linked = linked_addresses(database, emails);
      std::vector<DirectoryIdentity> identities = directory_identities(database, emails, ids);
      const std::lock_guard lock(mutex);
      person_.people.merge(people);
      person_.addresses.merge(linked);
      found[tenant.slug] = std::move(identities);
    });
    for (const auto& [slug, identities] : found) {
      for (const DirectoryIdentity& one : identities) {
        if (emails.contains(one.email)) identities_.emplace(one.idp, one.external_id, one.issuer);
      }
    }
    for (const auto& [slug, identities] : found) {
      for (const DirectoryIdentity& one : identities) judge(slug, one);
    }
  }

  // The same id at the same issuer is the same person. An id alone is not: customers number their people alike.
  void judge(const std::string& slug, const DirectoryIdentity& user) {
    for (const auto& [idp, id, issuer] : identities_) {
      if (idp != user.idp || id != user.external_id) continue;
      if (issuer == user.issuer && !issuer.empty()) {
        person_.addresses.insert(user.email);
      } else if (issuer.empty() || user.issuer.empty()) {
        person_.doubtful[slug].insert(user.email);
      }
    }
  }

  const Session& session_;
  Platform& platform_;
  const std::vector<Tenant>& tenants_;
  LeavingPerson person_;
  std::set<Identity> identities_;
};

}  // namespace

LeavingPerson find_leaving_person(const Session& session, Platform& platform, const std::vector<Tenant>& tenants,
                                  const std::string& email) {
  return PersonSearch(session, platform, tenants, email).run();
}

}  // namespace acctl
