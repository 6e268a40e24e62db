#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/builder.hpp"
#include "cli/live_view.hpp"
#include "commands/fleet/fleet.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/shared/tenant_selection.hpp"
#include "provisioning/base/embedded.hpp"
#include "provisioning/delivery/outbox.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

namespace {

struct WatchFleet {
  bool mail = false;
  bool once = false;
  std::string until;
  std::string interval = "1s";
};

const std::string everyone = "all";
const std::string behind = "schema behind";
const std::string queued = "mail queued";
const std::string unread = "not read";

// As they stand in the table.
const std::vector<std::string> group_names = {everyone,         "provisioning", "active", "suspended", "failed",
                                              "deprovisioning", "deleted",      behind,   queued,      unread};

// Tenants that have something in common, and what is to be said of each: "" for nothing.
using Group = std::map<std::string, std::string>;

// What is known of the fleet from one look to the next.
class Fleet {
 public:
  // Remembers which tenants have come into each group since the last look; the first one shows nobody as new.
  void look(std::map<std::string, Group> groups) {
    for (const auto& [name, group] : groups) {
      known_.insert(name);
      for (const auto& [slug, detail] : group) {
        if (has_looked_ && !groups_[name].contains(slug)) last_[name] = slug;
      }
    }
    groups_ = std::move(groups);
    has_looked_ = true;
  }

  // The groups that are, or have been, of more than nobody.
  std::vector<nlohmann::ordered_json> records() {
    std::vector<nlohmann::ordered_json> all;
    for (const std::string& name : group_names) {
      if (!known_.contains(name) && name != everyone) continue;
      const Group& group = groups_[name];
      const auto last = group.find(last_[name]);
      all.push_back({{"group", name},
                     {"tenants", group.size()},
                     {"last", last == group.end() ? "" : last->first},
                     {"detail", describe_detail(name, last == group.end() ? group.begin() : last)}});
    }
    return all;
  }

  // Whether nothing is under way.
  bool is_settled() { return groups_["provisioning"].empty() && groups_[behind].empty() && groups_[queued].empty(); }

 private:
  // Of messages how many there are, of what has failed the reason in one tenant.
  std::string describe_detail(const std::string& name, Group::const_iterator example) {
    const Group& group = groups_[name];
    if (name == queued) {
      std::int64_t messages = 0;
      for (const auto& [slug, count] : group) messages += std::stoll(count);
      return std::to_string(messages) + (messages == 1 ? " message" : " messages");
    }
    return example == group.end() || example->second.empty() ? "" : example->first + ": " + example->second;
  }

  std::map<std::string, Group> groups_;
  std::map<std::string, std::string> last_;
  std::set<std::string> known_;
  bool has_looked_ = false;
};

// What only the tenants' databases tell: messages that wait.
void read_mail(const Session& session, const Platform& platform, const std::vector<Tenant>& tenants,
               std::map<std::string, Group>& groups) {
  std::mutex mutex;
  const FleetReport report = read_tenants(
      platform, tenants, session.parallel(),
      [&](std::size_t index, const TenantSession& database, const InOrder&) {
        const std::int64_t count = count_queued_mails(database);
        const std::lock_guard lock(mutex);
        if (count > 0) groups[queued][tenants[index].slug] = std::to_string(count);
      },
      Reach::active);
  for (const TenantFailure& failure : report.failures) groups[unread][failure.tenant] = failure.error.what();
}

std::map<std::string, Group> make_groups(const std::vector<Tenant>& tenants) {
  std::map<std::string, Group> groups;
  const auto head = static_cast<std::int64_t>(tenant_migrations().size());
  for (const Tenant& tenant : tenants) {
    groups[everyone][tenant.slug];
    groups[tenant.status][tenant.slug] = tenant.status == "failed" ? tenant.failure() : "";
    if (is_reached(tenant, Reach::suspended_too) && tenant.schema_version < head) groups[behind][tenant.slug];
  }
  return groups;
}

void run(Session& session, const WatchFleet& options) {
  const std::chrono::milliseconds interval = parse_interval(options.interval);
  const TenantFilter filter = read_tenant_filter(session);
  Platform platform = open_platform(session);
  refuse_unknown_names(platform, filter);
  LiveView view(session, {"GROUP", "TENANTS", "LAST", {"DETAIL", Fit::whole}});
  for (Fleet fleet;;) {
    const std::vector<Tenant> tenants = list_tenants(platform, filter);
    std::map<std::string, Group> groups = make_groups(tenants);
    if (options.mail) read_mail(session, platform, tenants, groups);
    fleet.look(std::move(groups));
    view.show(fleet.records());
    if (options.once || (!options.until.empty() && fleet.is_settled())) return;
    pause_for(interval);
  }
}

}  // namespace

Command fleet_watch_command() {
  return command<WatchFleet>("watch", "show how the fleet changes, until interrupted", run)
      .describe(R"(
Counts the tenants by their status, and those whose database is behind the schema of this acctl; with --mail also those
that have messages to be sent. Shows which tenant has come into a group last, and of those that failed a reason. Looks
again each second, so that it can be left running beside 'acctl tenant create -f' or 'acctl tenant migrate --all'. On a
terminal the table is drawn anew in its place; elsewhere each change is a line with the time, with -o jsonl an object.
--match and --tenant narrow it; 'acctl tenant watch' shows single tenants.)")
      .option("--mail", "also count queued messages, for which each look enters every active tenant", &WatchFleet::mail)
      .option("--once", "look once", &WatchFleet::once)
      .option("--until STATE", "end when no tenant is provisioning or behind, and with --mail no message is queued",
              &WatchFleet::until)
      .choices({"settled"})
      .option("--interval TIME", "time between two looks (default: 1s)", &WatchFleet::interval)
      .example("acctl fleet watch --until settled", "Follow what another run does to all tenants, to its end.")
      .example("acctl fleet watch --once --mail", "Count once, queued messages included.")
      .example("acctl fleet watch --match plan=pro --once -o jsonl", "Count a part of the fleet for a program.")
      .trail(Trail::nothing);
}

}  // namespace acctl
