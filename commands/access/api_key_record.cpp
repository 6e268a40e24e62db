#include "commands/access/api_key_record.hpp"

#include "commands/shared/imperative.hpp"

namespace acctl {

nlohmann::ordered_json api_key_record(const ApiKey& key, const Tenant& tenant) {
  return {{"prefix", key.prefix},
          {"email", or_null(key.owner.is_user() ? key.owner.key : "")},
          {"owner", word_for(key.owner.kind)},
          {"name", key.name},
          {"status", key.status},
          {"role", or_null(key.role)},
          {"permissions", key.permissions},
          {"created_by", or_null(key.created_by)},
          {"created_at", or_null(key.created_at)},
          {"expires_at", or_null(key.expires_at)},
          {"last_used_at", or_null(key.last_used_at)},
          {"revoked_at", or_null(key.revoked_at)},
          {"tenant", tenant.slug}};
}

}  // namespace acctl
