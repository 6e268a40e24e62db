// What bounds whoever acts in a tenant (--as) beside the powers of others: their own standing, the plan, the kinds.
#include <set>

#include "provisioning/plan/authorization.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/effects.hpp"
#include "provisioning/plan/pack_state.hpp"
#include "tests/support/catch.hpp"

using acctl::Change;
using acctl::State;

namespace {

const std::string worker = "worker@acme.example";

// Pack helpdesk with the worker, who holds `permissions` directly, or a role.
State helpdesk(const std::set<std::string>& permissions, const std::string& role = "",
               const std::string& status = "active") {
  State state = acctl::state_of_pack("helpdesk");
  state["users"][worker].status = status;
  state["users"][worker].fields["idp"] = "local";
  state["users"][worker].fields["crm_access"] = false;
  for (const std::string& permission : permissions) state["user_permissions"][worker + "/" + permission];
  if (!role.empty()) state["user_roles"][worker + "/" + role];
  return state;
}

struct Given {
  std::set<std::string> features = {"custom_roles"};
  std::vector<Change> adoptions = {};
};

std::string problems(const State& before, const std::function<void(State&)>& edit, const Given& given = {}) {
  State after = before;
  edit(after);
  std::string all;
  for (const std::string& one : exceeding(worker, given.features, before, after,
                                          {.changes = diff(before, after),
                                           .adoptions = given.adoptions,
                                           .effects = acctl::effects_between(before, after),
                                           .prunable = {}})) {
    all += one + "\n";
  }
  return all;
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

void add_status(State& state) { state["statuses"]["extra"].fields["name"] = "Extra"; }
void add_role(State& state) { state["roles"]["extra"].fields["name"] = "Extra"; }
void add_permission(State& state) { state["permissions"]["x.y"].fields["category"] = "X"; }

}  // namespace

TEST_CASE("only admins decide where users sign in, and where the links of invitations lead", "[rule rights]") {
  const auto enforce = [](State& state) { state["settings"]["sso.enforced"].fields["value"] = true; };
  const auto redirect = [](State& state) {
    state["idp"]["entra"].fields = {{"name", "Sign-in"}, {"issuer", "https://x.example"}, {"client_id", "x"}};
  };
  for (const std::function<void(State&)>& edit : {std::function<void(State&)>(enforce), {redirect}}) {
    CHECK(
        says(problems(helpdesk({"settings.manage", "settings.edit", "users.manage"}), edit), "this requires an admin"));
    CHECK(problems(helpdesk({"*"}), edit).empty());
  }
  const auto write = [](const std::string& html) {
    return [html](State& state) {
      state["email_templates"]["invitation"].fields = {{"subject", "Hi"}, {"text", "{{link}}"}, {"html", html}};
    };
  };
  const State editor = helpdesk({"settings.manage"});
  CHECK(problems(editor, write("<a href=\"{{link}}\">Accept</a>")).empty());
  const std::string posted = "<form action=\"https://x.example/\"><p>{{link}}</p></form>";
  CHECK(
      says(problems(editor, write(posted)), "<form> beside {{link}} could take it elsewhere, which requires an admin"));
  CHECK(problems(helpdesk({"*"}), write(posted)).empty());
  const auto tell = [](State& state) {
    state["email_templates"]["invitation"].fields = {{"subject", "Hi"}, {"text", "https://x.example/{{link}}"}};
  };
  CHECK(says(problems(editor, tell), "{{link}} is part of another address, which requires an admin"));
}

TEST_CASE("whoever acts is an active user of the tenant, with a right to each thing that changes", "[rule rights]") {
  CHECK(problems(helpdesk({"fields.manage"}), add_status).empty());
  CHECK(problems(helpdesk({"settings.manage"}), add_status).empty());
  CHECK(says(problems(helpdesk({"users.manage"}), add_status), "this requires fields.manage or settings.manage"));
  // The catalogue is an admin's.
  CHECK(says(problems(helpdesk({"users.manage", "settings.manage"}), add_permission), "this requires an admin"));
  CHECK(problems(helpdesk({}, "admin"), add_permission).empty());
  for (const char* status : {"invited", "suspended"}) {
    CHECK(says(problems(helpdesk({}, "admin", status), add_status), "not active"));
  }
  CHECK(says(problems(acctl::state_of_pack("helpdesk"), add_status), "is not a user of the tenant"));
  CHECK(problems(helpdesk({}, "admin"), add_role).empty());
  CHECK(says(problems(helpdesk({}, "admin"), add_role, {.features = {}}), "the tenant's plan has no custom roles"));
  // Taking over is changing who may remove it.
  const Change adoption{
      .action = acctl::Action::change, .kind = "priorities", .key = "low", .fields = {{"manager", {nullptr, "mine"}}}};
  const auto nothing = [](State&) {};
  CHECK(says(problems(helpdesk({"teams.manage"}), nothing, {.adoptions = {adoption}}), "take over priorities/low"));
  CHECK(problems(helpdesk({"fields.manage"}), nothing, {.adoptions = {adoption}}).empty());
}

TEST_CASE("a right to configuration is held at the widest level", "[rule rights]") {
  const auto with = [](const std::string& level) {
    State state = helpdesk({"fields.manage"});
    state["permissions"]["fields.manage"].fields["levels"] = {"global", "group"};
    if (!level.empty()) state["user_permissions"][worker + "/fields.manage"].fields["level"] = level;
    return state;
  };
  CHECK(problems(with(""), add_status).empty());
  CHECK(problems(with("global"), add_status).empty());
  CHECK(says(problems(with("group"), add_status), "this requires fields.manage or settings.manage at level global"));
  // A role that gives roles.manage at a narrower level makes nobody an account admin.
  for (const std::string level : {"global", "group"}) {
    State state = helpdesk({}, "maker");
    state["permissions"]["roles.manage"].fields["levels"] = {"global", "group"};
    state["roles"]["maker"].fields = {{"name", "Maker"}, {"system", true}};
    state["role_permissions"]["maker/roles.manage"].fields["level"] = level;
    CHECK(says(problems(state, add_role), "requires an account admin") == (level == "group"));
  }
}

TEST_CASE("nobody acts themselves out", "[rule rights]") {
  const State admin = helpdesk({}, "admin");
  CHECK(says(problems(admin, [](State& state) { remove_object(state, "users", worker); }), "delete themselves"));
  CHECK(says(problems(admin, [](State& state) { state["users"][worker].status = "suspended"; }), "suspend themselves"));
  CHECK(says(problems(admin, [](State& state) { state["user_roles"].erase(worker + "/admin"); }),
             "take * from themselves"));
  const State manager = helpdesk({"users.manage", "users.view", "tickets.view"});
  CHECK(says(problems(manager, [](State& state) { state["user_permissions"].erase(worker + "/users.manage"); }),
             "take users.manage from themselves"));
  // What administers nothing they may give up.
  CHECK(problems(manager, [](State& state) { state["user_permissions"].erase(worker + "/tickets.view"); }).empty());
  // Everything is left, by a role of their own that makes none.
  State maker = admin;
  maker["roles"]["copy"].fields["name"] = "Copy";
  maker["role_permissions"]["copy/*"];
  maker["user_roles"][worker + "/copy"];
  CHECK(says(problems(maker, [](State& state) { state["user_roles"].erase(worker + "/admin"); }),
             "take the right to create roles from themselves"));
}

TEST_CASE("what an edit reads says who may ask for it", "[rule rights]") {
  const auto keys = [](const acctl::Scope& scope) {
    std::string all;
    for (const std::string_view key : keys_to_read(scope)) all += (all.empty() ? "" : " ") + std::string(key);
    return all;
  };
  CHECK(keys({.kinds = {"roles", "statuses"}}) == "users.view users.manage");
  CHECK(keys({.kinds = {"permissions"}}) == "users.view users.manage");
  CHECK(keys({.kinds = {}, .everybody = true}) == "users.view users.manage");
  CHECK(keys({.kinds = {"teams"}}) == "teams.manage users.manage users.view");
  CHECK(keys({.kinds = {"statuses", "priorities"}}) == "fields.manage settings.manage");
  CHECK(keys({.kinds = {"protections"}}).empty());
  // Who is in a team, and whether somebody is a user, is about people.
  CHECK(keys({.kinds = {"teams"}, .teams = {"first"}}) == "users.view users.manage");
  CHECK(keys({.kinds = {"views"}, .users = {worker}}) == "users.view users.manage");
  CHECK(keys({.kinds = {"teams"}, .all_members = true}) == "users.view users.manage");
}
