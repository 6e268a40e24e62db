// What a tenant's user may do to whom (--as), as tables: over commands, roles and packs.
#include "provisioning/plan/authorization.hpp"

#include <map>
#include <set>

#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/effects.hpp"
#include "provisioning/plan/pack_state.hpp"
#include "tests/support/catch.hpp"

using acctl::Change;
using acctl::Object;
using acctl::Renames;
using acctl::State;

namespace {

const std::string actor = "actor@acme.example";
const std::string subject = "subject@acme.example";

void add_user(State& state, const std::string& email, const std::string& role, const std::string& status = "active") {
  state["users"][email].status = status;
  state["users"][email].fields["idp"] = "local";
  state["users"][email].fields["crm_access"] = false;
  if (!role.empty()) state["user_roles"][email + "/" + role];
}

// What `actor` may not do of what leads from one state to the other.
std::vector<std::string> problems(const State& before, const State& after, const Renames& renames = {}) {
  const std::vector<Change> changes = diff(before, after, renames);
  REQUIRE_FALSE(changes.empty());
  return exceeding(actor, {"custom_roles"}, before, after,
                   {.changes = changes, .adoptions = {}, .effects = effects_between(before, after), .prunable = {}});
}

std::string text_of(const std::vector<std::string>& problems) {
  std::string all;
  for (const std::string& problem : problems) all += problem + "\n";
  return all;
}

using EditState = std::function<void(State& state, Renames& renames)>;

// Everything that changes the access or the identity of `subject`, who holds the role `role`.
std::map<std::string, EditState> commands_upon(const std::string& role) {
  const auto field = [](const std::string& name, const nlohmann::json& value) {
    return [=](State& state, Renames&) { state["users"][subject].fields[name] = value; };
  };
  return {
      {"name", field("name", "Other")},
      {"idp", field("idp", "entra")},
      {"external id", field("external_id", "E1")},
      {"session", field("session_hours", 5)},
      {"suspend", [](State& state, Renames&) { state["users"][subject].status = "suspended"; }},
      {"revoke", [=](State& state, Renames&) { state["user_roles"].erase(subject + "/" + role); }},
      {"end", [=](State& state,
                  Renames&) { state["user_roles"][subject + "/" + role].fields["until"] = "2999-01-01T00:00:00Z"; }},
      {"grant", [](State& state, Renames&) { state["user_permissions"][subject + "/users.view"]; }},
      {"delete", [](State& state, Renames&) { remove_object(state, "users", subject); }},
      {"address",
       [](State& state, Renames& renames) {
         state = changed(state, {{.action = acctl::Action::change,
                                  .kind = "users",
                                  .key = "new@acme.example",
                                  .fields = {{"key", {subject, "new@acme.example"}}}}});
         renames["users"]["new@acme.example"] = subject;
       }},
  };
}

// `state` with these roles alone: what the others are made of is copied and compared thousands of times for nothing.
State with_roles(State state, const std::set<std::string>& roles) {
  state["roles"].erase_if([&](const auto& role) { return !roles.contains(role.first); });
  state["role_permissions"].erase_if(
      [&](const auto& edge) { return !roles.contains(edge.first.substr(0, edge.first.find('/'))); });
  return state;
}

// Role of somebody who administers users -> roles of those whom they may touch, and to whom they may give that role.
using Table = std::map<std::string, std::string>;

void check_pack(const std::string& pack, const Table& expected) {
  State seeded = acctl::state_of_pack(pack);
  // Copied thousands of times: only what rights are made of.
  std::erase_if(seeded, [](const auto& kind) {
    return !kind.first.starts_with("role") && !kind.first.starts_with("permission") && !kind.first.starts_with("user");
  });
  CHECK(expected.size() == seeded.at("roles").size());
  for (const auto& [role, over] : expected) {
    std::string granted;
    for (const auto& [other, object] : seeded.at("roles")) {
      State tenant = with_roles(seeded, {role, other});
      add_user(tenant, actor, role);
      tenant["user_permissions"][actor + "/users.manage"];
      tenant["user_permissions"][actor + "/users.view"];
      State before = tenant;
      add_user(before, subject, other);
      const bool touches = (" " + over + " ").find(" " + other + " ") != std::string::npos;
      for (const char* status : {"active", "invited", "suspended"}) {
        before["users"][subject].status = status;
        for (const auto& [command, edit] : commands_upon(other)) {
          if (command == "suspend" && std::string(status) == "suspended") continue;
          State after = before;
          Renames renames;
          edit(after, renames);
          const auto found = problems(before, after, renames);
          INFO(pack << ": " << role << " does " << command << " to " << status << " " << other << "\n"
                    << text_of(found));
          CHECK(found.empty() == touches);
        }
      }
      State guests = tenant;
      add_user(guests, subject, "", "suspended");
      State after = guests;
      after["user_roles"][subject + "/" + other];
      if (problems(guests, after).empty()) granted += (granted.empty() ? "" : " ") + other;
    }
    INFO(pack << ": " << role << " gives roles");
    CHECK(granted == over);
  }
}

}  // namespace

TEST_CASE("who administers users touches those, and gives those roles, whose powers are among their own: helpdesk") {
  check_pack("helpdesk", {{"admin", "admin support-agent team-lead"},
                          {"support-agent", "support-agent"},
                          {"team-lead", "support-agent team-lead"}});
}

TEST_CASE("who administers users touches those, and gives those roles, whose powers are among their own: msp",
          "[rule rights]") {
  check_pack("msp", {{"viewer", "viewer"},
                     {"manager", "manager viewer"},
                     {"organization-admin", "manager organization-admin viewer"},
                     {"enterprise-admin", "enterprise-admin manager organization-admin viewer"}});
}

TEST_CASE(
    "who administers users touches those, and gives those roles, whose powers are among their own: conversational") {
  check_pack("conversational", {{"admin", "admin user"}, {"user", "user"}});
}

TEST_CASE("who administers users touches those, and gives those roles, whose powers are among their own: messaging") {
  const std::string others =
      "marketing-manager marketing-user restricted-user sales-manager sales-user support-agent support-manager";
  check_pack("messaging", {{"account-admin", "account-admin administrator " + others},
                           {"administrator", "administrator " + others},
                           {"support-agent", "restricted-user support-agent"},
                           {"support-manager", "restricted-user support-agent support-manager"},
                           {"marketing-user", "marketing-user"},
                           {"marketing-manager", "marketing-manager marketing-user"},
                           {"restricted-user", "restricted-user"},
                           {"sales-user", "restricted-user sales-user support-agent"},
                           {"sales-manager", "restricted-user sales-manager sales-user support-agent"}});
}

namespace {

struct Case {
  std::string name;
  std::string problem;  // part of what is said; "" where it is allowed
  std::function<void(State& before)> given;
  std::function<void(State& after)> edit;
};

void check(const std::string& pack, const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    State before = acctl::state_of_pack(pack);
    one.given(before);
    State after = before;
    one.edit(after);
    const std::string found = text_of(problems(before, after));
    INFO(one.name << "\n" << found << "expected: " << one.problem);
    CHECK(found.empty() == one.problem.empty());
    CHECK(found.find(one.problem) != std::string::npos);
  }
}

// Somebody who administers users, and works tickets at the level of groups.
void a_people_manager(State& state) {
  add_user(state, actor, "");
  state["user_permissions"][actor + "/users.manage"];
  state["user_permissions"][actor + "/tickets.view"].fields["level"] = "group";
  add_user(state, subject, "", "suspended");
}

// Somebody who makes roles: roles.manage in a system role, and little else.
void a_role_maker(State& state) {
  add_user(state, actor, "maker");
  state["roles"]["maker"].fields["system"] = true;
  state["role_permissions"]["maker/roles.manage"];
  state["role_permissions"]["maker/tickets.view"].fields["level"] = "group";
}

void an_admin(State& state) {
  add_user(state, actor, "admin");
  add_user(state, subject, "");
}

}  // namespace

TEST_CASE("nobody hands out or takes away a permission at a wider level than they hold it", "[rule rights]") {
  const auto direct = [](const std::string& level) {
    return [=](State& state) {
      auto& fields = state["user_permissions"][subject + "/tickets.view"].fields;
      if (level.empty()) {
        fields.erase("level");
      } else {
        fields["level"] = level;
      }
    };
  };
  const auto managing = [&](const std::string& level) {
    return [=](State& state) {
      a_people_manager(state);
      direct(level)(state);
    };
  };
  const auto taken = [](State& state) { state["user_permissions"].erase(subject + "/tickets.view"); };
  const std::string more = "it is more than " + actor + " holds";
  const std::string touch = "change " + subject + ", who holds tickets.view:global";
  check("helpdesk", {{"at their level", "", a_people_manager, direct("group")},
                     {"below it", "", a_people_manager, direct("restricted")},
                     {"above it, to somebody suspended", more, a_people_manager, direct("global")},
                     {"at the widest, which goes without saying", more, a_people_manager, direct("")},
                     {"takes what they hold", "", managing("restricted"), taken},
                     {"takes more", touch, managing("global"), taken},
                     {"narrows more", touch, managing("global"), direct("group")},
                     {"widens", more, managing("restricted"), direct("global")}});
}

TEST_CASE("roles are made by an account admin: no custom role gives that, whatever it was cloned from",
          "[rule rights]") {
  const auto clone_of_admin = [](State& state) {
    state["roles"]["boss"].fields["name"] = "Boss";
    state["role_permissions"]["boss/*"];
    add_user(state, actor, "boss");
    add_user(state, subject, "");
  };
  const auto create = [](State& state) { state["roles"]["own"].fields["name"] = "Own"; };
  const auto give = [](const std::string& role) {
    return [=](State& state) { state["user_roles"][subject + "/" + role]; };
  };
  const std::string account_admin = "this requires an account admin";
  check("helpdesk", {{"an admin creates", "", an_admin, create},
                     {"a clone creates", account_admin, clone_of_admin, create},
                     {"a clone renames", account_admin, clone_of_admin,
                      [](State& state) { state["roles"]["team-lead"].fields["name"] = "Lead"; }},
                     {"a clone changes permissions", account_admin, clone_of_admin,
                      [](State& state) { state["role_permissions"]["team-lead/tickets.delete"]; }},
                     {"a clone makes itself admin", "it is more than", clone_of_admin,
                      [](State& state) { state["user_roles"][actor + "/admin"]; }},
                     {"a clone makes somebody admin", "it is more than", clone_of_admin, give("admin")},
                     {"a clone makes somebody like itself", "", clone_of_admin, give("boss")},
                     {"an admin makes an admin", "", an_admin, give("admin")},
                     {"roles.manage alone", account_admin,
                      [](State& state) {
                        add_user(state, actor, "");
                        state["user_permissions"][actor + "/roles.manage"];
                      },
                      create}});
}

TEST_CASE("who makes roles neither puts into them nor takes from them what they do not hold", "[rule rights]") {
  const auto permission = [](const std::string& edge, const std::string& level) {
    return [=](State& state) { state["role_permissions"][edge].fields["level"] = level; };
  };
  const std::string more = "it is more than " + actor + " holds";
  check("helpdesk",
        {{"creates", "", a_role_maker, [](State& state) { state["roles"]["own"].fields["name"] = "Own"; }},
         {"puts in what they hold", "", a_role_maker,
          [](State& state) {
            state["roles"]["own"].fields["name"] = "Own";
            state["role_permissions"]["own/tickets.view"].fields["level"] = "group";
          }},
         {"puts in a wider level", more, a_role_maker,
          [](State& state) {
            state["roles"]["own"].fields["name"] = "Own";
            state["role_permissions"]["own/tickets.view"].fields["level"] = "global";
          }},
         {"takes what they do not hold", more, a_role_maker,
          [](State& state) { state["role_permissions"].erase("support-agent/tickets.edit"); }},
         {"narrows what they hold less of", more, a_role_maker, permission("support-agent/tickets.view", "group")},
         {"takes from a template", more,
          [](State& state) {
            a_people_manager(state);
            state["role_templates"]["t"].fields["name"] = "T";
            state["role_template_permissions"]["t/tickets.delete"];
          },
          [](State& state) { state["role_template_permissions"].erase("t/tickets.delete"); }},
         {"renames what is more than theirs", more, a_role_maker,
          [](State& state) { state["roles"]["support-agent"].fields["name"] = "Agent"; }},
         {"widens a scope", "this requires an admin of the enterprise", an_admin,
          [](State& state) { state["roles"]["support-agent"].fields["scope"] = "enterprise"; }},
         {"creates a role for the enterprise", "this requires an admin of the enterprise", an_admin,
          [](State& state) {
            state["roles"]["own"].fields["name"] = "Own";
            state["roles"]["own"].fields["scope"] = "enterprise";
          }},
         {"makes a system role", "cannot change whether a role is a system role", an_admin,
          [](State& state) { state["roles"]["team-lead"].fields["system"] = true; }}});
}

TEST_CASE("only admins of the enterprise give and take its roles, also with the powers of an admin", "[rule rights]") {
  const auto organization = [](State& state) {
    add_user(state, actor, "organization-admin");
    add_user(state, subject, "");
  };
  const auto enterprise = [](State& state) {
    add_user(state, actor, "enterprise-admin");
    add_user(state, subject, "");
  };
  const auto also = [](auto given) {
    return [=](State& state) {
      given(state);
      state["user_roles"][subject + "/enterprise-admin"];
    };
  };
  const auto give = [](State& state) { state["user_roles"][subject + "/enterprise-admin"]; };
  const auto take = [](State& state) { state["user_roles"].erase(subject + "/enterprise-admin"); };
  check("msp", {{"gives", "this requires an admin of the enterprise", organization, give},
                {"takes", "this requires an admin of the enterprise", also(organization), take},
                {"is one and gives", "", enterprise, give},
                {"is one and takes", "", also(enterprise), take}});
}

TEST_CASE("nobody hands out for longer than they hold, or moves the end of their own roles", "[rule rights]") {
  const auto until = [](const std::string& end) {
    return [=](State& state) {
      add_user(state, actor, "admin");
      add_user(state, subject, "");
      state["user_roles"][actor + "/admin"].fields["until"] = end;
    };
  };
  const auto give = [](const std::string& end) {
    return [=](State& state) {
      auto& fields = state["user_roles"][subject + "/team-lead"].fields;
      if (!end.empty()) fields["until"] = end;
    };
  };
  const std::string june = "2030-06-01T00:00:00Z";
  const std::string july = "2030-07-01T00:00:00Z";
  check("helpdesk", {{"as long", "", until(june), give(june)},
                     {"longer", "holds permanently", until(june), give(july)},
                     {"without end", "holds permanently", until(june), give("")},
                     {"without end and directly", "holds permanently", until(june),
                      [](State& state) { state["user_permissions"][subject + "/tickets.delete"]; }},
                     {"their own", "users cannot change when their own roles expire", until(june),
                      [](State& state) { state["user_roles"][actor + "/admin"].fields.erase("until"); }}});
}

TEST_CASE("CRM access is given and taken by those who have it", "[rule rights]") {
  const auto flag = [](bool given) {
    return [=](State& state) { state["users"][subject].fields["crm_access"] = given; };
  };
  const auto with_access = [](State& state) {
    a_people_manager(state);
    state["users"][actor].fields["crm_access"] = true;
  };
  check("helpdesk", {{"without it", "this requires CRM access", a_people_manager, flag(true)},
                     {"to themselves", "this requires CRM access", a_people_manager,
                      [](State& state) { state["users"][actor].fields["crm_access"] = true; }},
                     {"with it", "", with_access, flag(true)},
                     {"an admin always has it", "", an_admin, flag(true)}});
}

TEST_CASE("a permission that can be held at other levels raises or lowers whoever holds it without one") {
  State before = acctl::state_of_pack("helpdesk");
  before["permissions"]["x.y"].fields["levels"] = {"restricted"};
  add_user(before, actor, "");
  add_user(before, subject, "");
  before["user_permissions"][actor + "/x.y"];
  before["user_permissions"][subject + "/x.y"].fields["level"] = "restricted";
  const auto effects = [&](const nlohmann::json& levels) {
    State after = before;
    after["permissions"]["x.y"].fields["levels"] = levels;
    const std::vector<Change> changes = diff(before, after);
    CHECK(access_scope(changes).permissions.contains("x.y"));
    std::string text;
    for (const acctl::Effect& effect : effects_between(before, changed(before, changes))) {
      text += effect.user;
      for (const std::string& gain : effect.gains) text += " +" + gain;
      for (const std::string& loss : effect.loses) text += " -" + loss;
    }
    return text;
  };
  CHECK(effects({"global", "restricted"}) == actor + " +x.y:global");
  CHECK(effects({"group", "restricted"}) == actor + " +x.y:group");
  before["permissions"]["x.y"].fields["levels"] = {"global", "restricted"};
  CHECK(effects({"restricted"}) == actor + " -x.y:global");
}
