// Permissions as a command line names them, against a catalogue.
#include "provisioning/access/permission_words.hpp"

#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"

using acctl::PermissionSet;
using acctl::State;

namespace {

State catalogue_of_tickets() {
  State state;
  state["permissions"]["tickets.view"].fields["levels"] = {"group", "global"};
  state["permissions"]["tickets.edit"];
  state["role_permissions"]["agent/tickets.view"].fields["level"] = "group";
  return state;
}

}  // namespace

TEST_CASE("a permission is named with a level, and with a sign only where signs are allowed") {
  const auto words = acctl::parse_permissions("--p", {"tickets.view:group", "-tickets.edit", "+x.y"}, true);
  CHECK(words[0].level == "group");
  CHECK(words[1].remove);
  CHECK(words[2].permission == "x.y");
  CHECK_THROWS(acctl::parse_permissions("--p", {"-tickets.edit"}));
  CHECK_THROWS(acctl::parse_permissions("--p", {"tickets.view:all"}));
  CHECK_THROWS(acctl::parse_permissions("--p", {"-tickets.view:group"}, true));
  CHECK(with_words({{"tickets.edit", ""}}, words) == PermissionSet{{"tickets.view", "group"}, {"x.y", ""}});
}

TEST_CASE("a permission or level that the catalogue lacks is named") {
  const State state = catalogue_of_tickets();
  const auto lacks = [&](const PermissionSet& permissions, const std::string& what) {
    try {
      check_catalogue(state, permissions);
    } catch (const acctl::Error& error) {
      std::string said = error.what();
      for (const acctl::Diagnostic& diagnostic : error.diagnostics()) said += "\n" + diagnostic.message;
      return said.find(what) != std::string::npos;
    }
    return false;
  };
  CHECK_NOTHROW(check_catalogue(state, {{"tickets.view", "global"}, {"tickets.edit", ""}}));
  CHECK(lacks({{"tickets.veiw", ""}}, "there is no permission 'tickets.veiw'"));
  CHECK(lacks({{"tickets.view", "restricted"}}, "permission tickets.view has no level restricted"));
  CHECK(lacks({{"tickets.edit", "group"}}, "permission tickets.edit has no level group"));
}

TEST_CASE("a level that equals the widest one is no difference and no change") {
  State state = catalogue_of_tickets();
  CHECK(differences(state, {{"tickets.view", ""}}, {{"tickets.view", "global"}}).empty());
  CHECK(differences(state, {{"tickets.view", "group"}}, {{"tickets.view", ""}}).size() == 1);
  CHECK(differences(state, {{"tickets.edit", ""}}, {}).front() == "also gives tickets.edit");
  set_permissions(state, "roles", "agent", {{"tickets.view", ""}, {"tickets.edit", ""}});
  CHECK(find_permissions(state, "roles", "agent") == PermissionSet{{"tickets.view", ""}, {"tickets.edit", ""}});
  set_permissions(state, "roles", "agent", {{"tickets.view", "global"}});
  CHECK(find_permissions(state, "roles", "agent") == PermissionSet{{"tickets.view", ""}});
}
