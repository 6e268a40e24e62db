// The packs prove themselves: each seeds all that a tenant begins with, and its roles do what the documents that it was
// made from say. What those say of users is tried here, for a pack has none.
#include "provisioning/definitions/packs.hpp"

#include <algorithm>
#include <set>

#include "provisioning/definitions/definitions.hpp"
#include "provisioning/definitions/pack_documents.hpp"
#include "provisioning/model/documents.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/effects.hpp"
#include "provisioning/plan/overlay.hpp"
#include "provisioning/tenants/template_database.hpp"
#include "tests/support/catch.hpp"

using acctl::Holdings;
using acctl::Object;
using acctl::State;

namespace {

acctl::Definitions definitions_of(const std::string& pack) {
  const std::string text(acctl::require_pack(pack).yaml);
  return acctl::read_definitions({{"pack " + pack, text}}, {.references = acctl::References::closed});
}

State state_of(const std::string& pack) { return declared_state(definitions_of(pack)); }

// "admin support-agent": the keys of `kind` that fulfil `condition`.
template <class Condition>
std::string keys(const State& state, const std::string& kind, Condition condition) {
  std::string all;
  for (const auto& [key, object] : state.at(kind)) {
    if (condition(key, object)) all += (all.empty() ? "" : " ") + key;
  }
  return all;
}

bool any(const std::string&, const Object&) { return true; }

// What is held, with its level: "conversations.view:group".
std::set<std::string> held(const Holdings& holdings) {
  std::set<std::string> all;
  for (const auto& [permission, holding] : holdings) {
    all.insert(permission + (holding.level.empty() ? "" : ":" + holding.level));
  }
  return all;
}

struct Person {
  std::string role;
  std::string role_template;
  bool crm = false;
  std::string status = "active";
};

// What somebody like that may do in `state`; "*" stands for everything.
Holdings holdings_of(State state, const Person& person) {
  Object& user = state["users"]["ana@acme.example"];
  user.status = person.status;
  user.fields["status"] = person.status;
  user.fields["crm_access"] = person.crm;
  if (!person.role_template.empty()) user.fields["role_template"] = person.role_template;
  state["user_roles"]["ana@acme.example/" + person.role];
  return holdings_of_user(state, "ana@acme.example");
}

// A role of the tenant's own with these permissions.
State with_role(State state, const std::vector<std::pair<std::string, std::string>>& permissions) {
  state["roles"]["custom"].fields["name"] = "Custom";
  for (const auto& [permission, level] : permissions) {
    Object& edge = state["role_permissions"]["custom/" + permission];
    if (!level.empty()) edge.fields["level"] = level;
  }
  return state;
}

}  // namespace

TEST_CASE("four packs ship with acctl") {
  CHECK(acctl::pack_names() == std::vector<std::string>{"conversational", "helpdesk", "messaging", "msp"});
}

TEST_CASE("the tests of every pack pass, and speak of each of its roles and role templates") {
  for (const std::string& pack : acctl::pack_names()) {
    const acctl::Definitions definitions = definitions_of(pack);
    const State state = declared_state(definitions);
    std::set<std::string> spoken;
    for (const acctl::TestResult& result : run_tests(state, definitions.tests)) {
      INFO(pack << ":" << result.test.place.line);
      CHECK(result.failures == std::vector<std::string>());
      spoken.insert(result.test.subject());
    }
    for (const char* kind : {"roles", "role_templates"}) {
      const auto objects = state.find(kind);
      if (objects == state.end()) continue;
      for (const auto& [key, object] : objects->second) {
        INFO(pack << " " << kind << "/" << key);
        CHECK(spoken.contains(std::string(kind) + "/" + key));
      }
    }
  }
}

TEST_CASE("every pack seeds all that a tenant begins with") {
  for (const std::string& pack : acctl::pack_names()) {
    INFO(pack);
    const State state = state_of(pack);
    for (const char* kind : {"statuses", "priorities", "permissions", "roles", "email_templates", "business_hours",
                             "kb_categories", "projects", "views", "automations", "forms", "settings"}) {
      INFO(kind);
      CHECK(state.contains(kind));
    }
    const auto is_default = [](const Object& object) { return object.fields.at("default") == true; };
    for (const char* subject : {"ticket", "item"}) {
      const auto of = [&](const Object& status) { return status.fields.at("applies_to") == subject; };
      const std::string defaults =
          keys(state, "statuses", [&](const auto&, const Object& status) { return of(status) && is_default(status); });
      CHECK((!defaults.empty() && defaults.find(' ') == std::string::npos));
      for (const char* category : {"open", "pending", "done"}) {
        CHECK_FALSE(keys(state, "statuses", [&](const auto&, const Object& status) {
                      return of(status) && status.fields.at("category") == category;
                    }).empty());
      }
    }
    CHECK(keys(state, "priorities", [&](const auto&, const Object& object) { return is_default(object); }) == "normal");
    for (const char* mail : {"invitation", "invitation-resent", "deactivated", "reactivated", "magic-link"}) {
      INFO(mail);
      CHECK(state.at("email_templates").contains(mail));
    }
    for (const char* setting :
         {"branding.colour", "branding.logo", "branding.portal_title", "locale", "time_zone", "session.hours",
          "sso.enforced", "invitations.expire_days", "support.default_business_hours"}) {
      INFO(setting);
      CHECK(state.at("settings").contains(setting));
    }
    CHECK(state.at("settings").at("support.default_business_hours").fields.at("value") == "office-hours");
    CHECK(keys(state, "projects", any) == "sample-project");
    CHECK(keys(state, "views", [](const auto&, const Object& view) {
            const auto project = view.fields.find("project");
            return project != view.fields.end() && project->second == "sample-project";
          }) == "sample-board sample-calendar sample-chart sample-list sample-timeline");
  }
}

TEST_CASE("every pack carries automations and forms to clone, beside what it seeds") {
  for (const acctl::Pack& pack : acctl::packs()) {
    INFO(pack.name);
    const acctl::Definitions seeded = acctl::read_pack(pack);
    const acctl::Definitions carried = acctl::read_starters(pack, seeded);
    CHECK(carried.objects.at("automations").size() >= 3);
    CHECK(carried.objects.at("forms").size() >= 3);
    CHECK(carried.objects.at("automations").contains("escalate-overdue"));
    for (const auto& [kind, objects] : carried.objects) {
      CHECK(acctl::find_kind(kind)->clonable);
      // A key means one thing.
      for (const auto& [key, object] : objects) CHECK_FALSE(seeded.objects.at(kind).contains(key));
    }
    CHECK(acctl::read_pack_summary(pack).starts_with("The pack of a "));
  }
  CHECK(acctl::clonable_keys("automations").contains("escalate-overdue"));
  CHECK(acctl::clonable_keys("roles").contains("support-agent"));
  CHECK_FALSE(acctl::clonable_keys("automations").contains("nosuch"));
}

TEST_CASE("the roles of each pack, and which of them are seeded for good") {
  const auto seeded = [](const State& state) {
    return keys(state, "roles", [](const auto&, const Object& role) { return role.fields.at("system") == true; });
  };
  const auto admins = [](const State& state) {
    return keys(state, "roles",
                [&](const auto& key, const Object&) { return holdings_of_role(state, key).contains("*"); });
  };
  const State helpdesk = state_of("helpdesk");
  CHECK(keys(helpdesk, "roles", any) == "admin support-agent team-lead");
  CHECK(seeded(helpdesk) == "admin");
  CHECK(admins(helpdesk) == "admin");

  const State msp = state_of("msp");
  CHECK(keys(msp, "roles", any) == "enterprise-admin manager organization-admin viewer");
  CHECK(seeded(msp) == "enterprise-admin manager organization-admin viewer");
  CHECK(admins(msp) == "enterprise-admin organization-admin");
  CHECK(keys(msp, "roles", [](const auto&, const Object& role) { return role.fields.at("scope") == "enterprise"; }) ==
        "enterprise-admin");

  const State conversational = state_of("conversational");
  CHECK(keys(conversational, "roles", any) == "admin user");
  CHECK(seeded(conversational) == "admin user");
  CHECK(admins(conversational) == "admin");
  CHECK(keys(conversational, "role_templates", any) == "integrator manager support-agent");

  const State messaging = state_of("messaging");
  CHECK(keys(messaging, "roles", any) ==
        "account-admin administrator marketing-manager marketing-user restricted-user sales-manager sales-user "
        "support-agent support-manager");
  CHECK(seeded(messaging) == keys(messaging, "roles", any));
  CHECK(admins(messaging) == "account-admin");
}

TEST_CASE("the permissions that acctl itself goes by are in every catalogue") {
  for (const std::string& pack : acctl::pack_names()) {
    const State state = state_of(pack);
    for (const char* permission :
         {"*", "users.view", "users.manage", "roles.manage", "teams.manage", "settings.view"}) {
      INFO(pack << " " << permission);
      CHECK(state.at("permissions").contains(permission));
    }
  }
}

TEST_CASE("msp: the viewer is the least elevated role, and the manager is limited") {
  const State state = state_of("msp");
  const Holdings viewer = holdings_of_role(state, "viewer");
  const Holdings manager = holdings_of_role(state, "manager");
  for (const auto& [permission, holding] : viewer) {
    INFO(permission);
    CHECK(permission.ends_with(".view"));
    CHECK(manager.contains(permission));
  }
  CHECK(viewer.size() < manager.size());
  CHECK(manager.size() < state.at("permissions").size());
}

TEST_CASE("conversational: a category and an action each") {
  const State state = state_of("conversational");
  std::set<std::string> all = {"*", "crm.view", "crm.edit", "roles.manage", "teams.manage", "analytics.export"};
  for (const char* category : {"conversations", "settings", "users", "analytics", "integrations", "experiments"}) {
    for (const char* action : {"view", "create", "edit", "delete", "manage"}) {
      all.insert(std::string(category) + "." + action);
    }
  }
  std::set<std::string> catalogue;
  for (const auto& [key, object] : state.at("permissions")) catalogue.insert(key);
  CHECK(catalogue == all);
}

TEST_CASE("conversational: exporting metrics is a permission of its own, which reads and changes nothing") {
  const State state = state_of("conversational");
  const Holdings manager = holdings_of_template(state, "manager");
  CHECK(manager.contains("analytics.export"));
  CHECK_FALSE(manager.contains("analytics.manage"));
  CHECK_FALSE(holdings_of_role(state, "user").contains("analytics.export"));
}

TEST_CASE("conversational: admin and user are the base roles, and no other pack has any") {
  const auto base = [](const State& state) {
    return keys(state, "roles", [](const auto&, const Object& role) { return role.fields.at("base") == true; });
  };
  for (const std::string& pack : acctl::pack_names()) {
    INFO(pack);
    CHECK(base(state_of(pack)) == (pack == "conversational" ? "admin user" : ""));
  }
}

TEST_CASE("plain \"Admin\" is a rule of the MSP suite alone") {
  for (const std::string& pack : acctl::pack_names()) CHECK(acctl::shows_plain_admin(pack) == (pack == "msp"));
}

TEST_CASE("conversational: turning CRM access off takes the CRM records away and nothing else") {
  const State state = state_of("conversational");
  std::set<std::string> with = held(holdings_of(state, {.role = "user", .crm = true}));
  const std::set<std::string> without = held(holdings_of(state, {.role = "user", .crm = false}));
  CHECK(with.erase("crm.view") + with.erase("crm.edit") == 2);
  CHECK(with == without);
}

TEST_CASE("conversational: admins always have CRM access") {
  CHECK(held(holdings_of(state_of("conversational"), {.role = "admin", .crm = false})).contains("*"));
}

TEST_CASE("conversational: a template's permissions apply in addition to the base role") {
  const State state = state_of("conversational");
  const std::set<std::string> user = held(holdings_of(state, {.role = "user"}));
  std::set<std::string> both = user;
  both.merge(held(holdings_of_template(state, "integrator")));
  CHECK(held(holdings_of(state, {.role = "user", .role_template = "integrator"})) == both);
  CHECK(both.size() == user.size() + 10);
}

TEST_CASE("conversational: who is suspended cannot take actions") {
  CHECK(holdings_of(state_of("conversational"), {.role = "admin", .status = "suspended"}).empty());
}

TEST_CASE("messaging: an administrator holds everything but creating custom roles, at the widest level") {
  const State state = state_of("messaging");
  const Holdings administrator = holdings_of_role(state, "administrator");
  const Holdings owner = holdings_of_role(state, "account-admin");
  CHECK(owner.size() == 1);
  for (const auto& [permission, object] : state.at("permissions")) {
    INFO(permission);
    const auto holding = administrator.find(permission);
    CHECK((holding != administrator.end()) == (permission != "*" && permission != "roles.manage"));
    const auto levels = object.fields.find("levels");
    if (holding != administrator.end() && levels != object.fields.end()) CHECK(holding->second.level == "global");
  }
}

TEST_CASE("messaging: support agents have access to the least features") {
  const State state = state_of("messaging");
  const std::size_t least = holdings_of_role(state, "support-agent").size();
  for (const auto& [role, object] : state.at("roles")) {
    INFO(role);
    const Holdings holdings = holdings_of_role(state, role);
    CHECK((holdings.contains("*") || holdings.size() >= least));
  }
}

TEST_CASE("messaging: support managers have what support agents have") {
  const State state = state_of("messaging");
  const Holdings manager = holdings_of_role(state, "support-manager");
  for (const auto& [permission, holding] : holdings_of_role(state, "support-agent")) {
    INFO(permission);
    CHECK(manager.contains(permission));
  }
}

TEST_CASE("messaging: custom roles for support without campaigns, interns, regions and admins of a team") {
  const State state = state_of("messaging");
  const auto fails = [&](const std::vector<std::pair<std::string, std::string>>& permissions,
                         const acctl::AccessTest& test) {
    return run_tests(with_role(state, permissions), {test}).front().failures;
  };
  const std::vector<std::string> none;
  // "Your customer support team … able to create new FAQ articles but not launch marketing campaigns."
  CHECK(fails({{"faqs.create", ""}},
              {.role = "custom", .can = {{"faqs.create", ""}}, .cannot = {{"campaigns.launch", ""}}}) == none);
  // "Interns … able to view customer conversations for training purposes but not reply to them."
  CHECK(fails({{"conversations.view", "global"}},
              {.role = "custom", .can = {{"conversations.view", "global"}}, .cannot = {{"conversations.reply", ""}}}) ==
        none);
  // "Restrict access to teams to not access conversations handled by other regions or … departments."
  CHECK(fails({{"conversations.view", "group"}}, {.role = "custom",
                                                  .can = {{"conversations.view", "group"}},
                                                  .cannot = {{"conversations.view", "global"}}}) == none);
  // "An agent with an Admin role … able to manage settings and view the Dashboard and Reports of only their teams."
  CHECK(fails({{"settings.manage", "group"}, {"dashboard.view", "group"}, {"reports.view", "group"}},
              {.role = "custom",
               .can = {{"settings.manage", "group"}, {"dashboard.view", "group"}, {"reports.view", "group"}},
               .cannot = {{"settings.manage", "global"}, {"dashboard.view", "global"}, {"reports.view", "global"}}}) ==
        none);
}
