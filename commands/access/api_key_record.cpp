#include "commands/access/api_key_record.hpp"

#include "commands/shared/imperative.hpp"

namespace acctl {

nlohmann::ordered_json api_key_record(const ApiKey& key, const Tenant& tenant) {
  return {{"prefix", key.prefix},
          {"email", key.email},
          {"name", key.name},
          {"status", key.status},
          {"created_at", or_null(key.created_at)},
          {"expires_at", or_null(key.expires_at)},
          {"last_used_at", or_null(key.last_used_at)},
          {"revoked_at", or_null(key.revoked_at)},
          {"tenant", tenant.slug}};
}

}  // namespace acctl
