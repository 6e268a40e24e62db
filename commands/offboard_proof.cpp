#include "commands/offboard_proof.hpp"

#include <mutex>

#include "provisioning/model/text.hpp"
#include "provisioning/platform/enterprises.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

std::string numbers(const std::string& noun, const std::vector<std::int64_t>& ids) {
  if (ids.empty()) return "";
  std::vector<std::string> words;
  for (const std::int64_t id : ids) words.push_back(std::to_string(id));
  return noun + (ids.size() == 1 ? " " : "s ") + enumerated(words, 10);
}

}  // namespace

Json to_json(const std::string& tenant, const Remains& user) {
  return {{"tenant", tenant},
          {"email", user.email},
          {"status", user.status},
          {"roles", user.roles},
          {"sessions", user.sessions},
          {"api_keys", user.api_keys},
          {"invitations", user.invitations},
          {"tickets", user.tickets},
          {"items", user.items}};
}

std::string work_of(const Remains& user) {
  const std::string tickets = numbers("ticket", user.tickets);
  const std::string items = numbers("item", user.items);
  return tickets + (tickets.empty() || items.empty() ? "" : " and ") + items;
}

Proof read_proof(Platform& platform, const Visits& visit, const Leaver& leaver) {
  Proof proof{.records = Json::array()};
  std::mutex mutex;
  std::map<std::string, std::vector<Remains>> left;
  proof.unread = visit([&](Connection& database, const Tenant& tenant) {
    const std::vector<Remains> users =
        remains_of_users(database, users_of_people(database, leaver.email, leaver.people));
    const std::lock_guard lock(mutex);
    left[tenant.slug] = users;
  });
  proof.tenants = left.size();
  for (const auto& [slug, users] : left) {
    for (const Remains& user : users) {
      if (user.is_gone() && (!leaver.work_too || !user.has_work())) continue;
      proof.left.push_back("tenant " + slug + ": " + user.email + " (" + user.status + ") has " + user.words() +
                           (user.has_work() ? (user.words().empty() ? "" : "; ") + work_of(user) : ""));
      proof.records.push_back(to_json(slug, user));
    }
  }
  for (const Enterprise& enterprise : list_enterprises(platform)) {
    for (const EnterpriseGrant& grant : enterprise_grants(platform, enterprise.key)) {
      if (grant.email != leaver.email && !leaver.people.contains(grant.person)) continue;
      proof.left.push_back("enterprise " + enterprise.key + " grants " + grant.email + " role " + grant.role);
    }
  }
  return proof;
}

Json to_json(const Proof& proof) {
  Json unread = Json::array();
  for (const auto& [slug, why] : proof.unread) unread.push_back({{"tenant", slug}, {"why", why}});
  return {{"read_tenants", proof.tenants}, {"left", proof.records}, {"unread", std::move(unread)}};
}

void tell_proof(Terminal& terminal, const Proof& proof, const std::string& email) {
  for (const std::string& what : proof.left) terminal.warn(what);
  for (const auto& [slug, why] : proof.unread) terminal.warn("tenant " + slug + " could not be read: " + why);
  const std::string where = std::to_string(proof.tenants) + (proof.tenants == 1 ? " tenant" : " tenants");
  if (!proof.left.empty()) throw Error(ErrorKind::failed, email + " still has access", "Run the same command again.");
  if (!proof.unread.empty()) {
    throw Error(ErrorKind::partial,
                "nothing is left of " + email + " in " + where + ", but " + std::to_string(proof.unread.size()) +
                    " could not be read",
                "Run the same command again when they can be.");
  }
  terminal.info("proven by reading " + where + ": " + email + " has no access");
}

}  // namespace acctl
