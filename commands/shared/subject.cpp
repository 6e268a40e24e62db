#include "commands/shared/subject.hpp"

#include "provisioning/access/impersonation.hpp"
#include "provisioning/access/user_lookup.hpp"

namespace acctl {

AccessSubject open_subject(Session& session, const std::string& email) {
  const std::string normal = parse_emails({email}).front();
  AccessSubject subject{open_tenant(session), normal};
  require_sight(subject.tenant.database, session.settings().as);
  return subject;
}

}  // namespace acctl
