// What fields must be beyond their type, as the database has it too.
#include "provisioning/model/field_formats.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/definitions.hpp"

using acctl::References;
using acctl::test::problems_of;

namespace {

// The problem of `field: value` of an object of `kind`, without its place; "" where there is none.
std::string of(const std::string& kind, const std::string& field, const std::string& value) {
  const std::string key = kind == "users" ? "a@b.example" : kind == "permissions" ? "a.b" : "x";
  const std::string text = problems_of("acctl: 1\n" + kind + ": {" + key + ": {" + field + ": " + value + "}}\n");
  if (text.empty()) return "";
  CHECK(text.starts_with("2:"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  return text.substr(text.find(": ") + 2, text.size() - text.find(": ") - 3);
}

std::string problem(const std::string& text) { return problems_of("acctl: 1\n" + text); }
std::string closed(const std::string& text) {
  return problems_of("acctl: 1\n" + text, {.references = References::closed});
}

}  // namespace

TEST_CASE("numbers are whole, and within what the field can be") {
  for (const char* good : {"1", "100"}) CHECK(of("priorities", "level", good).empty());
  for (const char* bad : {"-1", "0", "101", "2147483648"}) {
    CHECK(of("priorities", "level", bad) == "'level' takes a whole number from 1 to 100");
  }
  for (const char* bad : {"9223372036854775808", "1e9", "1.0", "\" 5\"", "'5'", "0x10", "010", "+5", "five", "[5]"}) {
    INFO(bad);
    CHECK_FALSE(of("priorities", "level", bad).empty());
  }
  CHECK(of("teams", "position", "1").starts_with("unknown field"));
  CHECK(of("views", "position", "-2147483648").empty());
  CHECK(of("views", "position", "2147483648") == "'position' takes a whole number from -2147483648 to 2147483647");
  CHECK(of("teams", "capacity", "0") == "'capacity' takes a whole number from 1 to 2147483647");
  CHECK(of("automations", "max_depth", "21") == "'max_depth' takes a whole number from 1 to 20");
  CHECK_FALSE(of("automations", "run_budget", "0").empty());
  CHECK_FALSE(of("users", "session_hours", "8761").empty());
  CHECK_FALSE(of("sla_policies", "first_response_minutes", "0").empty());
}

TEST_CASE("null goes back to the default, where there need not be a value") {
  CHECK(of("teams", "capacity", "~").empty());
  CHECK(of("teams", "assignment", "null").empty());
  CHECK(of("teams", "name", "~") == "'name' cannot be null");
  CHECK(of("priorities", "level", "") == "'level' cannot be null");
  CHECK(problem("settings: {a: ~}\n") == "2:15: settings/a takes a value\n");
}

TEST_CASE("names are shown to people and hold nothing that hides") {
  for (const char* good : {"Ana", "\"O'Neil & Söhne 株式会社 %s $(id)\"", "\"é\"", "\"e\\u0301\""}) {
    CHECK(of("teams", "name", good).empty());
  }
  CHECK(of("teams", "name", "\"\"") == "'name' must not be empty");
  CHECK(of("teams", "name", "\"  \"") == "'name' must not be empty");
  CHECK(of("teams", "name", "\"a\\nb\"") ==
        "'name' holds a control or invisible character, U+000A (a control character): 'a\\x0ab'");
  CHECK(of("teams", "name", "\"a\\x1b[31m\"") ==
        "'name' holds a control or invisible character, U+001B (a control character): 'a\\x1b[31m'");
  CHECK(of("users", "name", "\"a\\u202eb\"") ==
        "'name' holds a control or invisible character, U+202E (right-to-left override): 'a\\u{202e}b'");
  CHECK(of("teams", "name", "\"a\\u200bb\"") ==
        "'name' holds a control or invisible character, U+200B (zero width space): 'a\\u{200b}b'");
  CHECK(of("teams", "name", "\"a\\u00a0b\"") ==
        "'name' holds a control or invisible character, U+00A0 (no-break space): 'a\\xa0b'");
  CHECK(of("teams", "description", "\"a\\nb\"").empty());
  CHECK(of("teams", "description", "\"a\\u00a0b\"").empty());  // an escape shows it
}

TEST_CASE("texts and documents have lengths, and hold nothing that hides") {
  const auto text = [](std::size_t length) { return "\"" + std::string(length, 'a') + "\""; };
  CHECK(of("teams", "name", text(200)).empty());
  CHECK(of("teams", "name", text(201)) == "'name' has 201 characters; at most 200 are allowed");
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "ü";
  CHECK(of("teams", "name", umlauts).empty());  // characters, not bytes
  CHECK(of("teams", "description", text(2000)).empty());
  CHECK(of("teams", "description", text(2001)) == "'description' has 2001 characters; at most 2000 are allowed");
  CHECK(of("email_templates", "text", text(100'000)).empty());
  CHECK_FALSE(of("email_templates", "text", text(100'001)).empty());
  CHECK(of("forms", "fields", "[{field: a, label: " + text(65'536) + "}]") ==
        "'fields' has 65565 bytes as JSON; at most 65536 are allowed");
  // In a file an escape says what is there; what it does not show is refused where it stands.
  CHECK(of("teams", "description", "\"a\\u202eb\"").empty());
  CHECK(of("teams", "description", "a\u202eb").starts_with("U+202E (right-to-left override)"));
  CHECK(of("forms", "fields", "[{field: a, label: a\u200bb}]").starts_with("U+200B (zero width space)"));
  CHECK(of("email_templates", "subject", "\"a\\u202eb\"").find("U+202E (right-to-left") != std::string::npos);
  // Persian writes its prefixes so.
  CHECK(of("users", "name", "\"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645\"").empty());
  CHECK(of("users", "name", "\"\\u0645\\u06cc\\u200c\"").find("U+200C (zero width non-joiner") != std::string::npos);
  CHECK(of("users", "name", "\"\u0645\u06cc\u200c\"").starts_with("U+200C (zero width non-joiner"));
}

TEST_CASE("files declare as many objects of a kind as the table allows") {
  const auto roles = [](int count) {
    std::string text = "roles:\n";
    for (int i = 0; i < count; ++i) text += "  r" + std::to_string(i) + ": {}\n";
    return text;
  };
  CHECK(problem(roles(10'000)).empty());
  CHECK(problem(roles(10'001)).find("roles: 10001 objects; at most 10000 are allowed") != std::string::npos);
}

TEST_CASE("texts have the form of their field") {
  CHECK(of("projects", "colour", "\"#00ff7f\"").empty());
  for (const char* bad : {"red", "\"#00FF7F\"", "\"#fff\"", "\"#00ff7f \"", "\"\""}) {
    CHECK(of("projects", "colour", bad) == "'colour' takes a colour as #rrggbb in lower case");
  }
  CHECK(of("email_templates", "subject", "\"a\\r\\nBcc: b\"") ==
        "'subject' takes one line of text without control characters");
  CHECK_FALSE(of("email_templates", "subject", "\"a\\u0085b\"").empty());
  CHECK(of("email_templates", "text", "\"\"") == "'text' must not be empty");
  CHECK(of("users", "external_id", "\"\"") == "'external_id' must not be empty");
  CHECK(of("users", "external_id", "\"  \"") == "'external_id' must not be empty");
  CHECK(of("permissions", "category", "\"\"") == "'category' must not be empty");
  CHECK(of("users", "role_template", "No") == "'role_template' takes text; write \"No\" in quotes");
  CHECK(of("users", "role_template", "Lead").starts_with("'role_template': 'Lead' is not a valid key"));
}

TEST_CASE("what is wrong with business hours is reported where it stands") {
  const auto reported = [](const std::string& hours) {
    return problem("business_hours:\n  x:\n    hours:\n" + hours).substr(0, 5);
  };
  CHECK(reported("      monday:\n        - 09:00-12:00\n        - 13:00-17:00\n        - 11:00-14:00\n") == "8:11:");
  CHECK(reported("      monday: []\n      friday: [09:00-12:00, 9-17, 13:00-24:30]\n") == "6:29:");
  CHECK(reported("      monday: []\n      tuesday: 5\n") == "6:16:");
  CHECK(reported("      monday: []\n      mon: []\n") == "6:7: ");
  CHECK(reported("      monday: [17:00-09:00]\n      friday: [17:00-09:00]\n") == "5:16:");
  CHECK(problem("business_hours: {x: {holidays: [2026-12-25,\n 2026-13-01]}}\n").starts_with("3:2: "));
}

TEST_CASE("documents have the shape of their field") {
  CHECK(of("business_hours", "hours", "{monday: [\"09:00-12:00\", 13:00-24:00], sunday: []}").empty());
  CHECK(of("business_hours", "hours", "{friday: [\"13:00-17:00\", \"09:00-12:00\", \"12:00-13:00\"]}").empty());
  CHECK(
      of("business_hours", "hours", "{monday: [\"22:00-06:00\"]}") ==
      "'hours' has the span '22:00-06:00' for monday, which ends before it starts; write \"22:00-24:00\" and, for the "
      "next day, \"00:00-06:00\"");
  CHECK(of("business_hours", "hours", "{monday: [\"09:00-09:00\"]}") ==
        "'hours' has the span '09:00-09:00' for monday, which has no length");
  CHECK(of("business_hours", "hours", "{monday: [\"12:00-17:00\", \"09:00-13:00\"]}") ==
        "'hours' has the spans '09:00-13:00' and '12:00-17:00' for monday, which overlap");
  CHECK(of("business_hours", "hours", "{monday: [\"09:00-12:00\", \"09:00-12:00\"]}").ends_with("which overlap"));
  CHECK(of("business_hours", "hours", "{mon: []}") == "'hours' does not take 'mon'; days are monday to sunday");
  for (const char* bad : {"9-17", "\"9:00-17:00\"", "\"09:00-24:30\"", "\"24:00-24:00\"", "\"09:60-10:00\"", "5"}) {
    INFO(bad);
    CHECK(of("business_hours", "hours", "{monday: [" + std::string(bad) + "]}") ==
          "'hours' takes a list of spans such as \"09:00-17:00\" for monday");
  }
  CHECK_FALSE(of("business_hours", "hours", "[]").empty());
  CHECK(of("business_hours", "holidays", "[2026-12-25, \"2028-02-29\"]").empty());
  for (const char* bad :
       {"2026-02-29", "2026-13-01", "2026-00-10", "26-12-25", "2026-12-25T00:00", "2026-1-1", "2026-12-00"}) {
    INFO(bad);
    CHECK(of("business_hours", "holidays", "[" + std::string(bad) + "]").starts_with("'holidays' takes dates"));
  }
  CHECK(of("permissions", "levels", "[group, restricted]").empty());
  CHECK(of("permissions", "levels", "[]") == "'levels' takes a list of levels: global, group, restricted");
  CHECK(of("permissions", "levels", "[all]") ==
        "'levels' does not take level 'all'; levels are global, group and restricted");
  CHECK(of("permissions", "levels", "[group, group]") == "'levels' lists 'group' twice");
  CHECK(of("automations", "actions", "[]") == "'actions' takes a list that is not empty");
  CHECK(of("forms", "fields", "{}") == "'fields' takes a list that is not empty");
  CHECK(of("views", "filters", "[]") == "'filters' takes a mapping");
  CHECK(of("views", "sort", "x") == "'sort' takes a list");
}

TEST_CASE("a word that is not the same to all readers asks for quotes, in documents too") {
  for (const char* word : {"no", "Yes", "on", "True", "y"}) {
    INFO(word);
    CHECK(problem("settings: {a: {b: [" + std::string(word) + "]}}\n") ==
          "2:20: '" + std::string(word) + "' is not the same to all readers of YAML; write \"" + word +
              "\" in quotes, or true or false\n");
    CHECK(problem("settings: {a: {b: [\"" + std::string(word) + "\"]}}\n").empty());
  }
  for (const char* number : {"010", "0x10", "0o7", "1e3", "+5", ".5", "9223372036854775808", "12:30", "1_000", "0b1",
                             "190:20:30.15", "1e400", "1e+400", "-2.5e+999"}) {
    INFO(number);
    CHECK(problem("settings: {a: " + std::string(number) + "}\n") ==
          "2:15: '" + std::string(number) + "' is not the same to all readers of YAML; write \"" + number +
              "\" in quotes, or the number in full\n");
  }
  for (const char* good : {"5", "-5", "0.5", "1.5e+3", "true", "x", "2026-12-25", "9223372036854775807"}) {
    CHECK(problem("settings: {a: " + std::string(good) + "}\n").empty());
  }
}

TEST_CASE("fields that depend on each other are checked where the file sets both") {
  CHECK(problem("custom_fields: {x: {type: dropdown, options: {unit: a}}}\n") ==
        "2:46: custom_fields/x needs a list of choices in its options\n");
  CHECK(problem("custom_fields: {x: {type: formula, options: {formula: 5}}}\n") ==
        "2:45: custom_fields/x needs a formula, a text, in its options\n");
  CHECK(problem("custom_fields: {x: {type: dropdown}}\n").empty());
  CHECK(closed("custom_fields: {x: {name: X, type: dropdown}}\n") ==
        "2:17: custom_fields/x needs a list of choices in its options\n");
  CHECK(problem("forms: {f: {creates: item, project: ~}}\n") == "2:37: forms/f creates items and needs a project\n");
  CHECK(problem("forms: {f: {creates: item}}\n").empty());
  CHECK(closed("forms: {f: {name: F, creates: item, fields: [{field: title}]}}\n") ==
        "2:9: forms/f creates items and needs a project\n");
  CHECK(problem("sla_policies: {s: {first_response_minutes: ~, resolution_minutes: ~}}\n") ==
        "2:67: sla_policies/s needs first_response_minutes or resolution_minutes\n");
  CHECK(problem("sla_policies: {s: {first_response_minutes: ~}}\n").empty());
  CHECK(problem("permissions: {\"*\": {levels: [group]}}\n") == "2:29: permissions/* cannot have levels\n");
}

TEST_CASE("there is one default") {
  CHECK(problem("priorities: {a: {default: true}, b: {default: true}}\n") ==
        "2:47: priorities/a is the default of tickets too, in f:2:14\n");
  CHECK(problem("statuses:\n  a: {default: true, applies_to: item}\n  b: {default: true, applies_to: ticket}\n"
                "  c: {default: true, applies_to: item}\n  d: {default: true}\n") ==
        "5:16: statuses/a is the default of items too, in f:3:3\n");
}

TEST_CASE("dates are days of the calendar") {
  CHECK(acctl::is_date("2028-02-29"));
  for (const char* bad : {"2026-02-29", "0000-01-01", "2026-12-32", "2026-1-01", "x026-01-01", ""}) {
    CHECK_FALSE(acctl::is_date(bad));
  }
}

TEST_CASE("placeholders of mails are closed, have names, and are those that acctl can fill") {
  const auto said = [](const std::string& key, const std::string& fields) {
    const std::string text = problem("email_templates: {" + key + ": {subject: s, " + fields + "}}\n");
    return text.empty() ? text : text.substr(text.find(": ") + 2);
  };
  CHECK(said("invitation", "text: 'Hello {{name}}: {{ link }}, {{expires}}, {{inviter}}'") == "");
  CHECK(said("invitation", "text: 'Hello {{nmae}}: {{link}}'") ==
        "there is no placeholder 'nmae'; did you mean 'name'?\n");
  CHECK(said("invitation", "text: 'Hello'") == "an invitation needs the placeholder {{link}} in its text\n");
  CHECK(said("invitation", "text: '{{link}}', html: '<p>Hello</p>'") ==
        "an invitation needs the placeholder {{link}} in its html\n");
  CHECK(said("deactivated", "text: 'until {{expires}}'").starts_with("there is no placeholder 'expires'"));
  CHECK(said("deactivated", "text: 'Hello {{name'") == "a placeholder is not closed: '{{name'\n");
  CHECK(said("ticket-reply", "text: 'Hello {{name'") == "a placeholder is not closed: '{{name'\n");
  CHECK(said("ticket-reply", "text: '{{a b}}'") == "'a b' is not a valid placeholder\n");
  CHECK(said("ticket-reply", "text: 'whatever {{the_application}} fills'") == "");
}
