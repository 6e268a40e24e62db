// What definitions clone from the pack of a tenant.
#include "provisioning/plan/template_clones.hpp"

#include "provisioning/base/error.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/plan/overlay.hpp"
#include "provisioning/plan/pack_state.hpp"
#include "tests/support/catch.hpp"

using acctl::Definitions;
using acctl::State;

namespace {

Definitions read(const std::string& text) { return acctl::read_definitions({{"f.yaml", "acctl: 1\n" + text}}); }

// Laid over what the pack seeds.
State laid(const std::string& text, const std::string& pack, const State& current) {
  return acctl::overlay(current, acctl::with_templates(read(text), current, pack), {.manager = "m", .only = {}}).state;
}

std::string refusal(const std::string& text, const std::string& pack) {
  try {
    acctl::with_templates(read(text), {}, pack);
  } catch (const acctl::Error& error) {
    std::string all = std::to_string(static_cast<int>(error.kind()));
    for (const auto& problem : error.diagnostics()) {
      all += " " + std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": " + problem.message;
    }
    return all;
  }
  return "";
}

}  // namespace

TEST_CASE("a clone of a template has its fields, and those that the files set") {
  for (const std::string pack : {"helpdesk", "msp", "conversational", "messaging"}) {
    INFO(pack);
    const State state = laid(
        "automations:\n  mine:\n    clone: pack:escalate-overdue\n    name: Mine\n    run_budget: 7\n"
        "forms:\n  bug: {clone: pack:report-a-problem}\n",
        pack, acctl::state_of_pack(pack));
    const auto& mine = state.at("automations").at("mine");
    CHECK(mine.manager == "m");
    CHECK(mine.fields.at("name") == "Mine");
    CHECK(mine.fields.at("run_budget") == 7);
    CHECK(mine.fields.at("trigger") == "ticket.sla_breached");
    CHECK(mine.fields.at("actions").size() == 3);
    CHECK(state.at("forms").at("bug").fields.at("published") == true);
    CHECK_FALSE(state.at("automations").contains("escalate-overdue"));
  }
}

TEST_CASE("a clone that is there already stays as it is, whatever its template says") {
  State current = acctl::state_of_pack("helpdesk");
  const std::string text = "automations: {mine: {clone: pack:escalate-overdue}}\n";
  current = laid(text, "helpdesk", current);
  current["automations"]["mine"].fields["run_budget"] = 9;
  CHECK(laid(text, "helpdesk", current)["automations"]["mine"].fields.at("run_budget") == 9);
  const State renamed =
      laid("automations: {new: {clone: pack:escalate-overdue, previously: [mine]}}\n", "helpdesk", current);
  CHECK(renamed.at("automations").at("new").fields.at("run_budget") == 9);
}

TEST_CASE("what a pack seeds can be cloned, too: a role with its permissions, and no system role") {
  State current = acctl::state_of_pack("helpdesk");
  current["role_permissions"].erase("support-agent/tickets.view");  // the tenant's own role has changed since
  const State state = laid(
      "roles:\n  senior:\n    clone: pack:support-agent\n    permissions: [+tickets.delete, -crm.edit]\n"
      "  chief: {clone: pack:admin, name: Chief}\n",
      "helpdesk", current);
  const auto& edges = state.at("role_permissions");
  CHECK(edges.at("senior/tickets.view").fields.at("level") == "global");
  CHECK(edges.at("senior/tickets.assign").fields.at("level") == "group");
  CHECK(edges.contains("senior/tickets.delete"));
  CHECK_FALSE(edges.contains("senior/crm.edit"));
  CHECK(edges.contains("chief/*"));
  CHECK(state.at("roles").at("chief").fields.at("system") == false);
}

TEST_CASE("a template that the pack does not have, or a pack that is not known, is refused at its place") {
  const std::string text = "automations:\n  a: {clone: pack:raise-alerts}\n  b: {clone: pack:escalate-overdue}\n";
  CHECK(refusal(text, "msp") == "");
  CHECK(refusal(text, "helpdesk").starts_with("1 3:14: pack helpdesk has no 'raise-alerts' among automations"));
  CHECK(refusal(text, "").find("4:14: which pack 'pack:escalate-overdue' is of is not known here") !=
        std::string::npos);
  CHECK(refusal("teams: {t: {name: T}}\n", "") == "");
}

TEST_CASE("what a template names and the tenant no longer has is a problem at the clone") {
  State current = acctl::state_of_pack("helpdesk");
  current["statuses"].erase("solved");
  for (const char* kind : {"automations", "sla_policies", "views"}) current.erase(kind);
  try {
    laid("automations:\n  ask: {clone: pack:ask-whether-solved}\n", "helpdesk", current);
    FAIL("nothing was refused");
  } catch (const acctl::Error& error) {
    REQUIRE(error.diagnostics().size() == 1);
    CHECK(error.diagnostics()[0].message == "there is no 'solved' among statuses");
    CHECK(error.diagnostics()[0].line == 3);
  }
}
