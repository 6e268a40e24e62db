// What automations, views, forms and settings say fits what they name, in the tenant, too.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::put_file;
using acctl::test::TenantFixture;

namespace {

std::string automation(const std::string& trigger, const std::string& action) {
  return "automations: {a: {name: A, trigger: " + trigger + ", actions: [" + action + "]}}\n";
}

}  // namespace

TEST_CASE("rule 8: plan knows of what sort that is which a document names, where the files do not say") {
  const TenantFixture desk;
  desk.applied(
      "statuses: {later: {name: Later, applies_to: ticket, category: pending}}\n"
      "custom_fields: {stars: {name: Stars, type: rating, applies_to: ticket}}\n");
  check_ended(desk.plan(automation("item.due", "{set_status: later}")), 3, "statuses/later is of tickets");
  check_ended(desk.plan(automation("ticket.created", "{set_field: {stars: 77}}")), 3,
              "custom_fields/stars of type rating takes a whole number from 0 to 5, not 77");
  check_ended(desk.plan("projects: {p: {name: P}}\nforms: {f: {name: F, creates: item, project: p, fields: [{field: "
                        "stars}]}}\n"),
              3, "custom_fields/stars is of tickets");
  check_ended(desk.plan(automation("ticket.created", "{set_status: later}, {set_field: {stars: 5}}")), 0);
}

TEST_CASE("rule 8: what an automation needs is not changed under it, and its files can change both") {
  const TenantFixture desk;
  const std::string field = "custom_fields: {size: {name: S, type: dropdown, applies_to: ticket, options: {choices: ";
  desk.applied(field + "[S, M]}}}\n" + automation("ticket.created", "{set_field: {size: M}}"));
  check_ended(desk.apply(field + "[S, L]}}}\n"), 7,
              "custom_fields/size cannot change so, for automations/a needs it: custom_fields/size of type dropdown "
              "takes one of its choices, not \"M\"");
  check_ended(desk.apply("custom_fields: {size: {applies_to: item}}\n"), 7, "automations/a needs it");
  check_ended(desk.apply(field + "[S, M, L]}}}\n"), 0);
  check_ended(desk.apply(field + "[S, L]}}}\n" + automation("ticket.created", "{set_field: {size: L}}")), 0);
  // What an application has stored hinders nobody, and is exported and imported.
  desk.in("update app.automations set actions = '[{\"set_field\": {\"size\": \"XXL\"}}]'");
  check_ended(desk.apply(field + "[S, L, XS]}}}\n"), 0);
  const std::string path = desk.acctl.folder.path() + "/export.yaml";
  check_ended(desk({"export", "--out", path}), 0);
  desk.acctl.create("bert");
  check_ended(desk.acctl({"import", "-f", path, "-t", "bert", "--yes", "--max-removals", "100%"}), 0);
  CHECK(contains(desk.acctl.in("bert", "select actions from app.automations where key = 'a'"), "XXL"));
}

TEST_CASE("a custom field of persons is set to users, and follows their addresses") {
  const TenantFixture desk;
  check_ended(desk({"user", "invite", "bea@acme.example", "cal@acme.example", "--role", "support-agent"}), 0);
  const std::string fields =
      "custom_fields: {who: {name: W, type: person, applies_to: ticket}, url: {name: U, type: link, applies_to: "
      "ticket}}\n";
  check_ended(desk.plan(fields + automation("ticket.created", "{set_field: {who: nobody@acme.example}}")), 3,
              "there is no 'nobody@acme.example' among users");
  desk.applied(fields +
               automation("ticket.created",
                          "{set_field: {who: [bea@acme.example, creator], url: \"mailto:bea@acme.example\"}}"));
  check_ended(desk({"user", "edit", "bea@acme.example", "--email", "bee@acme.example", "--yes"}), 0);
  const std::string set = "select actions -> 0 -> 'set_field' from app.automations where key = 'a'";
  CHECK(desk.in(set) == R"({"url": "mailto:bea@acme.example", "who": ["bee@acme.example", "creator"]})");
  // Two who exchange their addresses exchange them there, too.
  desk.applied(
      "users: {bee@acme.example: {previously: [cal@acme.example]}, cal@acme.example: {previously: "
      "[bee@acme.example]}}\n");
  CHECK(desk.in(set) == R"({"url": "mailto:bea@acme.example", "who": ["cal@acme.example", "creator"]})");
  check_ended(desk({"user", "deactivate", "cal@acme.example"}), 10, "automations/a names cal@acme.example");
}

TEST_CASE("rule 8: conditions on custom fields compare them with what they can be, in files and in the tenant") {
  const TenantFixture desk;
  const std::string fields =
      "custom_fields:\n  size: {name: S, type: dropdown, applies_to: ticket, options: {choices: [S, M, L]}}\n"
      "  stars: {name: St, type: rating, applies_to: ticket, options: {maximum: 5}}\n  vip: {name: V, type: checkbox, applies_to: ticket}\n"
      "  who: {name: W, type: person, applies_to: ticket}\n  sum: {name: F, type: formula, applies_to: ticket, options: "
      "{formula: \"stars * 2\"}}\n  part: {name: P, type: dropdown, applies_to: item, options: {choices: [a, b]}}\n";
  const auto condition = [](const std::string& text) {
    return "automations: {a: {name: A, trigger: ticket.created, conditions: {" + text +
           "}, actions: [{add_note: Note}]}}\n";
  };
  const auto view = [](const std::string& text) {
    return "projects: {p: {name: P}}\nviews: {v: {name: V, type: list, project: p, filters: {" + text + "}}}\n";
  };
  const std::string choices = "custom_fields/size of type dropdown takes one of its choices, not ";
  // Without a tenant, where the files have the field.
  check_ended(desk.acctl({"validate", "-f", desk.file(fields + condition("size: XL"))}), 3, choices + "\"XL\"");
  check_ended(desk.acctl({"validate", "-f", desk.file(fields + condition("size: [S, XL]"))}), 3,
              choices + "[\"S\",\"XL\"]");
  check_ended(desk.acctl({"validate", "-f", desk.file(fields + condition("stars: 9"))}), 3, "from 0 to 5, not 9");
  check_ended(desk.acctl({"validate", "-f", desk.file(fields + condition("vip: sometimes"))}), 3,
              "takes true or false");
  check_ended(desk.acctl({"validate", "-f",
                          desk.file(fields + condition("size: [S, M], stars: [4, 5], vip: true, who: me, sum: 8"))}),
              0);
  desk.applied(fields);
  check_ended(desk.plan(condition("size: XL")), 3, choices);
  check_ended(desk.plan(view("part: c")), 3, "custom_fields/part of type dropdown takes one of its choices, not \"c\"");
  check_ended(desk.plan("sla_policies: {s: {name: S, first_response_minutes: 60, conditions: {vip: 1}}}\n"), 3,
              "takes true or false, not 1");
  check_ended(desk.plan(view("part: [a, b]")), 0);
  check_ended(desk.plan(condition("who: nobody@acme.example")), 3, "there is no 'nobody@acme.example' among users");
  // What a condition needs is not changed under it, and people in it follow their addresses.
  check_ended(desk({"user", "invite", "bea@acme.example"}), 0);
  desk.applied(condition("size: M, who: [bea@acme.example, me]"));
  check_ended(desk.apply("custom_fields: {size: {options: {choices: [S, L]}}}\n"), 7,
              "automations/a needs it: " + choices + "\"M\"");
  check_ended(desk({"user", "edit", "bea@acme.example", "--email", "bee@acme.example", "--yes"}), 0);
  CHECK(desk.in("select conditions ->> 'who' from app.automations where key = 'a'") == R"(["bee@acme.example", "me"])");
}

TEST_CASE("a setting gives no tenant the host name or the support address of another one") {
  const TenantFixture desk;
  desk.acctl.create("bert");
  check_ended(desk.acctl({"tenant", "edit", "bert", "--domain", "shop.example", "--force", "--yes"}), 0);
  const std::string address = desk.acctl.control("select support_address from acctl.tenants where slug = 'bert'");
  const std::string before = desk.configuration();
  const auto setting = [](const std::string& key, const std::string& value) {
    return "settings: {" + key + ": " + value + "}\n";
  };
  for (const std::string& text : {setting("portal.hostname", "bert.acctl.localhost"),
                                  setting("portal.hostname", "shop.example"), setting("support.address", address)}) {
    INFO(text);
    check_ended(desk.plan(text), 7, "which belongs to tenant bert");
    check_ended(desk.apply(text), 7, "which belongs to tenant bert");
    check_ended(desk.acctl({"apply", "-f", desk.file(text), "--all", "--yes"}), 6, "belongs to tenant bert");
  }
  CHECK(desk.configuration() == before);
  check_ended(desk.apply(setting("portal.hostname", "help.acme.example")), 0);
  check_ended(desk.apply(setting("portal.hostname", "acme.acctl.localhost")), 0);
  // What is another tenant's since cannot come back.
  desk.applied(setting("portal.hostname", "late.example"));
  const std::string run = desk.applied(setting("portal.hostname", "acme.acctl.localhost"));
  check_ended(desk.acctl({"tenant", "edit", "bert", "--domain", "late.example", "--force", "--yes"}), 0);
  check_ended(desk({"undo", run, "--yes"}), 7, "which belongs to tenant bert");
}
