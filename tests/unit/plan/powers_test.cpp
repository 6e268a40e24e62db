// What people are given, what of it counts, and what one has beyond another.
#include "provisioning/plan/powers.hpp"

#include "provisioning/plan/grants.hpp"
#include "provisioning/plan/renames.hpp"
#include "tests/support/catch.hpp"

using acctl::State;

namespace {

const std::string cleo_address = "cleo@x.example";

// cleo_address holds `agent` until July, `lead` without an end, a template, and a permission directly.
State staffed() {
  State state;
  state["permissions"]["tickets.view"].fields["levels"] = {"group", "global"};
  state["permissions"]["crm.view"];
  state["roles"]["agent"];
  state["roles"]["lead"].fields = {{"system", true}, {"scope", "enterprise"}};
  state["role_permissions"]["agent/tickets.view"].fields["level"] = "group";
  state["role_permissions"]["lead/roles.manage"];
  state["role_template_permissions"]["basic/reports.view"];
  state["users"][cleo_address].status = "active";
  state["users"][cleo_address].fields = {{"role_template", "basic"}, {"crm_access", false}};
  state["user_roles"][cleo_address + "/agent"].fields["until"] = "2030-07-01T00:00:00Z";
  state["user_roles"][cleo_address + "/lead"];
  state["user_permissions"][cleo_address + "/crm.view"];
  return state;
}

std::string keys_in(const acctl::Holdings& holdings) {
  std::string all;
  for (const auto& [permission, holding] : holdings) {
    all += (all.empty() ? "" : " ") + permission + (holding.level.empty() ? "" : ":" + holding.level);
  }
  return all;
}

}  // namespace

TEST_CASE("crm permissions are given without CRM access, and count only with it") {
  State state = staffed();
  CHECK(keys_in(grants_of_user(state, cleo_address)) == "crm.view reports.view roles.manage tickets.view:group");
  CHECK(keys_in(latent_holdings(state, cleo_address)) == "reports.view roles.manage tickets.view:group");
  state["users"][cleo_address].fields["crm_access"] = true;
  CHECK(keys_in(latent_holdings(state, cleo_address)) == "crm.view reports.view roles.manage tickets.view:group");
  CHECK(has_crm_access(state, cleo_address));
}

TEST_CASE("suspended people hold nothing, and would hold everything again") {
  State state = staffed();
  state["users"][cleo_address].status = "suspended";
  CHECK(holdings_of_user(state, cleo_address).empty());
  CHECK_FALSE(latent_holdings(state, cleo_address).empty());
}

TEST_CASE("without a level a permission is held at its widest one") {
  const State state = staffed();
  CHECK(widest_level(state, "tickets.view") == "global");
  CHECK(widest_level(state, "crm.view").empty());
  CHECK(acctl::at_level(state, "tickets.view", "").holdings.at("tickets.view").level == "global");
}

TEST_CASE("what expires is not given for longer") {
  const State state = staffed();
  CHECK(acctl::powers_given(state, cleo_address, "2030-06-01T00:00:00Z").holdings.contains("tickets.view"));
  CHECK_FALSE(acctl::powers_given(state, cleo_address, "2030-08-01T00:00:00Z").holdings.contains("tickets.view"));
  CHECK_FALSE(acctl::powers_given(state, cleo_address, "").holdings.contains("tickets.view"));
}

TEST_CASE("a surplus is named: the enterprise first, then everything, a permission, and the right to create roles") {
  const State state = staffed();
  const acctl::Powers lead = acctl::powers_of_role(state, "lead");
  const acctl::Powers agent = acctl::powers_of_role(state, "agent");
  CHECK(find_surplus(lead, agent) == "a role of the entire enterprise");
  CHECK(find_surplus(agent, lead) == "tickets.view:group");
  CHECK(find_surplus(agent, agent).empty());
  CHECK(find_surplus(acctl::at_level(state, "tickets.view", "global"), agent) == "tickets.view:global");
  acctl::Powers all{.holdings = {{"*", {}}}};
  CHECK(find_surplus(all, agent) == "everything");
  all.enterprise = true;
  CHECK(find_surplus(lead, all) == "the right to create roles");
}

TEST_CASE("renames lead from new keys to old ones and back, for members through both ends") {
  const acctl::Renames renames = {{"teams", {{"now", "then"}}}, {"users", {{"new@x.example", "old@x.example"}}}};
  CHECK(acctl::key_before(renames, "teams", "now") == "then");
  CHECK(acctl::key_before(renames, "roles", "now") == "now");
  CHECK(acctl::address_before(renames, "team_members", "now/new@x.example") == "then/old@x.example");
  State state;
  state["team_members"]["then/old@x.example"];
  CHECK(aligned(state, renames)["team_members"].contains("now/new@x.example"));
}
