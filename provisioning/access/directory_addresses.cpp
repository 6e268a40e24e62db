#include "provisioning/access/directory_addresses.hpp"

#include <algorithm>

#include "provisioning/base/digest.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

std::string released_address(const std::string& email, const std::string& idp, const std::string& id) {
  Digest digest;
  for (const std::string& part : {email, idp, id}) digest.add(part);
  constexpr std::size_t most = 40;
  const std::string local = email.substr(0, std::min(email.find('@'), most));
  return local + "-" + digest.hex().substr(0, 12) + std::string(released_domain);
}

std::string describe_address_conflict(const Invitee& person, const Object& holder, std::string_view known) {
  const auto identity = [](const std::string& idp, const std::string& id) {
    return id.empty() ? "no external id" : "external id '" + abbreviated(id) + "' of " + idp;
  };
  std::string message = person.email + " is the address of a user with " +
                        identity(find_field_text(holder, "idp"), find_field_text(holder, "external_id")) +
                        "; the list gives it to a person with " + identity(person.idp, person.external_id);
  if (!known.empty()) message += ", the user " + std::string(known);
  return message;
}

}  // namespace acctl
