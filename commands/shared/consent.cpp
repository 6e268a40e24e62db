#include "commands/shared/consent.hpp"

#include <algorithm>
#include <set>

#include "commands/shared/settings_records.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

bool takes_away(const Change& change) {
  return change.action == Action::remove || (change.kind == "users" && change.sets("status", "suspended"));
}

}  // namespace

Consent decide(const Outlook& outlook, const Circumstances& circumstances) {
  if (circumstances.dry_run) return Consent::rehearse;
  if (!outlook.writes()) return Consent::nothing;
  const bool confirmed = circumstances.source != AskedBy::words || outlook.takes_away;
  if (!confirmed || circumstances.yes) return Consent::granted;
  return circumstances.terminal ? Consent::ask : Consent::refuse;
}

Outlook make_outlook(const FleetReport& report) {
  std::set<std::string> failing;
  for (const TenantFailure& failure : report.failures) failing.insert(failure.tenant);
  Outlook outlook{.failing = {failing.begin(), failing.end()}, .skipped = report.skipped};
  for (const PlanGroup& group : report.groups) {
    // Also where it fails: the plan is shown, and what it takes away is in it.
    outlook.takes_away |=
        std::ranges::any_of(group.plan.changes, [](const Change& change) { return takes_away(change); }) ||
        std::ranges::any_of(group.effects, [](const TenantEffects& tenant) {
          return std::ranges::any_of(tenant.effects.all(), [](const Effect& one) { return !one.loses.empty(); });
        });
    std::vector<std::string> writing;
    std::ranges::copy_if(group.tenants, std::back_inserter(writing),
                         [&](const std::string& slug) { return !failing.contains(slug); });
    if (writing.empty() || group.plan.empty()) continue;
    std::vector<std::string>& place = group.plan.changes.empty() ? outlook.adopting : outlook.changing;
    place.insert(place.end(), writing.begin(), writing.end());
  }
  std::ranges::sort(outlook.changing);
  std::ranges::sort(outlook.adopting);
  return outlook;
}

std::string places(const Outlook& outlook) {
  std::vector<std::string> all = outlook.changing;
  all.insert(all.end(), outlook.adopting.begin(), outlook.adopting.end());
  return all.size() == 1 ? "tenant " + all.front() : std::to_string(all.size()) + " tenants";
}

namespace {

Circumstances read_circumstances(const Session& session, AskedBy source) {
  return {.source = source,
          .terminal = session.can_ask(),
          .yes = session.settings().yes,
          .dry_run = session.settings().dry_run};
}

// `more`: the options that confirm it.
[[noreturn]] void refuse(const Session& session, const std::string& question, const std::vector<std::string>& more) {
  throw Error(ErrorKind::confirmation, question + " Confirmation is required, but there is no terminal.",
              "Run: " + session.again(more));
}

// Each prompt says where its answer takes effect, in the context's color.
PromptPlace prompt_place(const Session& session) {
  const Settings& settings = session.settings();
  const std::string otherwise = settings.is_protected ? "red" : "cyan";
  return {.words = describe_target(session), .color = settings.color.empty() ? otherwise : settings.color};
}

void ask_for_context(Session& session, const std::string& question) {
  session.terminal().ask_for(session.settings().context, question, prompt_place(session));
}

}  // namespace

Consent require_consent(Session& session, const Outlook& outlook, AskedBy source, const std::string& question,
                        const std::function<void()>& show) {
  const Consent consent = decide(outlook, read_circumstances(session, source));
  if (consent == Consent::refuse) refuse(session, question, {"--yes"});
  if (consent == Consent::ask) {
    if (show) show();
    if (session.settings().is_protected) {
      ask_for_context(session, question);
    } else {
      session.terminal().ask(question, prompt_place(session));
    }
  }
  return consent;
}

Consent require_named_consent(Session& session, const Outlook& outlook, const ConfirmedName& confirmed,
                              const std::string& question) {
  const auto& [option, name, given] = confirmed;
  if (!given.empty() && given != name) {
    session.refuse_confirmation(option + " names " + given + ", not " + name, "Nothing was changed.");
  }
  Circumstances circumstances = read_circumstances(session, AskedBy::words);
  circumstances.yes = given == name;
  const Consent consent = decide(outlook, circumstances);
  if (consent == Consent::refuse) refuse(session, question, {option, name});
  if (consent == Consent::ask) {
    session.terminal().ask_for(name, question, prompt_place(session));
    if (session.settings().is_protected) ask_for_context(session, "The context is protected.");
  }
  return consent;
}

}  // namespace acctl
