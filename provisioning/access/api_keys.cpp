#include "provisioning/access/api_keys.hpp"

#include "provisioning/access/api_keys.sql.hpp"
#include "provisioning/access/tokens.hpp"
#include "provisioning/access/user_lookup.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/random.hpp"

namespace acctl {

namespace {

constexpr std::size_t prefix_bytes = 6;   // 8 characters
constexpr std::size_t secret_bytes = 32;  // 43 characters

void require_owner(Connection& tenant, const std::string& email) {
  const Rows user = tenant.query(sql::user_for_key, {email});
  if (user.empty()) {
    throw Error(ErrorKind::invalid, "there is no user '" + email + "'" + did_you_mean(email, near_users(tenant, email)),
                "See 'acctl user list'.");
  }
  if (user.text(0, 0) == "suspended") {
    throw Error(ErrorKind::conflict, email + " is suspended and cannot have API keys",
                "Reactivate the user first: acctl user reactivate " + email);
  }
}

// What the ledger says of a key: never what it is.
Change change_of(Action action, const ApiKey& key) {
  Change change{.action = action, .kind = "api_keys", .key = key.email + "/" + key.name, .fields = {}, .place = {}};
  const auto say = [&](const std::string& name, const std::string& value) {
    if (value.empty()) return;
    (action == Action::add ? change.fields[name].after : change.fields[name].before) = value;
  };
  say("prefix", key.prefix);
  say("expires_at", key.expires_at);
  return change;
}

void record(Transaction& transaction, const RunRecord& run, const Change& change) {
  const std::vector<Change> changes = {change};
  record_run(transaction, run, {&changes});
}

}  // namespace

std::vector<ApiKey> list_api_keys(Connection& tenant, const std::string& email, bool revoked) {
  const Rows rows = tenant.query(sql::api_key_list, {null_if_empty(email), revoked});
  std::vector<ApiKey> all;
  for (int row = 0; row < rows.size(); ++row) {
    const auto text = [&](int column) { return std::string(rows.text(row, column)); };
    all.push_back({.email = text(0),
                   .name = text(1),
                   .prefix = text(2),
                   .status = text(3),
                   .created_at = text(4),
                   .expires_at = text(5),
                   .last_used_at = text(6),
                   .revoked_at = text(7)});
  }
  return all;
}

IssuedKey create_api_key(Connection& tenant, const Identity& identity, const RunRecord& run, const NewApiKey& wanted,
                         Ending ending, const Reconnect& reconnect) {
  ApiKey key{.email = wanted.email,
             .name = wanted.name,
             .prefix = "acctl_" + random_text(prefix_bytes),
             .status = "active",
             .expires_at = wanted.expires_at};
  Secret secret(key.prefix + "_" + random_text(secret_bytes));
  const auto work = [&](Transaction& transaction) {
    require_owner(tenant, wanted.email);
    const Rows made = transaction.query(
        sql::create_api_key,
        {wanted.email, wanted.name, key.prefix, token_hash(secret.reveal()), null_if_empty(wanted.expires_at)});
    if (made.empty()) {
      throw Error(ErrorKind::conflict, wanted.email + " has an API key '" + wanted.name + "'",
                  "Its secret was shown once and is not stored. Choose another name, or revoke it first.");
    }
    key.created_at = made.text(0, 0);
    record(transaction, run, change_of(Action::add, key));
    return true;
  };
  exclusive_transaction(tenant, identity, run, ending, work, reconnect);
  return {std::move(key), std::move(secret)};
}

bool revoke_api_key(Connection& tenant, const Identity& identity, const RunRecord& run, const std::string& email,
                    const std::string& name, Ending ending, const Reconnect& reconnect) {
  bool revoked = false;
  const auto work = [&](Transaction& transaction) {
    revoked = false;
    const Rows ended = transaction.query(sql::revoke_api_key, {email, name});
    if (ended.empty()) return false;
    const ApiKey key{.email = email, .name = name, .prefix = std::string(ended.text(0, 0))};
    record(transaction, run, change_of(Action::remove, key));
    return revoked = true;
  };
  exclusive_transaction(tenant, identity, run, ending, work, reconnect);
  return revoked;
}

}  // namespace acctl
