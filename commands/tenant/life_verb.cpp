#include "commands/tenant/life_verb.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "cli/remarks.hpp"
#include "commands/reports/change_text.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/results.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"

namespace acctl {

namespace {

// Of one tenant: what was found or done, or why not.
struct LifeOutcome {
  std::string slug;
  std::optional<LifecycleResult> result = {};
  std::optional<Error> error = {};
  bool done = false;
};

std::vector<std::string> named_slugs(const Session& session, const std::vector<std::string>& arguments) {
  if (session.given("--all")) {
    throw Error(ErrorKind::invalid, "this command takes the tenants that are named, not --all",
                "Give slugs, or select tenants with --match.");
  }
  if (!arguments.empty() && session.given("--tenant") && session.settings().tenants != arguments) {
    throw Error(ErrorKind::invalid, "SLUG and --tenant name different tenants", "Give only one of them.");
  }
  if (!arguments.empty() && session.given("--match")) {
    throw Error(ErrorKind::invalid, "SLUG and --match cannot be combined", "Give only one of them.");
  }
  std::vector<std::string> slugs;
  for (const std::string& slug : arguments.empty() ? session.settings().tenants : arguments) {
    if (std::ranges::find(slugs, slug) == slugs.end()) slugs.push_back(slug);
  }
  if (slugs.empty() && !session.given("--match")) {
    throw Error(ErrorKind::invalid, "SLUG is missing",
                "Give the slugs of tenants, or select tenants with --match; 'acctl tenant list' lists all of them.");
  }
  return slugs;
}

std::vector<std::string> matching_slugs(Session& session, Platform& platform, const LifeVerb& verb) {
  const TenantFilter filter = read_tenant_filter(session);
  refuse_unknown_names(platform, filter);
  std::vector<std::string> slugs;
  std::vector<std::string> left_out;
  for (const Tenant& tenant : list_tenants(platform, filter)) {
    if (!filter.names_status() && !verb.from.contains(tenant.status)) {
      left_out.push_back(tenant.slug + " (" + tenant.status + ")");
    } else {
      slugs.push_back(tenant.slug);
    }
  }
  if (!left_out.empty()) {
    session.terminal().info(counted(left_out.size(), "tenant") + " left out: " + shortened(left_out));
  }
  return slugs;
}

// Calls verb.act() for each of `outcomes` that has not failed and, when it performs, would change.
void act_on_each(Session& session, Platform& platform, const LifeVerb& verb, Mode mode,
                 std::vector<LifeOutcome>& outcomes) {
  const int parallel = session.parallel();
  std::vector<std::unique_ptr<Platform>> sessions(static_cast<std::size_t>(parallel));
  Step acting(mode == Mode::perform ? "changing" : "looking at", outcomes.size(), "tenants");
  for_each_index(acting, platform.fitting_workers(parallel, outcomes.size(), 3),
                 [&](std::size_t index, std::size_t worker) {
                   LifeOutcome& one = outcomes[index];
                   if (one.error || (mode == Mode::perform && one.result && !one.result->changed)) return;
                   const Concerning tenant(one.slug);
                   one.error = catch_failure([&] {
                     if (!sessions[worker] || !sessions[worker]->control().usable())
                       sessions[worker] = platform.another();
                     one.result = verb.act(*sessions[worker], one.slug, mode);
                     one.done = mode == Mode::perform;
                   });
                 });
}

std::string describe_done(const LifeVerb& verb, const Tenant& tenant) {
  return verb.words ? verb.words(tenant) : verb.done;
}

std::vector<TenantResult> to_results(const std::vector<LifeOutcome>& outcomes, const LifeVerb& verb) {
  std::vector<TenantResult> results;
  for (const LifeOutcome& one : outcomes) {
    TenantResult result{.slug = one.slug, .result = "failed", .error = one.error};
    if (!one.error) {
      const std::string would = one.done ? "" : "would be ";
      result.result = one.result->changed ? would + verb.done : "unchanged";
      if (one.result->changed) result.words = would + describe_done(verb, one.result->tenant);
      if (one.done) result.until = one.result->tenant.hold_until.value_or("");
    }
    if (verb.more) result.more = verb.more(one.error ? nullptr : &*one.result);
    results.push_back(std::move(result));
  }
  return results;
}

void run_on_one(Session& session, Platform& platform, const std::string& slug, const LifeVerb& verb) {
  LifecycleResult result = verb.act(platform, slug, verb.confirm ? Mode::rehearse : read_mode(session));
  if (verb.check && result.changed) verb.check(platform, {result});
  if (verb.confirm) {
    Outlook outlook{.takes_away = true};
    if (result.changed) outlook.changing.push_back(slug);
    const Consent consent = verb.confirm(outlook, {result});
    if (consent == Consent::granted || consent == Consent::ask) {
      const auto held = result.changed && verb.hold ? verb.hold(platform, {result}) : nullptr;
      result = verb.act(platform, slug, Mode::perform);
    }
  }
  {
    Remarks remarks(session.terminal(), Remarks::Tone::info);
    for (const std::string& sentence : result.ended) remarks.say(sentence);
  }
  report_status(session, result.tenant, result.changed, describe_done(verb, result.tenant));
  if (!result.kept.empty()) session.terminal().info(result.kept);
  if (verb.more) {
    write_tenant(session, result.tenant, verb.more(&result), verb.columns);
  } else {
    write_tenant(session, result.tenant);
  }
  if (verb.afterwards) verb.afterwards(platform);
}

void run_on_several(Session& session, Platform& platform, const std::vector<std::string>& slugs, const LifeVerb& verb) {
  std::vector<LifeOutcome> outcomes;
  for (const std::string& slug : slugs) outcomes.push_back({.slug = slug});
  act_on_each(session, platform, verb, Mode::rehearse, outcomes);
  Outlook outlook{.takes_away = true};
  std::vector<LifecycleResult> planned;
  for (const LifeOutcome& one : outcomes) {
    if (one.error) outlook.failing.push_back(one.slug);
    if (one.error || !one.result->changed) continue;
    outlook.changing.push_back(one.slug);
    planned.push_back(*one.result);
  }
  if (verb.check) verb.check(platform, planned);
  Consent consent = session.settings().dry_run ? Consent::rehearse : Consent::granted;
  if (verb.confirm) consent = verb.confirm(outlook, planned);
  if (consent == Consent::granted || consent == Consent::ask) {
    const auto held = verb.hold ? verb.hold(platform, planned) : nullptr;
    act_on_each(session, platform, verb, Mode::perform, outcomes);
  }
  {
    Remarks remarks(session.terminal(), Remarks::Tone::info);
    for (const LifeOutcome& one : outcomes) {
      if (!one.result || one.error) continue;
      for (const std::string& sentence : one.result->ended) remarks.say(one.slug + ": " + sentence);
      const Tenant& tenant = one.result->tenant;
      if (!one.result->kept.empty()) {
        remarks.say(one.slug + ": " + (tenant.hold_until ? "held until " + *tenant.hold_until + "; " : "") +
                    one.result->kept);
      }
    }
  }
  const std::vector<TenantResult> results = to_results(outcomes, verb);
  write_results(session, results);
  const bool rehearsed = consent == Consent::rehearse;
  session.terminal().info((rehearsed ? "dry run: nothing was done: " : "") + count_results(results));
  if (verb.afterwards) verb.afterwards(platform);
  throw_failed(results, rehearsed);
}

}  // namespace

Argument slugs_argument(std::vector<std::string>& target) {
  return parse_argument("[SLUG...]", "the tenants (default: those of --tenant or --match)", &target, Values::tenants);
}

void run_life_verb(Session& session, const std::vector<std::string>& slugs, const LifeVerb& verb) {
  const std::vector<std::string> named = named_slugs(session, slugs);
  Platform platform = open_platform(session);
  if (!session.given("--match")) {
    if (named.size() == 1) return run_on_one(session, platform, named.front(), verb);
    // One that is mistyped was to be another: none is touched before that is clear.
    require_tenants(platform, named);
    return run_on_several(session, platform, named, verb);
  }
  const std::vector<std::string> matching = matching_slugs(session, platform, verb);
  if (matching.empty()) return session.terminal().warn("no tenants match; nothing to do");
  run_on_several(session, platform, matching, verb);
}

EnterpriseLosses find_losses(const std::vector<LifecycleResult>& planned) {
  EnterpriseLosses losses;
  for (const LifecycleResult& one : planned) {
    if (one.tenant.enterprise && is_reached(one.tenant, Reach::suspended_too)) {
      losses[*one.tenant.enterprise].tenants.insert(one.tenant.slug);
    }
  }
  return losses;
}

std::string describe_tenants(const std::vector<LifecycleResult>& planned) {
  if (planned.size() == 1) return describe_tenant(planned.front().tenant);
  std::vector<std::string> slugs;
  for (const LifecycleResult& one : planned) slugs.push_back(one.tenant.slug);
  return counted(slugs.size(), "tenant") + " (" + shortened(slugs) + ")";
}

}  // namespace acctl
