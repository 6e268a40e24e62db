#include "provisioning/access/api_keys.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/access/api_keys.sql.hpp"
#include "provisioning/access/tokens.hpp"
#include "provisioning/access/user_lookup.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/random.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl {

namespace {

constexpr std::size_t prefix_bytes = 6;   // 8 characters
constexpr std::size_t secret_bytes = 32;  // 43 characters
constexpr std::string_view enterprise_prefix = "enterprise:";

Param find_owner_email(const KeyOwner& owner) { return owner.is_user() ? Param(owner.key) : Param(std::nullopt); }

void require_owner(Connection& tenant, const KeyOwner& owner) {
  if (!owner.is_user()) return;
  const std::string& email = owner.key;
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

[[noreturn]] void throw_unknown_grant(Connection& tenant, const std::string& noun, const std::string& key) {
  const std::vector<std::string> known = tenant.query(sql::known_grants_for_key, {noun}).texts();
  throw Error(ErrorKind::invalid, "there is no " + noun + " '" + abbreviated(key) + "'" + did_you_mean(key, known),
              "'acctl role matrix' shows roles and the catalogue.");
}

// What the ledger says of a key: never what it is.
Change make_key_change(Action action, const ApiKey& key) {
  Change change{
      .action = action, .kind = "api_keys", .key = to_string(key.owner) + "/" + key.name, .fields = {}, .place = {}};
  const auto say = [&](const std::string& name, const auto& value) {
    if (value.empty()) return;
    (action == Action::add ? change.fields[name].after : change.fields[name].before) = value;
  };
  say("prefix", key.prefix);
  say("role", key.role);
  say("permissions", key.permissions);
  say("expires_at", key.expires_at);
  return change;
}

void record(Transaction& transaction, const RunRecord& run, const Change& change) {
  const std::vector<Change> changes = {change};
  record_run(transaction, run, {&changes});
}

// Throws Error(refused) if the key says more than its user or its maker may do.
void require_bounds(Transaction& transaction, const NewApiKey& wanted, const std::string& id,
                    const std::string& maker) {
  const Rows surplus = transaction.query(sql::key_surplus, {id});
  if (surplus.empty()) return;
  const std::string who = wanted.owner.is_user() && (maker.empty() || maker == wanted.owner.key)
                              ? wanted.owner.key + " does"
                          : wanted.owner.is_user() ? maker + " and " + wanted.owner.key + " do"
                                                   : maker + " does";
  throw Error(ErrorKind::refused,
              "refused: the key would have " + std::string(surplus.text(0, 0)) + ", which " + who + " not hold",
              "A key cannot do more than its user and its maker. Choose another role, or fewer permissions.");
}

}  // namespace

void require_grants(Connection& tenant, const NewApiKey& wanted) {
  TextArray keys;
  TextArray levels;
  for (const auto& [permission, level] : wanted.permissions) {
    keys.add(permission);
    levels.add(level);
  }
  std::set<std::string> known;
  for (const Row row : tenant.query(sql::grants_for_key, {wanted.role, keys, levels})) {
    const std::string key = row.text(1);
    known.insert(row.text(0) + " " + key);
    if (!row.boolean(2)) continue;
    if (row.view(0) == "permission") {
      throw Error(ErrorKind::invalid, "permission " + key + " has no level '" + wanted.permissions.at(key) + "'",
                  "'acctl role matrix' shows the catalogue.");
    }
    throw Error(ErrorKind::refused, "refused: role " + key + " reaches the entire enterprise",
                "Choose a role of the organization.");
  }
  if (!wanted.role.empty() && !known.contains("role " + wanted.role)) throw_unknown_grant(tenant, "role", wanted.role);
  for (const auto& [permission, level] : wanted.permissions) {
    if (!known.contains("permission " + permission)) throw_unknown_grant(tenant, "permission", permission);
  }
}

std::vector<std::string> key_permission_words(const PermissionSet& permissions) {
  std::vector<std::string> words;
  for (const auto& [permission, level] : permissions) {
    words.push_back(level.empty() ? permission : permission + ":" + level);
  }
  return words;
}

std::string key_permissions_json(const PermissionSet& permissions) {
  if (permissions.empty()) return "";
  nlohmann::json all;
  for (const auto& [permission, level] : permissions) {
    all[permission] = level.empty() ? nlohmann::json() : nlohmann::json(level);
  }
  return all.dump();
}

std::string make_key_prefix() { return "acctl_" + random_text(prefix_bytes); }

Secret make_key_secret(const std::string& prefix) { return Secret(prefix + "_" + random_text(secret_bytes)); }

KeyOwner parse_key_owner(const std::string& word) {
  if (word == "organization") return {.kind = KeyOwner::Kind::organization, .key = {}};
  if (word.starts_with(enterprise_prefix)) {
    KeyOwner owner{.kind = KeyOwner::Kind::enterprise, .key = word.substr(enterprise_prefix.size())};
    if (const std::string problem = key_problem(KeyForm::key, owner.key); !problem.empty()) {
      throw Error(ErrorKind::invalid, problem, "Give 'enterprise:KEY', such as enterprise:umbrella.");
    }
    return owner;
  }
  if (word.find('@') == std::string::npos) {
    throw Error(ErrorKind::invalid, "'" + abbreviated(word) + "' is not the owner of a key",
                "Give a user's address, 'organization', or 'enterprise:KEY'.");
  }
  return {.kind = KeyOwner::Kind::user, .key = parse_emails({word}).front()};
}

std::string_view word_for(KeyOwner::Kind kind) {
  if (kind == KeyOwner::Kind::user) return "user";
  return kind == KeyOwner::Kind::organization ? "organization" : "enterprise";
}

std::string to_string(const KeyOwner& owner) {
  if (owner.is_user()) return owner.key;
  return std::string(word_for(owner.kind)) + (owner.key.empty() ? "" : ":" + owner.key);
}

std::vector<ApiKey> list_api_keys(Connection& tenant, const KeyFilter& filter) {
  std::vector<ApiKey> all;
  for (const Row row :
       tenant.query(sql::api_key_list, {null_if_empty(filter.email), null_if_empty(filter.owner), filter.revoked})) {
    const std::string owner = row.text(1);
    ApiKey& key = all.emplace_back();
    key.owner = {.kind = owner == "user"           ? KeyOwner::Kind::user
                         : owner == "organization" ? KeyOwner::Kind::organization
                                                   : KeyOwner::Kind::enterprise,
                 .key = row.text(0)};
    key.name = row.text(2);
    key.prefix = row.text(3);
    key.status = row.text(4);
    key.role = row.text(5);
    if (!row.is_null(6)) key.permissions = nlohmann::json::parse(row.view(6));
    key.created_by = row.text(7);
    key.created_at = row.text(8);
    key.expires_at = row.text(9);
    key.last_used_at = row.text(10);
    key.revoked_at = row.text(11);
  }
  return all;
}

IssuedKey create_api_key(const ExclusiveRun& run, const NewApiKey& wanted) {
  const std::string& maker = run.record.as;
  ApiKey key{.owner = wanted.owner,
             .name = wanted.name,
             .prefix = make_key_prefix(),
             .status = "active",
             .role = wanted.role,
             .permissions = key_permission_words(wanted.permissions),
             .created_by = maker,
             .expires_at = wanted.expires_at};
  Secret secret = make_key_secret(key.prefix);
  const auto work = [&](Transaction& transaction) {
    require_owner(run.tenant, wanted.owner);
    require_grants(run.tenant, wanted);
    const Rows made = transaction.query(
        sql::create_api_key, {find_owner_email(wanted.owner), wanted.name, key.prefix, token_hash(secret.reveal()),
                              null_if_empty(wanted.expires_at), word_for(wanted.owner.kind), null_if_empty(wanted.role),
                              null_if_empty(key_permissions_json(wanted.permissions)), null_if_empty(maker)});
    if (made.empty()) {
      throw Error(ErrorKind::conflict, to_string(wanted.owner) + " has an API key '" + wanted.name + "'",
                  "Its secret was shown once and is not stored. Choose another name, or revoke it first.");
    }
    require_bounds(transaction, wanted, std::string(made.text(0, 0)), maker);
    key.created_at = made.text(0, 1);
    record(transaction, run.record, make_key_change(Action::add, key));
    return true;
  };
  exclusive_transaction(run, work);
  return {std::move(key), std::move(secret)};
}

bool revoke_api_key(const ExclusiveRun& run, const KeyOwner& owner, const std::string& name) {
  bool revoked = false;
  const auto work = [&](Transaction& transaction) {
    revoked = false;
    const Rows ended = transaction.query(sql::revoke_api_key, {find_owner_email(owner), word_for(owner.kind), name});
    if (ended.empty()) return false;
    const ApiKey key{.owner = owner, .name = name, .prefix = std::string(ended.text(0, 0))};
    record(transaction, run.record, make_key_change(Action::remove, key));
    return revoked = true;
  };
  exclusive_transaction(run, work);
  return revoked;
}

}  // namespace acctl
