// What an import makes of the members of lists, laid over states made by hand.
#include "provisioning/plan/overlay.hpp"
#include "tests/support/catch.hpp"

using acctl::Declaration;
using acctl::DeclaredList;
using acctl::Definitions;
using acctl::ListEntry;
using acctl::State;

namespace {

State tenant() {
  State state;
  for (const char* permission : {"tickets.edit", "tickets.view"}) {
    state["permissions"][permission].fields["levels"] = nlohmann::json::array({"global", "group"});
  }
  for (const char* role : {"agent", "lead", "left"}) state["roles"][role].fields["name"] = role;
  state["role_permissions"]["agent/tickets.view"].fields["level"] = "group";
  state["role_permissions"]["agent/tickets.edit"];
  state["role_permissions"]["lead/tickets.view"];
  return state;
}

// The same as tenant(), as an export says it; `left` is in no list.
Definitions whole() {
  Definitions definitions;
  for (const char* role : {"agent", "lead", "left"}) {
    Declaration& declaration = definitions.objects["roles"][role];
    declaration.fields["name"] = {role, {}};
    declaration.place = {"export.yaml", 3, 1};
  }
  definitions.objects["roles"]["agent"].lists["permissions"].entries = {
      {.key = "tickets.edit", .level = {}, .place = {}}, {.key = "tickets.view", .level = "group", .place = {}}};
  definitions.objects["roles"]["lead"].lists["permissions"].entries = {
      {.key = "tickets.view", .level = {}, .place = {}}};
  return definitions;
}

DeclaredList& permissions_of(Definitions& definitions, const std::string& role) {
  return definitions.objects["roles"][role].lists["permissions"];
}

std::string held(const State& state) {
  std::string all;
  for (const auto& [key, member] : acctl::all_of_kind(state, "role_permissions")) {
    const std::string level = acctl::find_field_text(member, "level");
    const std::string until = acctl::find_field_text(member, "until");
    all += (all.empty() ? "" : " ") + acctl::with_level(key, level) + (until.empty() ? "" : "@" + until);
  }
  return all;
}

std::string imported(const State& before, const Definitions& definitions) {
  return held(acctl::replacement(before, definitions).state);
}

}  // namespace

TEST_CASE("an import of what is there shares the members of lists, which takes no memory twice") {
  const State before = tenant();
  const State after = acctl::replacement(before, whole()).state;
  CHECK(after.at("role_permissions").is_same(before.at("role_permissions")));
}

TEST_CASE("an import leaves exactly the members that its lists give", "[promise 6]") {
  const State before = tenant();
  const std::string all = "agent/tickets.edit agent/tickets.view:group lead/tickets.view";
  CHECK(imported(before, whole()) == all);

  Definitions other_level = whole();
  permissions_of(other_level, "agent").entries[1].level = "global";
  CHECK(imported(before, other_level) == "agent/tickets.edit agent/tickets.view:global lead/tickets.view");

  Definitions fewer = whole();
  permissions_of(fewer, "agent").entries.pop_back();
  CHECK(imported(before, fewer) == "agent/tickets.edit lead/tickets.view");

  Definitions more = whole();
  permissions_of(more, "left").entries = {{.key = "tickets.edit", .level = {}, .place = {}}};
  CHECK(imported(before, more) == all + " left/tickets.edit");

  Definitions without_list = whole();
  without_list.objects["roles"]["agent"].lists.clear();
  CHECK(imported(before, without_list) == "lead/tickets.view");

  Definitions without_role = whole();
  without_role.objects["roles"].erase("agent");
  CHECK(imported(before, without_role) == "lead/tickets.view");

  // "+" adds to nothing: what the file does not say goes.
  Definitions relative = whole();
  permissions_of(relative, "agent").relative = true;
  permissions_of(relative, "agent").entries.pop_back();
  CHECK(imported(before, relative) == "agent/tickets.edit lead/tickets.view");
}

TEST_CASE("an import keeps what is held for a time, and gives for ever what its lists give", "[promise 6]") {
  State before = tenant();
  before["users"]["ana@acme.example"].fields["name"] = "Ana";
  before["user_roles"]["ana@acme.example/lead"].fields["until"] = "2999-01-01T00:00:00Z";
  before["user_roles"]["ana@acme.example/left"].fields["until"] = "2999-01-01T00:00:00Z";
  const auto roles_of = [&](const Definitions& definitions) {
    std::string all;
    const State after = acctl::replacement(before, definitions).state;
    for (const auto& [key, member] : acctl::all_of_kind(after, "user_roles")) {
      all += (all.empty() ? "" : " ") + key + (member.fields.contains("until") ? "@" : "");
    }
    return all;
  };
  Definitions definitions = whole();
  Declaration& ana = definitions.objects["users"]["ana@acme.example"];
  ana.fields["name"] = {"Ana", {}};
  ana.lists["roles"].entries = {{.key = "lead", .level = {}, .place = {}}};
  CHECK(roles_of(definitions) == "ana@acme.example/lead ana@acme.example/left@");
  ana.lists["roles"].entries.clear();
  CHECK(roles_of(definitions) == "ana@acme.example/lead@ ana@acme.example/left@");
  // With the role goes what was held of it.
  definitions.objects["roles"].erase("left");
  CHECK(roles_of(definitions) == "ana@acme.example/lead@");
  definitions.objects["users"].clear();
  definitions.objects["users"]["ben@acme.example"].fields["name"] = {"Ben", {}};
  CHECK(roles_of(definitions).empty());
}
