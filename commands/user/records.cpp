#include "commands/user/records.hpp"

#include "commands/shared/imperative.hpp"

namespace acctl {

nlohmann::ordered_json to_json(const UserRecord& user) {
  return {{"email", user.email},
          {"name", or_null(user.name)},
          {"status", user.status},
          {"roles", user.roles},
          {"role_template", or_null(user.role_template)},
          {"permissions", user.permissions},
          {"teams", user.teams},
          {"crm_access", user.crm_access},
          {"idp", user.idp},
          {"session_hours",
           user.session_hours ? nlohmann::ordered_json(*user.session_hours) : nlohmann::ordered_json(nullptr)},
          {"last_sign_in_at", or_null(user.last_sign_in_at)},
          {"invited_at", user.invited_at},
          {"invitation", or_null(user.invitation)},
          {"invitation_expires_at", or_null(user.invitation_expires_at)},
          {"api_keys", user.api_keys}};
}

}  // namespace acctl
