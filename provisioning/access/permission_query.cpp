#include "provisioning/access/permission_query.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provisioning/access/permission_query.sql.hpp"
#include "provisioning/access/user_lookup.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/database/records.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

namespace {

[[noreturn]] void throw_no_user(Connection& tenant, const std::string& email) {
  throw Error(ErrorKind::invalid,
              "there is no user '" + abbreviated(email) + "'" + did_you_mean(email, near_users(tenant, email)));
}

[[noreturn]] void throw_no_permission(Connection& tenant, const std::string& permission) {
  const std::vector<std::string> keys = tenant.query(sql::permission_keys).texts();
  throw Error(ErrorKind::invalid,
              "there is no permission '" + abbreviated(permission) + "'" + did_you_mean(permission, keys));
}

Verdict verdict_in(Connection& tenant, const Rows& rows, const std::string& email, const AskedPermission& asked) {
  if (rows.is_null(0, 0)) throw_no_user(tenant, email);
  if (!rows.boolean(0, 2)) throw_no_permission(tenant, asked.permission);
  if (!asked.level.empty() && rows.is_null(0, 3)) {
    throw Error(ErrorKind::invalid, "permission " + asked.permission + " has no levels",
                "Ask for " + asked.permission + " alone.");
  }
  Verdict verdict{.allowed = false,
                  .level = std::string(rows.text(0, 5)),
                  .status = std::string(rows.text(0, 0)),
                  .held = rows.boolean(0, 4),
                  .crm_access = rows.boolean(0, 1)};
  verdict.allowed = verdict.held && (asked.level.empty() || level_rank(verdict.level) <= level_rank(asked.level));
  return verdict;
}

std::vector<Way> ways_in(const Rows& rows) {
  std::vector<Way> ways;
  for (const Row row : rows) {
    if (ways.empty() || ways.back().via != row.text(0) || ways.back().permission != row.text(1)) {
      ways.push_back({.via = row.text(0),
                      .permission = row.text(1),
                      .level = row.text(2),
                      .until = row.text(3),
                      .ended = row.boolean(4)});
    }
    ways.back().steps.push_back({.kind = row.text(5),
                                 .key = row.text(6),
                                 .since = row.text(7),
                                 .seeded = row.boolean(8),
                                 .run = row.text(9),
                                 .at = row.text(10),
                                 .command = row.text(11),
                                 .actor = row.text(12),
                                 .reason = row.text(13),
                                 .commit = row.text(14)});
  }
  return ways;
}

// "role:agent, template:manager", those that give enough; "" if none does.
std::string enough(const std::vector<Giver>& givers, const std::string& level) {
  std::vector<std::string> names;
  for (const Giver& giver : givers) {
    const bool wide = level.empty() || level_rank(giver.level) <= level_rank(level);
    if (wide && (names.empty() || names.back() != giver.via)) names.push_back(giver.via);
  }
  return join(names);
}

}  // namespace

AskedPermission parse_asked(const std::string& word) {
  const std::size_t colon = word.find(':');
  AskedPermission asked{word.substr(0, colon), colon == std::string::npos ? "" : word.substr(colon + 1)};
  if (const std::string problem = key_problem(KeyForm::permission, asked.permission); !problem.empty()) {
    throw Error(ErrorKind::invalid, problem);
  }
  const auto& levels = permission_levels();
  if (colon != std::string::npos && std::ranges::find(levels, asked.level) == levels.end()) {
    throw Error(ErrorKind::invalid, "there is no level '" + abbreviated(asked.level) + "'",
                "Levels: global, group, restricted.");
  }
  return asked;
}

Verdict verdict_on(Connection& tenant, const std::string& email, const AskedPermission& asked) {
  return verdict_in(tenant, tenant.query(sql::person_permission, {email, asked.permission}), email, asked);
}

std::vector<EffectivePermission> permissions_of_user(Connection& tenant, const std::string& email) {
  const Rows rows = tenant.query(sql::person_permissions, {email});
  if (rows.empty()) throw_no_user(tenant, email);
  if (rows.is_null(0, 0)) return {};
  return read_records<EffectivePermission>(rows);
}

Reasons reasons_for(Connection& tenant, const std::string& email, const AskedPermission& asked) {
  const std::vector<Rows> rows = tenant.batch({{sql::person_permission, {email, asked.permission}},
                                               {sql::permission_ways, {email, asked.permission}},
                                               {sql::permission_givers, {asked.permission}}});
  return {.verdict = verdict_in(tenant, rows[0], email, asked),
          .ways = ways_in(rows[1]),
          .givers = read_records<Giver>(rows[2])};
}

std::vector<std::string> objections(const Reasons& reasons, const std::string& email, const AskedPermission& asked) {
  std::vector<std::string> all;
  const Verdict& verdict = reasons.verdict;
  if (verdict.allowed) return all;
  if (verdict.status == "suspended") {
    all.push_back(email + " is suspended and has no permissions; 'acctl user reactivate " + email + "' restores them.");
  }
  bool way = false;
  for (const Way& one : reasons.ways) {
    way = way || !one.ended;
    if (one.ended) all.push_back("The grant of " + one.via + " expired at " + one.until + ".");
  }
  const bool crm = asked.permission.starts_with("crm.") && !verdict.crm_access;
  if (crm && way && verdict.status != "suspended") {
    all.push_back(email + " has no CRM access; 'acctl user edit " + email + " --crm yes' enables it.");
  }
  if (verdict.held) {
    all.push_back(asked.permission + " is held only at the narrower level " + verdict.level + ".");
  } else if (!way) {
    all.push_back("No role, role template or direct grant gives " + asked.permission + " to " + email + ".");
  }
  if (verdict.held || !way) {
    const std::string givers = enough(reasons.givers, asked.level);
    const std::string what = with_level(asked.permission, asked.level);
    all.push_back(givers.empty() ? "No role or role template gives " + what + "."
                                 : what + " is given by " + givers + ".");
  }
  return all;
}

}  // namespace acctl
