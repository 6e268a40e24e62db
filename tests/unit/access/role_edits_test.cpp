// Edits of roles by words, on states made by hand.
#include "provisioning/access/role_edits.hpp"

#include "provisioning/access/roles.hpp"
#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"

using acctl::Error;
using acctl::Notes;
using acctl::State;

namespace {

State desk() {
  State state;
  state["permissions"]["tickets.view"].fields["levels"] = {"group", "global"};
  state["permissions"]["tickets.edit"] = {};
  for (const char* role : {"agent", "lead"}) state["roles"][role].fields = {{"name", role}, {"scope", "organization"}};
  state["role_permissions"]["agent/tickets.view"].fields["level"] = "group";
  for (const char* user : {"ana@x.example", "ben@x.example", "cleo@x.example", "dora@x.example"}) {
    state["users"][user].status = "active";
  }
  return state;
}

std::vector<std::string> nobody(const std::string&) { return {}; }

std::string message_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was refused";
}

std::string until(const State& state, const std::string& edge) {
  const auto& fields = state.at("user_roles").at(edge).fields;
  return fields.contains("until") ? fields.at("until").get<std::string>() : "for ever";
}

}  // namespace

TEST_CASE("words for permissions: levels, signs, and what they cannot be") {
  const auto words = acctl::parse_permissions("--permission", {"+tickets.view:group", "-tickets.edit", "*"}, true);
  REQUIRE(words.size() == 3);
  CHECK((words[0].permission == "tickets.view" && words[0].level == "group" && !words[0].remove));
  CHECK((words[1].permission == "tickets.edit" && words[1].remove));
  CHECK(words[2].permission == "*");
  CHECK(message_of([] { acctl::parse_permissions("--permission", {"-tickets.view:group"}, true); }) ==
        "--permission: -tickets.view:group takes no level");
  CHECK(message_of([] { acctl::parse_permissions("--permission", {"tickets.view:"}); }) ==
        "--permission: '' is not a valid level");
  CHECK(message_of([] { acctl::parse_permissions("--permission", {"-tickets.view"}); }) ==
        "--permission: '-tickets.view' is not a valid permission: write resource.action in lower case, or \"*\"");
}

TEST_CASE("a permission without a level is the same as its widest") {
  State state = desk();
  acctl::set_permissions(state, "roles", "agent", {{"tickets.view", ""}});
  CHECK(state["role_permissions"]["agent/tickets.view"].fields.empty());
  acctl::set_permissions(state, "roles", "agent", {{"tickets.view", "global"}});
  CHECK(state["role_permissions"]["agent/tickets.view"].fields.empty());
  CHECK(acctl::differences(state, {{"tickets.view", ""}}, {{"tickets.view", "global"}}).empty());
  CHECK(acctl::differences(state, {{"tickets.view", "group"}}, {{"tickets.view", ""}}) ==
        std::vector<std::string>{"gives tickets.view at level group, not global"});
}

TEST_CASE("a role that is deleted hands its grants on, each to its later end") {
  State state = desk();
  auto& held = state["user_roles"];
  held["ana@x.example/agent"].fields["until"] = "2030-01-01T00:00:00Z";
  held["ben@x.example/agent"] = {};
  held["ben@x.example/lead"].fields["until"] = "2030-01-01T00:00:00Z";
  held["cleo@x.example/agent"].fields["until"] = "2031-01-01T00:00:00Z";
  held["cleo@x.example/lead"].fields["until"] = "2030-01-01T00:00:00Z";
  held["dora@x.example/agent"].fields["until"] = "2031-01-01T00:00:00Z";
  held["dora@x.example/lead"] = {};
  Notes notes;
  CHECK(message_of([&] { delete_roles(state, {"agent"}, "", notes); }) ==
        "role agent cannot be deleted: 4 users have it (ana@x.example, ben@x.example, cleo@x.example and 1 more)");
  delete_roles(state, {"agent", "agnt"}, "lead", notes);
  CHECK(until(state, "ana@x.example/lead") == "2030-01-01T00:00:00Z");
  CHECK(until(state, "ben@x.example/lead") == "for ever");
  CHECK(until(state, "cleo@x.example/lead") == "2031-01-01T00:00:00Z");
  CHECK(until(state, "dora@x.example/lead") == "for ever");
  CHECK(state["user_roles"].size() == 4);
  CHECK_FALSE(state["roles"].contains("agent"));
  CHECK(state["role_permissions"].empty());
  CHECK(notes.all() == std::set<std::string>{"there is no role 'agnt'; did you mean 'agent'?"});
}

TEST_CASE("a new role has the defaults of its kind, and a clone what its source gives") {
  State state = desk();
  acctl::create_object(state, {.kind = "roles", .key = "new", .fields = {{"name", "New"}}, .permissions = {}});
  CHECK(state["roles"]["new"].fields.at("scope") == "organization");
  CHECK(state["roles"]["new"].fields.at("system") == false);
  acctl::clone_role(
      state,
      {.source = "agent", .key = "copy", .name = "", .permissions = {{.permission = "tickets.edit", .level = {}}}});
  CHECK(state["roles"]["copy"].fields.at("name") == "Copy of agent");
  CHECK(acctl::find_permissions(state, "roles", "copy") ==
        acctl::PermissionSet{{"tickets.edit", ""}, {"tickets.view", "group"}});
  State pack;
  pack["roles"]["viewer"].fields["name"] = "Viewer";
  pack["role_permissions"]["viewer/endpoints.view"] = {};
  CHECK(message_of([&] {
          acctl::clone_role(state, {.source = "viewer", .key = "v", .name = {}, .permissions = {}, .pack = &pack});
        }) == "there is no permission 'endpoints.view'");
}

TEST_CASE("nothing is granted to strangers and to the suspended, all of them are named") {
  State state = desk();
  state["users"]["ben@x.example"].status = "suspended";
  Notes notes;
  const auto grant = [&](const std::vector<std::string>& emails) {
    return message_of([&] { grant_roles(state, {.roles = {"agent"}, .emails = emails, .until = {}}, nobody, notes); });
  };
  CHECK(grant({"x@x.example", "y@x.example"}) == "there is no user 'x@x.example'; there is no user 'y@x.example'");
  CHECK(grant({"ana@x.example", "ben@x.example"}) == "ben@x.example is suspended");
  CHECK(grant({"ana@x.example"}) == "nothing was refused");
}

TEST_CASE("the chief role is displayed as Admin while a tenant stands alone, and no other role is") {
  acctl::RoleSummary role{.key = "organization-admin", .name = "Organization admin", .scope = "organization"};
  role.system = role.everything = true;
  CHECK(displayed_name(role, true) == "Admin");
  CHECK(displayed_name(role, false) == "Organization admin");
  role.scope = "enterprise";
  CHECK(displayed_name(role, true) == "Organization admin");
  role.scope = "organization";
  role.everything = false;
  CHECK(displayed_name(role, true) == "Organization admin");
}
