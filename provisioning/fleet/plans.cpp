#include "provisioning/fleet/plans.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "provisioning/access/notifications.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/fleet/fleet.hpp"
#include "provisioning/fleet/foreign_names.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

struct FleetPlan::Entry {
  const Tenant* tenant = nullptr;
  std::shared_ptr<const Plan> plan;  // shared by all tenants with equal changes
  std::string digest;                // of the plan
  SharedList<Effect> effects;
  std::vector<std::string> prunable;
  std::vector<std::string> declared_elsewhere;
  SharedList<TakenAlong> taken_along;
  std::vector<std::string> remarks;
  std::size_t moved_guests = 0;
  Basis basis;
  Removals removals;
  std::vector<WantedName> names;  // that its settings would say
  std::optional<Edit> edit;
  std::optional<TenantSession> session;  // kept for a small fleet only
  std::string run;                       // once it is carried out
  std::optional<std::int64_t> ledger_entry;
  std::optional<SeatCount> seats;  // if it has taken or freed some
  std::optional<Error> error;
};

namespace {

// Of the failures of tenants that were locked, those of tenants that `was_active` says yes to and that are suspended by
// now say so, and what to do. Asks the registry only if there are any; if it cannot be asked, they stay as they are.
void explain_suspensions(const Platform& platform, std::vector<TenantFailure>& failures,
                         const std::function<bool(const std::string& slug)>& was_active) {
  TenantFilter filter;
  for (const TenantFailure& failure : failures) {
    if (failure.error.kind() == ErrorKind::locked && was_active(failure.tenant)) filter.slugs.push_back(failure.tenant);
  }
  if (filter.slugs.empty()) return;
  std::vector<Tenant> tenants;
  if (catch_failure([&] { tenants = list_targets(*platform.another(), filter); })) return;
  for (const Tenant& tenant : tenants) {
    if (tenant.status != "suspended") continue;
    for (TenantFailure& failure : failures) {
      if (failure.tenant != tenant.slug || failure.error.kind() != ErrorKind::locked) continue;
      failure.error = Error(ErrorKind::locked,
                            "tenant " + tenant.slug + " was suspended in the meantime; nothing was changed there",
                            "Resume it, then run the command again: acctl tenant resume " + tenant.slug);
    }
  }
}

// Whether a change only takes access away, which also reaches a tenant that is suspended.
bool takes_away(const Change& change) {
  if (change.action == Action::remove) return true;
  return change.action == Action::change && std::ranges::all_of(change.fields, [](const auto& field) {
           const auto& [name, values] = field;
           return (name == "status" && values.after == "suspended") || (name == "until" && !values.after.is_null()) ||
                  (name == "role_template" && values.after.is_null()) ||
                  (name == "crm_access" && values.after == nlohmann::json(false));
         });
}

// As much of a digest as names one group beside those that have the ids `taken`, which it joins.
std::string short_id(const std::string& digest, std::set<std::string>& taken) {
  std::size_t length = 6;
  while (!taken.insert(digest.substr(0, length)).second) length *= 2;
  return digest.substr(0, length);
}

// In the order in which they first come. By an index: with a hundred thousand people goes something of each.
void add_up(SharedList<TakenAlong>& total, const SharedList<TakenAlong>& of_one) {
  if (of_one.empty()) return;
  if (total.empty()) {
    total = of_one;
    return;
  }
  std::vector<TakenAlong>& all = total.write();
  all.reserve(all.size() + of_one.size());  // the index points into it
  std::map<std::pair<std::string_view, std::string_view>, std::int64_t*> counts;
  for (TakenAlong& taken : all)
    counts.emplace(std::pair<std::string_view, std::string_view>(taken.object, taken.what), &taken.count);
  for (const TakenAlong& taken : of_one) {
    if (const auto same = counts.find({taken.object, taken.what}); same != counts.end()) {
      *same->second += taken.count;
    } else {
      TakenAlong& added = all.emplace_back(taken);
      counts.emplace(std::pair<std::string_view, std::string_view>(added.object, added.what), &added.count);
    }
  }
}

// The one of a tenant; they are sorted by slug.
const auto& find_entry(const auto& entries, const std::string& slug) {
  return *std::ranges::lower_bound(entries, slug, {}, [](const auto& entry) { return entry.tenant->slug; });
}

}  // namespace

FleetPlan::FleetPlan(const Platform& platform, const std::vector<Tenant>& tenants, FleetJob job, EarlySession early)
    : platform_(platform), job_(std::move(job)), early_(std::move(early)) {
  for (const Tenant& tenant : tenants) {
    if (!is_reached(tenant, job_.reach) && !job_.named.contains(tenant.slug)) {
      report_.skipped.push_back(tenant.slug);
    } else {
      entries_.emplace_back().tenant = &tenant;
    }
  }
  std::ranges::sort(report_.skipped);
  std::ranges::sort(entries_, {}, [](const Entry& entry) { return entry.tenant->slug; });
}

FleetPlan::~FleetPlan() = default;

std::optional<Edit> FleetPlan::edit_for(TenantSession& session, const Tenant& tenant) const {
  std::optional<Edit> edit = job_.edit(session, tenant);
  if (!edit) return edit;
  edit->also = [tell = queue_notifications(platform_, tenant.id, edit->record), own = std::move(edit->also)](
                   Transaction& transaction, const Plan& plan, Ending ending) {
    tell(transaction, plan, ending);
    if (own) own(transaction, plan, ending);
  };
  return edit;
}

// Early sessions come with a single tenant only: no other thread asks for it.
std::optional<Reading> FleetPlan::take_early(Entry& entry) {
  std::optional<EarlySession::Claimed> claimed = early_.claim(*entry.tenant);
  if (!claimed) return {};
  entry.session = std::move(claimed->session);
  return std::move(claimed->reading);
}

void FleetPlan::plan_one(Entry& entry) {
  if (!is_reached(*entry.tenant, job_.reach)) {
    const bool resumes = entry.tenant->status == "suspended";
    throw not_active(*entry.tenant, resumes ? "Resume it first: acctl tenant resume " + entry.tenant->slug : "");
  }
  std::optional<Reading> early = take_early(entry);
  if (early && early->applied) {
    entry.basis = plan_recognised(*early).basis;
    entry.plan = std::make_shared<const Plan>();
    return;
  }
  if (!entry.session) entry.session = enter(platform_, *entry.tenant);
  entry.edit = edit_for(*entry.session, *entry.tenant);
  if (!entry.edit) return entry.session.reset();
  Planned planned = plan_edit(*entry.session, make_identity(*entry.tenant), *entry.edit, std::move(early));
  const bool guarded = !job_.only_reads && !job_.in_the_making && entry.tenant->status != "active";
  if (guarded && !std::ranges::all_of(planned.plan.changes, takes_away)) {
    throw not_active(*entry.tenant,
                     "Access can only be removed there; resume it first: acctl tenant resume " + entry.tenant->slug);
  }
  entry.effects = std::move(planned.plan.effects);
  planned.plan.effects.clear();
  entry.prunable = std::exchange(planned.plan.prunable, {});
  entry.declared_elsewhere = std::exchange(planned.plan.declared_elsewhere, {});
  entry.taken_along = std::exchange(planned.plan.taken_along, {});
  entry.remarks = std::exchange(planned.plan.remarks, {});
  entry.moved_guests = std::exchange(planned.plan.moved_guests, 0);
  entry.basis = std::move(planned.basis);
  if (!entry.edit->is_question) entry.names = find_wanted_names(planned.plan.changes);
  entry.removals = std::move(planned.removals);
  entry.plan = std::make_shared<const Plan>(std::move(planned.plan));
  if (entries_.size() > static_cast<std::size_t>(job_.parallel)) {
    entry.edit.reset();  // it may refer to the session
    entry.session.reset();
  }
}

const FleetReport& FleetPlan::plan() {
  Step planning("planning", entries_.size(), "tenants");
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<const Plan>> known;
  report_.only_read = true;
  job_.parallel = platform_.fitting_workers(job_.parallel, entries_.size(), 1);
  for_each_index(planning, job_.parallel, [&](std::size_t index, std::size_t) {
    Entry& entry = entries_[index];
    const Concerning tenant(entry.tenant->slug);
    const auto failure = catch_failure([&] {
      plan_one(entry);
      if (entry.plan) {
        // Thousands of equal plans are one in memory.
        entry.digest = compute_digest(*entry.plan);
        const std::lock_guard lock(mutex);
        entry.plan = known.try_emplace(entry.digest, entry.plan).first->second;
      }
    });
    if (failure) {
      entry.error = *failure;
      entry.edit.reset();
      entry.session.reset();
    }
  });
  refuse_foreign_names();
  gather();
  return report_;
}

// What a tenant's own application writes there, 'tenant doctor' tells: no other tenant's mail or visitors come by it.
void FleetPlan::refuse_foreign_names() {
  std::vector<NameOfTenant> names;
  for (const Entry& entry : entries_) {
    for (const WantedName& one : entry.names) names.push_back({.tenant = entry.tenant->id, .wanted = one});
  }
  find_owners(platform_, names);
  std::map<std::string, const NameOfTenant*> foreign;
  for (const NameOfTenant& one : names) {
    if (!one.owner.empty()) foreign.emplace(one.tenant, &one);
  }
  for (Entry& entry : entries_) {
    const auto found = foreign.find(entry.tenant->id);
    if (found == foreign.end() || entry.error || entry.basis.refusal) continue;
    const auto& [setting, name] = found->second->wanted;
    entry.basis.refusal =
        Error(ErrorKind::conflict,
              "settings/" + setting + " would be '" + name + "', which belongs to tenant " + found->second->owner,
              setting == "portal.hostname"
                  ? "Give the tenant a name of its own: acctl tenant edit " + entry.tenant->slug + " --domain HOST"
                  : "'acctl tenant show " + entry.tenant->slug + "' shows the address of the tenant.");
  }
}

void FleetPlan::gather() {
  report_.groups.clear();
  report_.failures.clear();
  report_.unchanged = 0;
  std::map<const Plan*, std::size_t> groups;
  std::set<std::string> ids;
  for (const Entry& entry : entries_) {
    if (entry.error) report_.failures.push_back({entry.tenant->slug, *entry.error});
    if (!entry.plan) {
      report_.unchanged += entry.error ? 0 : 1;
      continue;
    }
    if (!entry.error && entry.basis.refusal) report_.failures.push_back({entry.tenant->slug, *entry.basis.refusal});
    if (entry.error) continue;
    if (entry.plan->empty() && !entry.basis.refusal) ++report_.unchanged;
    if (entry.plan->empty() && entry.prunable.empty()) continue;
    const auto [group, fresh] = groups.emplace(entry.plan.get(), report_.groups.size());
    if (fresh) report_.groups.push_back({.id = {}, .tenants = {}, .plan = *entry.plan, .effects = {}, .prunable = {}});
    PlanGroup& into = report_.groups[group->second];
    if (fresh) into.id = short_id(entry.digest, ids);
    into.tenants.push_back(entry.tenant->slug);
    if (!entry.effects.empty()) into.effects.push_back({entry.tenant->slug, entry.effects});
    for (const std::string& object : entry.prunable) ++into.prunable[object];
    for (const std::string& object : entry.declared_elsewhere) ++into.declared_elsewhere[object];
    add_up(into.taken_along, entry.taken_along);
    for (const std::string& remark : entry.remarks) {
      into.remarks.push_back(entries_.size() == 1 ? remark : entry.tenant->slug + ": " + remark);
    }
    // Nothing is sent there.
    if (entry.tenant->status != "active" || entry.basis.refusal) continue;
    const MessageCounts messages = count_messages(*entry.plan);
    into.invitations += messages.invitations + entry.moved_guests;
    into.notifications += messages.notifications;
  }
  explain_suspensions(platform_, report_.failures,
                      [this](const std::string& slug) { return tenant(slug).status == "active"; });
}

void FleetPlan::check_fleet_cap() const {
  if (entries_.size() < 2) return;
  Removals together;
  for (const Entry& entry : entries_) {
    for (const auto& [what, removal] : entry.removals) {
      together[what].removed += removal.removed;
      together[what].of += removal.of;
    }
  }
  const std::vector<std::string> reasons = excessive(together, job_.guards.max_removals);
  if (reasons.empty()) return;
  throw Error(ErrorKind::refused, "refused: across all tenants " + reasons.front(),
              "If this is intended, raise the limit with --max-removals; the ledgers record it.");
}

void FleetPlan::run_one(Entry& entry, Ending ending) {
  if (entry.error && entry.error->kind() == ErrorKind::refused && ending == Ending::commit) record_refused(entry);
  if (entry.error || !entry.plan || (entry.plan->empty() && entry.basis.recognised)) return;
  if (entry.basis.refusal && ending == Ending::roll_back) return;  // it is known, and the plan stands to be shown
  if (!entry.session) {
    entry.session = enter(platform_, *entry.tenant);
    entry.edit = edit_for(*entry.session, *entry.tenant);
  }
  Identity identity = make_identity(*entry.tenant);
  identity.recorded = [&](std::int64_t number) { entry.ledger_entry = number; };
  identity.seats_counted = [&](const SeatCount& seats) { entry.seats = seats; };
  run_edit(*entry.session, identity, *entry.edit, *entry.plan, entry.basis, ending,
           reconnect_to(platform_, *entry.tenant));
  if (!entry.plan->empty() || entry.edit->also_alone) entry.run = entry.edit->record.run;
  entry.edit.reset();
  entry.session.reset();
}

// An edit that refuses by itself never reaches the executor, which records what guards and rights refuse.
void FleetPlan::record_refused(const Entry& entry) const {
  try {
    TenantSession session = enter(platform_, *entry.tenant, Access::write);
    const std::optional<Edit> edit = edit_for(session, *entry.tenant);
    if (edit) record_refusal(session, edit->record, edit->undoes, *entry.error);
  } catch (const Error&) {
    // The refusal is the error to report.
  }
}

const FleetReport& FleetPlan::run(Ending ending) {
  Step writing(ending == Ending::commit ? "changing" : "rehearsing", entries_.size(), "tenants");
  std::atomic<bool> failed = false;
  for_each_index(writing, job_.parallel, [&](std::size_t index, std::size_t) {
    Entry& entry = entries_[index];
    const Concerning tenant(entry.tenant->slug);
    if (const auto error = catch_failure([&] { run_one(entry, ending); })) {
      entry.error = *error;
      failed = true;
    }
  });
  if (failed) gather();
  std::map<std::string, std::int64_t> ledgers;
  for (const Entry& entry : entries_) {
    if (!entry.run.empty()) report_.run = entry.run;
    if (entry.ledger_entry) ledgers.emplace(entry.tenant->id, *entry.ledger_entry);
    if (entry.seats) seats_.insert_or_assign(entry.tenant->slug, *entry.seats);
  }
  remember_ledgers(platform_, ledgers, report_.run);
  remember_seats(platform_, seats_);
  report_.only_read = ending == Ending::roll_back;
  if (report_.only_read) report_.run.clear();
  return report_;
}

std::vector<const Tenant*> FleetPlan::notified() const {
  std::vector<const Tenant*> all;
  for (const Entry& entry : entries_) {
    if (entry.tenant->status != "active" || entry.run.empty() || !entry.plan) continue;
    if (entry.moved_guests > 0 || !collect_notices(*entry.plan).empty()) all.push_back(entry.tenant);
  }
  return all;
}

std::vector<const Tenant*> FleetPlan::waiting() const {
  std::vector<const Tenant*> all;
  for (const Entry& entry : entries_) {
    const bool waits = entry.basis.mail_waits && entry.run.empty() && !entry.error;
    if (waits && entry.tenant->status == "active") all.push_back(entry.tenant);
  }
  return all;
}

bool FleetPlan::has_changes() const {
  return std::ranges::any_of(report_.groups, [](const PlanGroup& group) { return !group.plan.changes.empty(); });
}

const Tenant& FleetPlan::tenant(const std::string& slug) const { return *find_entry(entries_, slug).tenant; }

const Basis& FleetPlan::find_basis(const std::string& slug) const { return find_entry(entries_, slug).basis; }

bool has_failed(const FleetReport& report, const std::string& slug) {
  return std::ranges::find(report.failures, slug, &TenantFailure::tenant) != report.failures.end();
}

void throw_failures(const FleetReport& report, Reported reported, const std::string& what) {
  if (report.failures.empty()) return;
  std::set<std::string> failed;
  for (const TenantFailure& failure : report.failures) failed.insert(failure.tenant);
  std::size_t others = report.unchanged;
  for (const PlanGroup& group : report.groups) {
    if (group.plan.empty()) continue;  // counted as unchanged
    others += static_cast<std::size_t>(
        std::ranges::count_if(group.tenants, [&](const std::string& slug) { return !failed.contains(slug); }));
  }
  if (failed.size() == 1 && others == 0) throw Error(report.failures.front().error);
  std::vector<Diagnostic> each;
  for (const TenantFailure& failure : report.failures) {
    if (reported == Reported::no) each.push_back({"", 0, 0, failure.tenant + ": " + failure.error.what()});
  }
  const ErrorKind kind = report.failures.front().error.kind();
  const bool alike = others == 0 && std::ranges::all_of(report.failures, [&](const TenantFailure& failure) {
                       return failure.error.kind() == kind;
                     });
  const char* const rest = others == 0        ? ""
                           : report.only_read ? "; what is shown is of the other tenants"
                                              : "; finished tenants are skipped";
  throw Error(alike ? kind : ErrorKind::partial,
              std::to_string(failed.size()) + " of " + std::to_string(failed.size() + others) + " tenants " + what,
              std::string("Fix the errors and run the command again") + rest + ".", std::move(each));
}

}  // namespace acctl
