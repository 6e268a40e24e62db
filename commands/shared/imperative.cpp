#include "commands/shared/imperative.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/remarks.hpp"
#include "commands/shared/departing.hpp"
#include "provisioning/access/impersonation.hpp"

namespace acctl {

using Json = nlohmann::ordered_json;

namespace {

// What is known of the people whom the command names, tenant by tenant.
class Presence {
 public:
  Presence(const DirectEdit& direct, bool several) : direct_(direct), several_(several), named_(direct.people) {}

  // Whom the edit is about in a tenant of this state.
  std::vector<std::string> people_in(const State& state, const Tenant& tenant, TenantSession& database) {
    named_.visited(tenant.slug);
    const bool instead = !direct_.instead.empty() && find_object(state, "users", direct_.instead) != nullptr;
    std::vector<std::string> people;
    for (const std::string& email : direct_.people) {
      const bool present = find_object(state, "users", email) != nullptr;
      if (present || instead || (direct_.again && was_deleted(database, "users", email))) named_.found(email);
      if (present || instead || !several_) people.push_back(email);
    }
    return people;
  }

  // The people who are users of no tenant that was read.
  std::vector<std::string> unseen() const { return named_.missing(); }

  // An address that a tenant which cannot be entered has, or may have, is no mistake either.
  void accept(const Departing& departing) {
    for (const std::string& email : named_.missing()) {
      if (departing.may_have(email)) named_.found(email);
    }
  }

  // Throws where somebody is a user of no tenant. A tenant that could not be read might have had them.
  void require(const Platform& platform, const FleetReport& report, const std::vector<Tenant>& tenants) {
    const std::vector<std::string> missing = named_.missing();
    if (missing.empty() || std::ranges::any_of(report.failures, [](const TenantFailure& failure) {
          return failure.error.kind() != ErrorKind::invalid;
        })) {
      return;
    }
    // Whom else they may have meant is asked where it is cheap: a name is spelt alike everywhere.
    constexpr std::size_t most = 20;
    for (std::size_t i = 0; i < std::min(tenants.size(), most); ++i) {
      if (tenants[i].status != "active") continue;
      const auto database = enter(platform, tenants[i]);
      for (const std::string& email : missing) named_.suggest(email, near_users(database, email));
    }
    named_.require();
  }

 private:
  const DirectEdit& direct_;
  const bool several_;
  NamedPeople named_;
};

// Records for tenants that cannot be entered that access ends there, too.
void end_beyond(Session& session, const DirectEdit& direct, Presence& presence, Departing& departing, FleetPlan& fleet,
                Hooks& hooks) {
  hooks.planned = [&, require = std::move(hooks.planned)] {
    departing.look({.emails = direct.people}, presence.unseen());
    presence.accept(departing);
    require();
    departing.report(session.terminal());
    if (Json records = departing.records(); !records.empty()) fleet.attach("deferred", std::move(records));
  };
  hooks.elsewhere = [&](const FleetReport&) { return departing.elsewhere(); };
  // First: another run would find nothing to do.
  hooks.before = [&](const FleetReport& report) {
    if (report.groups.empty() && departing.elsewhere().empty()) return;
    Remarks held(session.terminal(), Remarks::Tone::info);
    for (const std::string& slug : departing.note()) {
      held.say("tenant " + slug + " is held for deletion; access ends there when it is resumed");
    }
  };
}

}  // namespace

int run_direct_edit(Session& session, const EditOptions& options, const DirectEdit& direct) {
  Guards guards = read_guard_options(options);
  if (direct.named_removals && options.max_removals.empty()) guards.max_removals.clear();
  const RunRecord record = make_run_record(session, direct.command, "", options);
  const Edit reading{.scope = direct.scope, .desired = {}, .guards = {}};
  auto [platform, early] = open_for_edit(session, reading);
  const std::vector<Tenant> tenants =
      selected_tenants(session, platform, options.exclude, {}, Unnamed::refused, direct.reach);
  if (direct.selected) direct.selected(platform, tenants);
  if (direct.prepare) direct.prepare(platform);
  Notes notes;
  Presence presence(direct, names_several(session));
  FleetJob job = make_fleet_job(session, guards, [&](TenantSession& database, const Tenant& tenant) {
    Edit edit = reading;
    edit.guards = guards;
    edit.record = record;
    edit.leavers_go = direct.again;
    const auto near = [&database](const std::string& email) { return near_users(database, email); };
    edit.desired = [&, near](const State& current) {
      Desired desired{.state = current, .renames = {}, .prunable = {}};
      const std::vector<std::string> people = presence.people_in(current, tenant, database);
      if (!people.empty() || direct.people.empty()) {
        direct.change(desired.state, {tenant, database, near, notes, desired.renames, people});
      }
      return desired;
    };
    if (direct.extend) direct.extend(edit, tenant, database);
    return edit;
  });
  job.reach = direct.reach;
  FleetPlan fleet(platform, tenants, std::move(job), std::move(early));
  Hooks hooks{.planned = [&] {
    presence.require(platform, fleet.report(), tenants);
    if (direct.planned) direct.planned(fleet);
  }};
  Departing departing(platform, tenants);
  // What somebody may do in a tenant that cannot be read is not known.
  const bool for_staff = record.as.empty();
  if (direct.ends_access && for_staff) end_beyond(session, direct, presence, departing, fleet, hooks);
  if (direct.begins_access && for_staff) {
    hooks.after = [&](const FleetReport&) { recall_access_end(platform, tenants, direct.people); };
  }
  const int status = execute_plan(session, fleet, direct.command, direct.ask, hooks);
  if (direct.ends_access && for_staff && !session.settings().dry_run) departing.require_reached();
  Remarks remarks(session.terminal(), Remarks::Tone::info);
  for (const std::string& note : notes.all()) remarks.say(note);
  return status;
}

std::vector<Option> permission_change_options(std::vector<std::string>& add, std::vector<std::string>& remove) {
  return {
      parse_option("--add-permission PERMISSION[:LEVEL]", "add this permission, or change its level; repeatable", &add),
      parse_option("--remove-permission PERMISSION", "remove this permission; repeatable", &remove)};
}

std::vector<PermissionWord> permission_changes(const std::vector<std::string>& add,
                                               const std::vector<std::string>& remove) {
  std::vector<PermissionWord> words = parse_permissions("--add-permission", split_words(add));
  for (const std::string& word : split_words(remove)) {
    if (std::ranges::find(words, word, &PermissionWord::permission) != words.end()) {
      throw Error(ErrorKind::invalid, "permission " + word + " is both added and removed",
                  "Give it with --add-permission or with --remove-permission.");
    }
  }
  for (PermissionWord& word : parse_permissions("--remove-permission", split_words(remove))) {
    if (!word.level.empty()) {
      throw Error(ErrorKind::invalid, "--remove-permission: " + word.permission + ":" + word.level + " has a level",
                  "Give the permission alone; it is removed whatever its level is.");
    }
    word.remove = true;
    words.push_back(std::move(word));
  }
  return words;
}

bool names_several(const Session& session) {
  const Settings& settings = session.settings();
  return settings.all || !settings.match.empty() || settings.tenants.size() > 1;
}

void add_if_given(const Session& session, const std::string& option, const std::string& value, GivenFields& fields,
                  const std::string& field) {
  if (session.given(option)) fields[field] = value.empty() ? nlohmann::json() : nlohmann::json(value);
}

void throw_nothing_to_edit() {
  throw Error(ErrorKind::invalid, "nothing to change; give at least one option", "See --help for the options.");
}

namespace {

// Those that were not read to their end, in the order of `tenants`.
std::vector<std::string> find_missing(const std::vector<Tenant>& tenants, const FleetReport& report, Reach reach) {
  std::set<std::string_view> failed;
  for (const TenantFailure& failure : report.failures) failed.insert(failure.tenant);
  std::vector<std::string> missing;
  for (const Tenant& tenant : tenants) {
    if (failed.contains(tenant.slug)) missing.push_back(tenant.slug + " (could not be read)");
    if (!is_reached(tenant, reach)) missing.push_back(tenant.slug + " (" + tenant.status + ")");
  }
  return missing;
}

void enter_tenants(Session& session, const std::vector<std::string>& exclude, const Look& look, const Finish& finish,
                   Reach reach) {
  Platform platform = open_for_tenants(session);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, exclude, {}, Unnamed::refused, reach);
  tell_left_out(session, tenants, reach);
  const FleetReport report = read_tenants(
      platform, tenants, session.parallel(),
      [&](std::size_t index, TenantSession& database, const InOrder& in_order) {
        look(platform, tenants[index], database, in_order);
      },
      reach);
  if (finish && !report.all_failed()) finish(find_missing(tenants, report, reach));
  throw_failures(report, Reported::no);
}

}  // namespace

void visit_tenants(Session& session, const std::vector<std::string>& exclude, const Look& look,
                   const std::function<void()>& finish) {
  visit_tenants(session, exclude, look, [&](const std::vector<std::string>&) {
    if (finish) finish();
  });
}

void visit_tenants(Session& session, const std::vector<std::string>& exclude, const Look& look, const Finish& finish) {
  enter_tenants(
      session, exclude,
      [&](Platform& platform, const Tenant& tenant, TenantSession& database, const InOrder& in_order) {
        require_sight(database, session.settings().as);
        look(platform, tenant, database, in_order);
      },
      finish, Reach::suspended_too);
}

void require_one_tenant(const Session& session) {
  if (!names_several(session)) return;
  throw Error(ErrorKind::invalid, "this command takes one tenant", "Select it with -t.");
}

void enter_only_tenant(Session& session, const VisitTenant& visit, Reach reach) {
  require_one_tenant(session);
  enter_tenants(
      session, {},
      [&](Platform& platform, const Tenant& tenant, TenantSession& database, const InOrder&) {
        visit(platform, tenant, database);
      },
      nullptr, reach);
}

void visit_only_tenant(Session& session, const VisitTenant& visit) {
  enter_only_tenant(
      session,
      [&](Platform& platform, const Tenant& tenant, TenantSession& database) {
        require_sight(database, session.settings().as);
        visit(platform, tenant, database);
      },
      Reach::suspended_too);
}

namespace {

std::string to_words(const HeldPermission& held) {
  return held.level.empty() ? held.permission : held.permission + ":" + held.level;
}

std::string to_words(const Member& member) {
  return member.status == "active" ? member.email : member.email + " (" + member.status + ")";
}

}  // namespace

nlohmann::ordered_json permission_records(const Session& session, const std::vector<HeldPermission>& permissions) {
  Json all = Json::array();
  for (const HeldPermission& held : permissions) {
    if (session.wants_values()) {
      all.push_back({{"permission", held.permission}, {"level", or_null(held.level)}});
    } else {
      all.push_back(to_words(held));
    }
  }
  return all;
}

nlohmann::ordered_json member_records(const Session& session, const std::vector<Member>& members) {
  Json all = Json::array();
  for (const Member& member : members) {
    if (session.wants_values()) {
      all.push_back({{"email", member.email}, {"status", member.status}});
      if (!member.until.empty()) all.back()["until"] = member.until;
    } else {
      all.push_back(to_words(member) + (member.until.empty() ? "" : " until " + member.until));
    }
  }
  return all;
}

nlohmann::ordered_json or_null(const std::string& text) {
  return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
}

}  // namespace acctl
