#include "tests/support/reports.hpp"

namespace acctl::test {

namespace {

// Would be markup, commands or control characters wherever it is written as it is.
const std::string hostile_text = "</td><b>|`x`\n::error::%\x1b[31m,:@all [l](http://x) \"q\" 'q' \u202e\xff ]]> -->";

}  // namespace

Change change(Action action, const std::string& kind, const std::string& key, const FieldChanges& fields,
              const Place& place) {
  return {.action = action, .kind = kind, .key = key, .fields = fields, .place = place};
}

FleetReport one_tenant() {
  PlanGroup group{.id = "a91c4e", .tenants = {"acme"}};
  group.plan.changes = {
      change(Action::add, "roles", "support-agent",
             {{"name", {nullptr, "Support Agent"}},
              {"manager", {nullptr, "acctl"}},
              {"scope", {nullptr, "organization"}},
              {"description", {nullptr, "Works tickets."}},
              {"system", {nullptr, false}}},
             {"roles.yaml", 3, 3}),
      change(Action::change, "teams", "tier-one",
             {{"key", {"tier-1", "tier-one"}}, {"name", {"Tier 1", "Tier One"}}, {"capacity", {5, nullptr}}},
             {"teams.yaml", 7, 3}),
      change(Action::add, "role_permissions", "support-agent/tickets.delete", {}, {"roles.yaml", 7, 9}),
      change(Action::add, "role_permissions", "support-agent/tickets.view", {{"level", {nullptr, "group"}}},
             {"roles.yaml", 8, 9}),
      change(Action::change, "role_permissions", "lead/tickets.edit", {{"level", {"group", "global"}}},
             {"roles.yaml", 20, 9}),
      change(Action::remove, "role_permissions", "lead/reports.export", {}),
      change(Action::change, "settings", "locale", {{"value", {"en", "de"}}}, {"settings.yaml", 2, 3}),
      change(Action::remove, "role_permissions", "old/tickets.view", {{"level", {"global", nullptr}}}),
      change(Action::remove, "roles", "old", {{"name", {"Old", nullptr}}}),
      change(Action::add, "protections", "roles/admin", {}, {"guards.yaml", 4, 5}),
  };
  group.plan.adoptions = {change(Action::change, "roles", "admin", {{"manager", {nullptr, "acctl"}}}),
                          change(Action::change, "teams", "a", {{"manager", {nullptr, "acctl"}}})};
  group.prunable = {{"teams/old", 1}};
  group.effects = {{"acme",
                    {{"ana@acme.example", {"tickets.delete"}, {}, "role:support-agent"},
                     {"ben@acme.example", {"tickets.edit"}, {"reports.export"}, "role:lead"}}}};
  FleetReport report;
  report.groups = {group};
  return report;
}

FleetReport fleet() {
  PlanGroup many{.id = "a91c4e"};
  for (int i = 10; i < 22; ++i) {
    many.tenants.push_back("t" + std::to_string(i));
    const auto gains = [](const char* user) { return Effect{user, {"*"}, {}, "role:admin"}; };
    many.effects.push_back({"t" + std::to_string(i), {gains("ana@x.example"), gains("ben@x.example")}});
  }
  many.effects.push_back({"t10", {Effect{"eve@x.example", {}, {"*"}, "role:admin"}}});
  many.plan.changes = {change(Action::add, "priorities", "low", {{"level", {nullptr, 4}}, {"name", {nullptr, "Low"}}},
                              {"p.yaml", 2, 3})};
  PlanGroup one{.id = "b00b1e", .tenants = {"zeta"}};
  one.plan.changes = {change(Action::remove, "views", "mine")};
  PlanGroup adopting{.id = "c0ffee", .tenants = {"zz"}};
  adopting.plan.adoptions = {change(Action::change, "roles", "admin", {{"manager", {nullptr, "acctl"}}})};
  FleetReport report;
  report.groups = {many, one, adopting};
  report.failures = {{"down", Error(ErrorKind::connection, "cannot connect to down", "Check the server.")},
                     {"bad", Error(ErrorKind::refused, "seats exceeded.", "",
                                   {{.file = "users.yaml", .line = 4, .column = 2, .message = "one too many"}})}};
  report.unchanged = 5;
  report.skipped = {"half", "suspended"};
  report.run = "r-7f3a";
  return report;
}

FleetReport hostile() {
  PlanGroup group{.id = "a91c4e", .tenants = {"acme"}};
  group.plan.changes = {
      change(Action::change, "roles", hostile_text, {{"name", {hostile_text, "ok"}}}, {"a,b:c\n%.yaml", 1, 1}),
      change(Action::remove, "role_permissions", hostile_text + "/" + hostile_text,
             {{"level", {hostile_text, nullptr}}}),
  };
  group.prunable = {{"teams/" + hostile_text, 1}};
  group.effects = {{"acme", {{hostile_text, {hostile_text}, {}, hostile_text}}}};
  FleetReport report;
  report.groups = {group};
  report.failures = {{hostile_text, Error(ErrorKind::failed, hostile_text, hostile_text)}};
  report.skipped = {hostile_text};
  return report;
}

}  // namespace acctl::test
