#include "provisioning/platform/changes.hpp"

#include "provisioning/base/files.hpp"
#include "provisioning/platform/changes.sql.hpp"
#include "provisioning/platform/platform.sql.hpp"

namespace acctl {

namespace {

using OrderedJson = nlohmann::ordered_json;

void record(Transaction& transaction, const Actor& actor, const PlatformChange& change) {
  const auto json = [&](const OrderedJson& value) { return OrderedJson{{change.what, value}}.dump(); };
  record_audit(transaction, actor, "platform.set", "done", json(change.before), json(change.after));
}

Param number(const OrderedJson& plan, const char* field) {
  const auto found = plan.find(field);
  return found == plan.end() || found->is_null() ? Param(std::nullopt) : Param(found->get<std::int64_t>());
}

// Features are merged one by one, limits are replaced.
OrderedJson merged(OrderedJson plan, const OrderedJson& patch) {
  for (const auto& [field, value] : patch.items()) {
    if (field == "features" && plan.contains(field)) {
      plan[field].update(value);
    } else {
      plan[field] = value;
    }
  }
  return plan;
}

std::map<std::string, OrderedJson> read_plans(Transaction& transaction) {
  std::map<std::string, OrderedJson> plans;
  for (const Row row : transaction.query(sql::plan_list)) plans[row.text(0)] = OrderedJson::parse(row.view(1));
  return plans;
}

}  // namespace

std::vector<PlatformChange> change_platform(Platform& platform, const PlatformDefinitions& wanted, Mode mode,
                                            const std::function<void(Connection&)>& look) {
  std::vector<PlatformChange> changes;
  const PlatformSettings& now = platform.settings();
  Transaction transaction(platform.control());
  const auto set = [&](const std::string& what, const OrderedJson& before, const OrderedJson& after) {
    if (before == after) return;
    changes.push_back({what, before, after});
    transaction.query(sql::set_platform_value, {what, after.dump()});
  };
  if (!wanted.base_domain.empty()) set("base_domain", now.base_domain, wanted.base_domain);
  if (!wanted.storage_root.empty()) set("storage_root", now.storage_root, wanted.storage_root);
  if (wanted.mail) set("mail", to_json(now.mail), to_json(*wanted.mail));
  std::map<std::string, OrderedJson> plans =
      wanted.plans.empty() ? std::map<std::string, OrderedJson>() : read_plans(transaction);
  for (const auto& [key, patch] : wanted.plans) {
    const bool fresh = !plans.contains(key);
    const OrderedJson before = fresh ? OrderedJson() : plans[key];
    const OrderedJson after = merged(fresh ? OrderedJson{{"name", key},
                                                         {"seats", nullptr},
                                                         {"projects", nullptr},
                                                         {"storage_bytes", nullptr},
                                                         {"features", OrderedJson::object()}}
                                           : before,
                                     patch);
    if (before == after) continue;
    changes.push_back({"plans/" + key, before, after});
    transaction.query(sql::set_plan,
                      {key, after["name"].get<std::string>(), number(after, "seats"), number(after, "projects"),
                       number(after, "storage_bytes"), after["features"].dump()});
  }
  // Before the audit entries: while there is one, nobody else can write any.
  if (look) look(transaction.connection());
  for (const PlatformChange& change : changes) record(transaction, platform.actor(), change);
  if (mode == Mode::rehearse) return changes;
  if (!wanted.storage_root.empty()) make_folder(wanted.storage_root);
  transaction.commit();
  return changes;
}

}  // namespace acctl
