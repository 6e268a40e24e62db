#include <charconv>

#include "cli/builder.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/tenant/registry_edit.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/access/expiry_time.hpp"

namespace acctl {

namespace {

struct SetPlan {
  std::vector<std::string> slugs;
  std::string plan;
  std::string seats;
  std::string subscription;
  std::string trial_ends;
  std::vector<std::string> features;
  std::vector<std::string> limits;
  bool over_limit = false;
};

// What leads back to what the plan has.
constexpr std::string_view as_plan = "plan";

// A number; as JSON, for check_patch() to say what it may be.
nlohmann::json parse_number(const std::string& option, const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // As everywhere on the command line: a leading zero is octal to some.
  if (error == std::errc() && end == text.data() + text.size() && (text.size() == 1 || text[0] != '0')) return number;
  throw Error(ErrorKind::invalid, option + ": '" + text + "' is neither a whole number nor 'plan'",
              "Give a number such as 50, or 'plan' for what the plan has.");
}

std::pair<std::string, std::string> split_word(const std::string& option, const std::string& word,
                                               const std::string& form) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == word.size()) {
    throw Error(ErrorKind::invalid, option + ": '" + word + "' is not " + form, "See --help for examples.");
  }
  return {word.substr(0, equals), word.substr(equals + 1)};
}

void add_once(SettingsPatch& patch, const std::string& option, const std::string& name, nlohmann::json value) {
  if (patch.emplace(name, std::move(value)).second) return;
  throw Error(ErrorKind::invalid, option + ": " + name.substr(name.find('.') + 1) + " is given twice", "Give it once.");
}

void add_feature(SettingsPatch& patch, const std::string& word) {
  const auto [feature, value] = split_word("--feature", word, "FEATURE=on, off or plan");
  if (value != "on" && value != "off" && value != as_plan) {
    throw Error(ErrorKind::invalid, "--feature: '" + word + "' is not FEATURE=on, off or plan",
                "Give for example sso=on.");
  }
  add_once(patch, "--feature", "feature." + feature,
           value == as_plan ? nlohmann::json() : nlohmann::json(value == "on"));
}

void add_limit(SettingsPatch& patch, const std::string& word) {
  const auto [limit, value] = split_word("--limit", word, "LIMIT=N, none or plan");
  const nlohmann::json number = value == as_plan  ? nlohmann::json()
                                : value == "none" ? nlohmann::json(value)
                                                  : parse_number("--limit", value);
  add_once(patch, "--limit", "limit." + limit, number);
}

// Of the control database's clock, also whether it is in the future.
std::string trial_end(Session& session, const std::string& text) {
  check_moment("--trial-ends", text);
  return parse_future_moment(open_platform(session).control(), "--trial-ends", text);
}

void run(Session& session, const SetPlan& options) {
  SettingsPatch patch;
  if (!options.plan.empty()) patch["plan"] = options.plan;
  if (!options.seats.empty())
    patch["seats"] = options.seats == as_plan ? nlohmann::json() : parse_number("--seats", options.seats);
  if (!options.subscription.empty()) patch["subscription"] = options.subscription;
  for (const std::string& word : split_words(options.features)) add_feature(patch, word);
  for (const std::string& word : split_words(options.limits)) add_limit(patch, word);
  check_patch(patch);
  if (!options.trial_ends.empty()) patch["trial_ends_at"] = trial_end(session, options.trial_ends);
  const auto more = [&](RegistryEditOptions& edits) {
    edits.over_limit = options.over_limit;
    edits.has_over_limit = true;
    edits.looks_everywhere = true;
  };
  edit_registry(session, {.verb = "set-plan", .slugs = options.slugs, .patch = patch, .more = more});
}

}  // namespace

Command tenant_set_plan_command() {
  return command<SetPlan>("set-plan", "change the plan, seats, subscription, limits and features of tenants", run)
      .describe(R"(
Changes what tenants may use, in the registry and in their own databases, whose applications know at once. What the
change means is shown: limits before and after, features that are gained or lost, what is over a new limit. If
something is taken away, the command prompts first; without a terminal, --yes is required.

Fewer seats than users are refused (exit 5) unless --over-limit is given; nobody can be invited then until the seats
suffice. Projects, files and custom roles over a limit stay. A trial has an end, 90 days from now unless --trial-ends
is given; any other subscription has none.

The same command again changes nothing, and completes what was interrupted. With several tenants, a failure does not
stop the others (exit 6).)")
      .with(edited_tenants, &SetPlan::slugs)
      .option("--plan PLAN", "the plan", &SetPlan::plan)
      .option("--seats N", "maximum number of users, or 'plan' for that of the plan", &SetPlan::seats)
      .option("--subscription STATE", "state of the subscription", &SetPlan::subscription)
      .choices({"trialing", "active", "past_due", "canceled"})
      .option("--trial-ends TIME", "end of the trial, as a time or as a duration from now", &SetPlan::trial_ends)
      .option("--feature FEATURE=on|off|plan", "turn a feature on or off, or leave it to the plan; repeatable",
              &SetPlan::features)
      .values(Values::features)
      .option("--limit LIMIT=N|none|plan", "set the limit projects or storage_bytes of the tenant; repeatable",
              &SetPlan::limits)
      .values(Values::limits)
      .option("--over-limit", "allow fewer seats than there are users", &SetPlan::over_limit)
      .formats(report_formats())
      .exits(5, "fewer seats than users; see --over-limit")
      .example("acctl tenant set-plan acme --plan pro --seats 50 --subscription active", "A trial becomes a customer.")
      .example("acctl tenant set-plan acme --feature sso=on --limit projects=200",
               "One customer gets more than its plan.")
      .example(
          "acctl tenant set-plan --match subscription=trialing --match 'trial_ends<14d' --trial-ends 30d --dry-run",
          "Show which trials would be extended.");
}

}  // namespace acctl
