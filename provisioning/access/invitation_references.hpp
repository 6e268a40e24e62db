// What invitations name of a tenant, and the base role that everybody has; for provisioning/access only.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "provisioning/access/invitations.hpp"

namespace acctl {

class InvitationReferences {
 public:
  // Reads what the tenant has.
  explicit InvitationReferences(Connection& tenant);

  // Everybody with the tenant's default base role, if they name none; empty if nobody needs it.
  std::vector<Invitee> with_base_role(const std::vector<Invitee>& people) const;

  // Throws Error(invalid) for everything that people name and the tenant does not have, Error(refused) for a role that
  // reaches the entire enterprise and that somebody who is no user yet would get.
  void check(std::span<const Invitee> people);

  // Of somebody who becomes a user; require_base_roles() throws Error(invalid) for all who do not have one.
  void check_base_role(const Invitee& person);
  void require_base_roles();

  // Whether that role reaches the entire enterprise.
  bool is_of_enterprise(const std::string& role) const { return enterprise_.contains(role); }

 private:
  void refuse_enterprise_roles(std::span<const Invitee> people);
  void look(const std::string& noun, const std::string& key, const Invitee& person);
  void complain(const Invitee& person, std::string sentence);
  void finish(const std::string& what);

  Connection& tenant_;
  std::map<std::string, std::vector<std::string>> known_;
  std::set<std::string> enterprise_;
  std::vector<std::string> base_;
  std::vector<std::string> base_of_users_;  // those that give not everything
  std::vector<Diagnostic> problems_;
};

}  // namespace acctl
