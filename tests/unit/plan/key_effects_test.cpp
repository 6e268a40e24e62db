// What API keys gain and lose by a plan.
#include "provisioning/plan/key_effects.hpp"

#include "tests/support/catch.hpp"

using acctl::Action;
using acctl::Change;
using acctl::KeyGrant;
using acctl::State;

namespace {

const std::string mo = "mo@x.example";

// mo holds `agent`: tickets.view at group, and crm.view.
State staffed() {
  State state;
  state["permissions"]["tickets.view"].fields["levels"] = {"group", "global"};
  state["permissions"]["tickets.edit"];
  state["permissions"]["crm.view"];
  state["roles"]["agent"];
  state["roles"]["boss"];
  state["role_permissions"]["agent/tickets.view"].fields["level"] = "group";
  state["role_permissions"]["agent/crm.view"];
  state["role_permissions"]["boss/*"];
  state["users"][mo].status = "active";
  state["user_roles"][mo + "/agent"];
  return state;
}

KeyGrant key_of(const std::string& bearer, const std::string& maker, const std::string& role,
                std::map<std::string, std::string> permissions = {}) {
  return {.owner = bearer.empty() ? "organization" : "user",
          .name = "ci",
          .bearer = bearer,
          .maker = maker,
          .role = role,
          .permissions = std::move(permissions)};
}

std::string held(const State& state, const KeyGrant& key) {
  std::string all;
  for (const auto& [permission, holding] : holdings_of_key(state, key)) {
    all += (all.empty() ? "" : " ") + acctl::with_level(permission, holding.level);
  }
  return all;
}

std::string effects(const State& before, const State& after, const KeyGrant& key, const std::vector<Change>& changes) {
  std::string all;
  for (const acctl::Effect& effect : effects_on_keys(before, after, {key}, changes)) {
    all += effect.user + " by " + effect.via.str() + ":";
    for (const std::string& gain : effect.gains) all += " +" + gain;
    for (const std::string& loss : effect.loses) all += " -" + loss;
    all += ";";
  }
  return all;
}

Change change_of(const std::string& kind, const std::string& old, const std::string& now) {
  Change change;
  change.action = now.empty() ? Action::remove : Action::change;
  change.kind = kind;
  change.key = now.empty() ? old : now;
  if (!now.empty()) change.fields = {{"key", {old, now}}};
  return change;
}

}  // namespace

TEST_CASE("a key may do what it was given, as far as its user and its maker may", "[promise 16]") {
  const State state = staffed();
  struct Row {
    KeyGrant key;
    std::string holds;
  };
  for (const Row& row : {
           Row{key_of("", "", "agent"), "crm.view tickets.view:group"},
           Row{key_of("", "", "", {{"tickets.view", ""}}), "tickets.view:global"},
           Row{key_of("", "", "", {{"tickets.view", "group"}, {"gone.view", ""}}), "tickets.view:group"},
           Row{key_of("", "", "boss"), "*"},
           Row{key_of("", mo, "boss"), "tickets.view:group"},  // no CRM access
           Row{key_of(mo, "", "", {{"tickets.view", ""}, {"tickets.edit", ""}}), "tickets.view:group"},
           Row{key_of(mo, "nobody@x.example", "agent"), ""},
       }) {
    CAPTURE(row.key.bearer, row.key.maker, row.key.role, row.holds);
    CHECK(held(state, row.key) == row.holds);
  }
}

TEST_CASE("keys follow new names, and end with what they rest on", "[promise 16]") {
  const State before = staffed();
  State after = before;
  after["roles"].erase("agent");
  CHECK(effects(before, after, key_of("", "", "agent"), {change_of("roles", "agent", "")}) ==
        "organization/ci by role:agent: -crm.view -tickets.view:group;");
  after = before;
  after["users"][mo].status = "suspended";
  CHECK(effects(before, after, key_of("", mo, "agent"), {}) == "organization/ci by role:agent: -tickets.view:group;");
  // The user's own line says it.
  CHECK(effects(before, after, key_of(mo, "", "agent"), {}).empty());
  after = before;
  after["users"]["m@x.example"] = after["users"].at(mo);
  after["users"].erase(mo);
  after["user_roles"].erase(mo + "/agent");
  after["user_roles"]["m@x.example/agent"];
  CHECK(effects(before, after, key_of("", mo, "agent"), {change_of("users", mo, "m@x.example")}).empty());
  after = before;
  after["permissions"].erase("tickets.edit");
  after["permissions"]["tickets.change"];
  CHECK(effects(before, after, key_of("", "", "", {{"tickets.edit", ""}}),
                {change_of("permissions", "tickets.edit", "tickets.change")}) ==
        "organization/ci by direct: +tickets.change -tickets.edit;");
}

TEST_CASE("a key gains with its role, with its maker, and with a level of its permission", "[promise 16]") {
  const State before = staffed();
  State after = before;
  after["role_permissions"]["agent/tickets.edit"];
  CHECK(effects(before, after, key_of("", "", "agent"), {}) == "organization/ci by role:agent: +tickets.edit;");
  CHECK(effects(before, after, key_of("", mo, "", {{"tickets.edit", ""}}), {}) ==
        "organization/ci by direct: +tickets.edit;");
  CHECK(effects(before, after, key_of(mo, "", "agent"), {}).empty());
  State narrow = before;
  narrow["permissions"]["tickets.view"].fields["levels"] = {"group"};
  CHECK(effects(narrow, before, key_of("", "", "", {{"tickets.view", ""}}), {}) ==
        "organization/ci by direct: +tickets.view:global;");
}
