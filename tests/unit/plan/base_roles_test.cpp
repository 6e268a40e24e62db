// Base roles: each user has exactly one.
#include "provisioning/plan/base_roles.hpp"

#include "provisioning/access/role_edits.hpp"
#include "tests/support/catch.hpp"

using acctl::Action;
using acctl::Change;
using acctl::Notes;
using acctl::State;

namespace {

const std::string ana = "ana@x.example";

State suite() {
  State state;
  for (const char* role : {"admin", "user"}) state["roles"][role].fields = {{"name", role}, {"base", true}};
  state["roles"]["extra"].fields = {{"name", "Extra"}, {"base", false}};
  state["users"][ana].status = "active";
  state["user_roles"][ana + "/user"] = {};
  return state;
}

std::vector<std::string> problems(const State& state, Change change) {
  return acctl::base_role_problems(state, {std::move(change)});
}

Change role_change(const std::string& role) {
  return {.action = Action::add, .kind = "user_roles", .key = ana + "/" + role};
}

std::string roles_of(const State& state) {
  std::string all;
  for (const auto& [key, edge] : state.at("user_roles"))
    all += key.substr(ana.size()) + (edge.fields.empty() ? "" : "*");
  return all;
}

State granted(std::vector<std::string> roles, const std::string& until = "") {
  State state = suite();
  Notes notes;
  acctl::grant_roles(
      state, {.roles = std::move(roles), .emails = {ana}, .until = until},
      [](const std::string&) { return std::vector<std::string>(); }, notes);
  return state;
}

}  // namespace

TEST_CASE("exactly one base role without an end, beside any others", "[rule rights]") {
  State state = suite();
  CHECK(problems(state, role_change("user")).empty());
  state["user_roles"][ana + "/extra"] = {};
  state["user_roles"][ana + "/admin"].fields["until"] = "2031-01-01T00:00:00Z";
  CHECK(problems(state, role_change("extra")).empty());
  state["user_roles"][ana + "/admin"].fields.clear();
  CHECK(problems(state, role_change("admin")) ==
        std::vector<std::string>{ana + " needs exactly one of the roles admin, user that does not expire"});
  state["user_roles"] = {};
  CHECK(problems(state, role_change("user")).size() == 1);
  CHECK(problems(state, {.action = Action::add, .kind = "users", .key = ana}).size() == 1);
}

TEST_CASE("a base role is not asked of who is suspended or gone, of whom the plan leaves alone, or where there is none",
          "[rule rights]") {
  State state = suite();
  state["user_roles"] = {};
  CHECK(problems(state, {.action = Action::change, .kind = "users", .key = ana}).empty());
  state["users"][ana].status = "suspended";
  CHECK(problems(state, role_change("user")).empty());
  state["users"] = {};
  CHECK(problems(state, role_change("user")).empty());
  state = suite();
  state["user_roles"] = {};
  for (auto& [key, role] : state["roles"]) role.fields["base"] = false;
  CHECK(problems(state, role_change("user")).empty());
}

TEST_CASE("granting a base role replaces the one that a user has, for a time it is added") {
  CHECK(roles_of(granted({"admin"})) == "/admin");
  CHECK(roles_of(granted({"extra"})) == "/extra/user");
  CHECK(roles_of(granted({"user"})) == "/user");
  CHECK(roles_of(granted({"admin"}, "2031-01-01T00:00:00Z")) == "/admin*/user");
  // Two of them at once are left for the guard to refuse.
  CHECK(roles_of(granted({"admin", "user"})) == "/admin/user");
}

TEST_CASE("who names no base role gets the one that does not give everything, if that is no choice") {
  State state = suite();
  CHECK(acctl::default_base_role(state) == "");
  state["role_permissions"]["admin/*"] = {};
  CHECK(acctl::default_base_role(state) == "user");
  state["roles"]["extra"].fields["base"] = true;
  CHECK(acctl::default_base_role(state) == "");
  CHECK(acctl::default_base_role({}) == "");
  CHECK(acctl::names_base_role({"admin", "user"}, {"night", "user"}));
  CHECK_FALSE(acctl::names_base_role({"admin", "user"}, {"night"}));
  CHECK_FALSE(acctl::names_base_role({}, {"user"}));
}
