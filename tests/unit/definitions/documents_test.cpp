// Documents refer to other objects like fields do: what they name is known, and has a schema.
#include <nlohmann/json.hpp>

#include "provisioning/base/error.hpp"
#include "provisioning/model/document_fits.hpp"
#include "provisioning/plan/overlay.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/definitions.hpp"

using acctl::test::problems_of;
using Json = nlohmann::json;

namespace {

std::string refusal(const std::string& text) { return problems_of("acctl: 1\n" + text); }

std::string closed_refusal(const std::string& text) {
  return problems_of("acctl: 1\n" + text, {.references = acctl::References::closed});
}

}  // namespace

TEST_CASE("an action is a known verb with what it takes, and all wrong ones are named") {
  CHECK(refusal("automations: {a: {actions: [{explode: 1}, {set_status: 5}, {assign_team: A B}, x]}}\n") ==
        "2:30: 'actions' knows no 'explode'\n"
        "2:56: 'set_status' takes key of statuses\n"
        "2:74: 'assign_team' takes key of teams, not 'A B'\n"
        "2:80: 'actions' takes steps such as {set_status: …}, one verb each\n");
  CHECK(refusal("automations: {a: {actions: [{set_statu: open}]}}\n") ==
        "2:30: 'actions' knows no 'set_statu'; did you mean 'set_status'?\n");
  CHECK(refusal("automations: {a: {actions: [{set_status: open}, {notify: [assignee, ana@x.example]}, "
                "{set_field: {severity: high}}, {set_due_in_hours: 4}]}}\n")
            .empty());
}

TEST_CASE("conditions, filters, columns and questions are checked likewise") {
  CHECK(refusal("sla_policies: {s: {conditions: {channel: [pigeon]}}}\n").starts_with("2:43: 'channel' takes one or"));
  CHECK(refusal("views: {v: {filters: {Assignee: [me]}}}\n") ==
        "2:23: 'filters' knows no 'Assignee'; did you mean 'assignee'?\n");
  CHECK(refusal("views: {v: {sort: [due_date, -priority, 5], grouping: severity}}\n") ==
        "2:41: 'sort' takes columns\n");
  CHECK(refusal("forms: {f: {fields: [{label: A}, {field: subject, requird: true, required: 1}]}}\n") ==
        "2:22: 'fields' takes mappings such as {field: subject}\n"
        "2:51: 'fields' knows no 'requird'; did you mean 'required'?\n"
        "2:76: 'required' takes true or false\n");
}

TEST_CASE("a setting that the product knows has its type, and others are free") {
  CHECK(refusal("settings: {session.hours: many, sso.enforced: 1, own.thing: {a: [1]}}\n") ==
        "2:27: 'session.hours' takes whole number from 1 to 8760\n2:47: 'sso.enforced' takes true or false\n");
}

TEST_CASE("a setting that is nearly a known one is refused with what to write") {
  CHECK(refusal("settings: {invitations.expire_day: 3, timezone: UTC, locales: en}\n") ==
        "2:12: there is no setting 'invitations.expire_day'; did you mean 'invitations.expire_days'?\n"
        "2:39: there is no setting 'timezone'; did you mean 'time_zone'?\n"
        "2:54: there is no setting 'locales'; did you mean 'locale'?\n");
  CHECK(refusal("settings: {invitations: {expire_days: 2}}\n") ==
        "2:12: 'invitations' is a group of settings; write invitations.expire_days: 2\n");
  CHECK(refusal("settings: {branding: {}}\n") == "2:12: 'branding' is a group of settings; write branding.KEY: …\n");
  for (const char* own : {"channels.sms: true", "features.campaigns: true", "branding.logo: x", "shop: {a: 1}"}) {
    CHECK(refusal("settings: {" + std::string(own) + "}\n").empty());
  }
}

TEST_CASE("the values of known settings have their formats") {
  CHECK(
      refusal("settings:\n  branding.colour: red\n  time_zone: Mars/X\n  locale: \"??\"\n  "
              "invitations.expire_days: 91\n") ==
      "3:20: 'branding.colour' takes a colour as #rrggbb\n4:14: 'time_zone' takes a time zone, such as Europe/Berlin\n"
      "5:11: 'locale' takes a language and region, such as en or de-AT\n"
      "6:28: 'invitations.expire_days' takes whole number from 1 to 90\n");
  for (const char* good :
       {"branding.colour: \"#2F80ed\"", "time_zone: America/Argentina/Buenos_Aires", "time_zone: UTC",
        "time_zone: Etc/GMT+3", "locale: en", "locale: zh-Hans-CN", "session.hours: 8760"}) {
    CHECK(refusal("settings: {" + std::string(good) + "}\n").empty());
  }
}

TEST_CASE("what documents name is declared where all is declared, and places are theirs") {
  const std::string statuses = "statuses: {open: {name: O, applies_to: ticket, category: open}}\n";
  const std::string automation =
      "automations: {a: {name: A, trigger: ticket.created, actions: [{set_status: opn}], conditions: {size: [1]}}}\n";
  CHECK(closed_refusal(statuses + automation) ==
        "3:76: there is no 'opn' among statuses; did you mean 'open'?\n"
        "3:96: there is no 'size' among custom_fields\n");
  const auto definitions = acctl::read_definitions({{.name = "f", .text = "acctl: 1\n" + automation}});
  CHECK(acctl::open_references(definitions) == std::vector<std::string>{"custom_fields/size", "statuses/opn"});
}

TEST_CASE("rule 8: what documents name is of their subject, as far as the files tell") {
  const std::string named =
      "statuses: {st: {name: T, applies_to: ticket, category: open}, si: {name: I, applies_to: item, category: open}}\n"
      "custom_fields: {ft: {name: T, type: number, applies_to: ticket}, fi: {name: I, type: number}}\n"
      "projects: {p: {name: P}}\n";
  struct Case {
    std::string document;
    std::string problem;  // "" for none
  };
  const std::string of_items = "is about tickets, and statuses/si is of items";
  const std::string of_tickets = "is about items, and statuses/st is of tickets";
  const std::string field_of_items = "is about tickets, and custom_fields/fi is of items";
  const std::string field_of_tickets = "is about items, and custom_fields/ft is of tickets";
  for (
      const Case& one : std::vector<Case>{
          {"automations: {a: {name: A, trigger: ticket.created, actions: [{set_status: si}]}}", of_items},
          {"automations: {a: {name: A, trigger: ticket.created, actions: [{set_status: st}]}}", ""},
          {"automations: {a: {name: A, trigger: item.created, actions: [{set_status: st}]}}", of_tickets},
          {"automations: {a: {name: A, trigger: item.due, actions: [{set_field: {ft: 1}}]}}", field_of_tickets},
          {"automations: {a: {name: A, trigger: item.due, actions: [{set_field: {fi: 1}}]}}", ""},
          {"automations: {a: {name: A, trigger: ticket.created, conditions: {status: [st, si]}, actions: [{reply: x}]}}",
           of_items},
          {"automations: {a: {name: A, trigger: ticket.created, conditions: {fi: 1}, actions: [{reply: x}]}}",
           field_of_items},
          {"sla_policies: {s: {name: S, resolution_minutes: 1, conditions: {status: si}}}", of_items},
          {"views: {v: {name: V, type: list, filters: {status: [st]}}}", of_tickets},
          {"views: {v: {name: V, type: list, filters: {status: [si]}, sort: [-fi], grouping: fi}}", ""},
          {"views: {v: {name: V, type: list, sort: [-ft]}}", field_of_tickets},
          {"views: {v: {name: V, type: list, grouping: ft}}", field_of_tickets},
          {"forms: {f: {name: F, fields: [{field: fi}]}}", field_of_items},
          {"forms: {f: {name: F, fields: [{field: ft}]}}", ""},
          {"forms: {f: {name: F, creates: item, project: p, fields: [{field: ft}]}}", field_of_tickets},
          {"forms: {f: {name: F, fields: [{field: ft}, {field: subject}, {field: ft}]}}", "'ft' is named twice"},
      }) {
    INFO(one.document);
    const std::string problems = closed_refusal(named + one.document + "\n");
    INFO(problems);
    CHECK(problems.empty() == one.problem.empty());
    CHECK(problems.find(one.problem) != std::string::npos);
    // At the name, not at the document.
    if (!one.problem.empty()) CHECK_FALSE(problems.starts_with("5:1:"));
  }
  // What the files leave open is left to the plan.
  CHECK(refusal("automations: {a: {actions: [{set_status: si}]}}\n" + named).empty());
  CHECK(refusal("automations: {a: {trigger: item.due, actions: [{set_field: {far: x}}]}}\n").empty());
}

TEST_CASE("rule 7: a custom field is set to what its type takes") {
  struct Case {
    const char* type;
    const char* options;
    const char* value;
    bool fits;
  };
  for (const Case& one : std::vector<Case>{
           {"number", "{}", "1.5", true},
           {"number", "{}", "\"abc\"", false},
           {"number", R"({"minimum": 0, "maximum": 9})", "10", false},
           {"number", R"({"minimum": 0, "maximum": 9})", "9", true},
           {"rating", "{}", "5", true},
           {"rating", "{}", "6", false},
           {"rating", R"({"maximum": 10})", "10", true},
           {"rating", R"({"maximum": 5})", "77", false},
           {"rating", "{}", "2.5", false},
           {"rating", "{}", "-1", false},
           {"dropdown", R"({"choices": ["a", "b"]})", "\"b\"", true},
           {"dropdown", R"({"choices": ["a", "b"]})", "\"c\"", false},
           {"dropdown", R"({"choices": ["a", "b"]})", R"(["a"])", false},
           {"dropdown", R"({"choices": ["a", "b"], "multiple": true})", R"(["a", "b"])", true},
           {"dropdown", R"({"choices": ["a", "b"], "multiple": true})", R"(["a", "c"])", false},
           {"status", R"({"choices": ["a"]})", "\"a\"", true},
           {"status", R"({"choices": ["a"]})", "true", false},
           {"date", "{}", "\"2027-02-28\"", true},
           {"date", "{}", "\"2027-02-30\"", false},
           {"date", "{}", "\"tomorrow\"", false},
           {"timeline", "{}", R"({"start": "2027-01-01", "end": "2027-01-02"})", true},
           {"timeline", "{}", R"({"start": "2027-01-03", "end": "2027-01-02"})", false},
           {"timeline", "{}", "\"2027-01-01\"", false},
           {"checkbox", "{}", "true", true},
           {"checkbox", "{}", "\"yes\"", false},
           {"link", "{}", "\"https://x.example\"", true},
           {"link", "{}", R"({"url": "mailto:a@x.example", "text": "A"})", true},
           {"link", "{}", "\"javascript:x\"", false},
           {"person", "{}", "\"ana@x.example\"", true},
           {"person", "{}", R"(["ana@x.example", "creator"])", true},
           {"person", "{}", "\"Ana\"", false},
           {"formula", R"({"formula": "a+b"})", "1", false},
           {"formula", R"({"formula": "a+b"})", "null", false},
           {"number", "{}", "null", true},
       }) {
    INFO(one.type << " " << one.options << " " << one.value);
    CHECK(acctl::field_value_problem(one.type, Json::parse(one.options), Json::parse(one.value)).empty() == one.fits);
  }
  CHECK(closed_refusal("custom_fields: {r: {name: R, type: rating, options: {maximum: 5}}}\n"
                       "automations: {a: {name: A, trigger: item.due, actions: [{set_field: {r: 77}}]}}\n") ==
        "3:70: custom_fields/r of type rating takes a whole number from 0 to 5, not 77\n");
}

TEST_CASE("rule 7: settings that are shown or sent hold no hidden characters, addresses and host names are such") {
  for (const char* bad :
       {R"(branding.name: "A\r\nBcc: x@x.example")", R"(branding.name: "A\u202EB")",
        R"(branding.portal_title: "A\u200BB")", R"(support.sender_name: "A\nB")", R"(date_format: "\u0007")",
        "support.signature: 5", R"(support.signature: "A\u202EB")", "support.address: not an address",
        "support.address: \"a@x.example\\r\\nb\"", "portal.hostname: bad host", "portal.hostname: HELP.x.example",
        "portal.hostname: x", "locale: xx-YYYY", "locale: de-at-"}) {
    INFO(bad);
    CHECK_FALSE(refusal("settings:\n  " + std::string(bad) + "\n").empty());
  }
  for (const char* good : {R"(support.signature: "A\nB\n")", "support.address: Help@x.example",
                           "portal.hostname: help.x.example", "locale: de-AT", "locale: es-419", "locale: sr-Latn-RS",
                           "date_format: YYYY-MM-DD", R"(branding.name: "Ä & Co.")"}) {
    INFO(good);
    CHECK(refusal("settings:\n  " + std::string(good) + "\n").empty());
  }
}

TEST_CASE("a rename follows into documents") {
  const auto renamed = [](const char* kind, const char* field, Json value, const char* of) {
    acctl::rename_in_document(*acctl::find_document_form(kind, field), "k", value, of, "old", "new");
    return value;
  };
  CHECK(renamed("automations", "actions", {{{"set_status", "old"}}, {{"add_note", "old"}}}, "statuses").dump() ==
        R"([{"set_status":"new"},{"add_note":"old"}])");
  CHECK(renamed("automations", "conditions", {{"old", 1}, {"status", {"old", "x"}}}, "custom_fields").dump() ==
        R"({"new":1,"status":["old","x"]})");
  CHECK(renamed("views", "sort", {"-old", "title"}, "custom_fields").dump() == R"(["-new","title"])");
  CHECK(renamed("views", "grouping", "old", "custom_fields") == "new");
}
