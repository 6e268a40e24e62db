#include "commands/user/offboard_proof.hpp"

#include <mutex>

#include "commands/reports/change_text.hpp"
#include "commands/user/offboard_report.hpp"
#include "provisioning/platform/enterprises.hpp"

namespace acctl {

OffboardProof prove_offboarding(const Session& session, Platform& platform, const OffboardClaim& claim) {
  OffboardProof proof;
  std::mutex mutex;
  std::map<std::string, std::vector<Remains>> found;  // by tenant, so that the report has an order
  std::map<std::string, std::vector<Remains>> doubtful;
  proof.unread = visit_readable_tenants(
      session, platform, claim.tenants, [&](const TenantSession& database, const Tenant& tenant) {
        const std::vector<Remains> users =
            remains_of_users(database, users_of_people(database, claim.person.addresses, claim.person.people));
        std::vector<Remains> others;
        if (const auto here = claim.person.doubtful.find(tenant.slug); here != claim.person.doubtful.end()) {
          others = remains_of_users(database, {here->second.begin(), here->second.end()});
        }
        const std::lock_guard lock(mutex);
        found[tenant.slug] = users;
        doubtful[tenant.slug] = others;
      });
  proof.read_tenants = found.size();
  for (const auto& [slug, users] : found) {
    for (const Remains& user : users) {
      if (user.is_gone() && (!claim.work_too || !user.has_work())) continue;
      proof.left.push_back("tenant " + slug + ": " + user.email + " (" + user.status + ") has " + user.words() +
                           (user.has_work() ? (user.words().empty() ? "" : "; ") + open_work(user) : ""));
      proof.records.push_back(remains_record(slug, user));
    }
  }
  for (const auto& [slug, users] : doubtful) {
    for (const Remains& user : users) {
      if (user.is_gone()) continue;
      proof.doubtful.push_back("tenant " + slug + ": " + user.email + " (" + user.status +
                               ") has the same external ID" + (user.words().empty() ? "" : ", and " + user.words()));
    }
  }
  for (const Enterprise& enterprise : list_enterprises(platform)) {
    for (const EnterpriseGrant& grant : enterprise_grants(platform, enterprise.key)) {
      if (!claim.person.addresses.contains(grant.email) && !claim.person.people.contains(grant.person)) continue;
      proof.left.push_back("enterprise " + enterprise.key + " grants " + grant.email + " role " + grant.role);
    }
  }
  return proof;
}

nlohmann::ordered_json to_json(const OffboardProof& proof) {
  nlohmann::ordered_json unread = nlohmann::ordered_json::array();
  for (const auto& [slug, why] : proof.unread) unread.push_back({{"tenant", slug}, {"why", why}});
  return {{"read_tenants", proof.read_tenants}, {"left", proof.records}, {"unread", std::move(unread)}};
}

void require_proof(Terminal& terminal, const OffboardProof& proof, const std::string& email) {
  for (const std::string& sentence : proof.left) terminal.warn(sentence);
  for (const std::string& sentence : proof.doubtful) terminal.warn(sentence);
  for (const auto& [slug, why] : proof.unread) terminal.warn("tenant " + slug + " could not be read: " + why);
  const std::string where = counted(proof.read_tenants, "tenant");
  if (!proof.left.empty()) throw Error(ErrorKind::failed, email + " still has access", "Run the command again.");
  if (!proof.unread.empty()) {
    throw Error(
        ErrorKind::partial,
        email + " has no access in " + where + ", but " + counted(proof.unread.size(), "tenant") + " could not be read",
        "Run the command again when every tenant can be read.");
  }
  if (!proof.doubtful.empty()) {
    throw Error(ErrorKind::partial,
                email + " has no access in " + where + ", but " + counted(proof.doubtful.size(), "user") +
                    " with the same external ID may be the same person",
                "Offboard the other address, too; if it is another person's, configure the identity provider in both "
                "tenants (idp:).");
  }
  terminal.info("proven by reading " + where + ": " + email + " has no access");
}

}  // namespace acctl
