// Definitions are read as the table of kinds says; the rules beyond that are in the other definitions tests.
#include "tests/support/definitions.hpp"

#include "tests/support/catch.hpp"

using acctl::Definitions;
using acctl::References;
using acctl::test::closed_definitions;
using acctl::test::problems_of;

namespace {

std::string problems(const std::string& text) { return problems_of(text, {.references = References::closed}); }

std::string problem(const std::string& text) { return problems("acctl: 1\n" + text); }

}  // namespace

TEST_CASE("a document becomes declarations, each with its place") {
  const Definitions document = closed_definitions(
      "acctl: 1\n"
      "permissions:\n"
      "  a.b: {category: A, levels: [group]}\n"
      "roles:\n"
      "  agent:\n"
      "    name: Agent\n"
      "    description: ~\n"
      "    system: false\n"
      "    permissions: [{a.b: group}]\n"
      "settings: {x: {y: 1}}\n");
  const acctl::Declaration& agent = document.objects.at("roles").at("agent");
  CHECK(agent.fields.at("name").value == "Agent");
  CHECK(agent.fields.at("name").place.line == 6);
  CHECK(agent.fields.at("name").place.column == 11);
  CHECK(agent.fields.at("description").value.is_null());
  CHECK(agent.fields.at("system").value == false);
  CHECK_FALSE(agent.fields.contains("scope"));
  CHECK_FALSE(agent.fields.contains("permissions"));
  CHECK(agent.place.file == "f");
  CHECK(agent.place.line == 5);
  CHECK(agent.place.column == 3);
  const acctl::DeclaredList& list = agent.lists.at("permissions");
  CHECK_FALSE(list.relative);
  REQUIRE(list.entries.size() == 1);
  CHECK(list.entries[0].key == "a.b");
  CHECK(list.entries[0].level == "group");
  CHECK(list.entries[0].place.line == 9);
  CHECK(document.objects.at("settings").at("x").fields.at("value").value.dump() == R"({"y":1})");
  CHECK(document.objects.at("permissions").at("a.b").fields.at("levels").value.dump() == R"(["group"])");
}

TEST_CASE("tests name a user or a role and what it can and cannot do") {
  const Definitions document = closed_definitions(
      "acctl: 1\npermissions: {a.b: {category: A}, c.d: {category: C, levels: [group]}, settings.edit: {category: S}}\n"
      "roles: {agent: {name: A}}\nusers: {x@y.example: {}}\ntests:\n  - {role: agent, can: [a.b, {c.d: group}], "
      "cannot: [settings.*]}\n  - {user: X@y.example, can: [a.b]}\n");
  REQUIRE(document.tests.size() == 2);
  CHECK(document.tests[0].role == "agent");
  CHECK(document.tests[0].can == std::vector<std::pair<std::string, std::string>>{{"a.b", ""}, {"c.d", "group"}});
  CHECK(document.tests[0].cannot.at(0).first == "settings.*");
  CHECK(document.tests[0].place.line == 6);
  CHECK(document.tests[1].user == "x@y.example");
}

TEST_CASE("the version of the format is required and known") {
  CHECK(problems("roles: {}\n") == "1:1: `acctl: 1`, the version of the format, is missing\n");
  CHECK(problems("acctl: 2\n") == "1:8: format version 2 requires a newer acctl; this one reads 1\n");
  CHECK(problems("- a\n") == "1:1: a definitions document is a mapping that begins with `acctl: 1`\n");
  CHECK_FALSE(problems("").empty());
  CHECK(problems("acctl: 1\n").empty());
}

TEST_CASE("unknown kinds, fields and references are named with what was probably meant") {
  CHECK(problem("rolse: {}\n") == "2:1: unknown key 'rolse'; did you mean 'roles'?\n");
  CHECK(problem("roles: {a: {name: A, desciption: x}}\n") ==
        "2:22: unknown field 'desciption' of roles/a; did you mean 'description'?\n");
  CHECK(problem("permissions: {tickets.view: {category: T}}\nroles: {a: {name: A, permissions: [tickets.veiw]}}\n") ==
        "3:36: there is no 'tickets.veiw' among permissions; did you mean 'tickets.view'?\n");
  CHECK(problem("views: {v: {name: V, type: bord}}\n") == "2:28: 'type' cannot be 'bord'; did you mean 'board'?\n");
  CHECK(problem("views: {v: {name: V, type: list, project: nowhere}}\n") ==
        "2:43: there is no 'nowhere' among projects\n");
  CHECK(problem("tests:\n  - {rol: a}\n") ==
        "3:5: a test names one user, role or role template\n"
        "3:6: unknown key 'rol'; did you mean 'role'?\n");
}

TEST_CASE("a value of another type is refused, and an ambiguous word asks for quotes") {
  CHECK(problem("roles: []\n") == "2:8: roles takes a mapping\n");
  CHECK(problem("roles: {a: 5}\n") == "2:12: roles/a takes a mapping\n");
  CHECK(problem("roles: {a: {name: [A]}}\n") == "2:19: 'name' takes one value; quote a text that starts with [\n");
  CHECK(problem("roles: {a: {name: A, system: maybe}}\n") == "2:30: 'system' takes true or false\n");
  CHECK(problem("roles: {a: {name: A, permissions: x}}\n") == "2:35: 'permissions' takes a list\n");
  CHECK(problem("priorities: {a: {name: A, level: 1.5}}\n") == "2:34: 'level' takes a whole number\n");
  CHECK(problem("priorities: {a: {name: A, level: \"1\"}}\n") == "2:34: 'level' takes a whole number\n");
  for (const char* word : {"no", "Yes", "on", "true", "1e3", "5", "0.5", "12:30", "1_000"}) {
    INFO(word);
    CHECK(problem("roles: {a: {name: " + std::string(word) + "}}\n") ==
          "2:19: 'name' takes text; write \"" + std::string(word) + "\" in quotes\n");
    CHECK(problem("roles: {a: {name: '" + std::string(word) + "'}}\n").empty());
  }
}

TEST_CASE("what is needed must be there") {
  CHECK(problem("roles: {a: {}}\n") == "2:9: roles/a needs 'name'\n");
  CHECK_FALSE(problem("roles: {a: {name: ~}}\n").empty());
  CHECK(problem("statuses: {s: {name: S}}\n") ==
        "2:12: statuses/s needs 'applies_to'\n2:12: statuses/s needs 'category'\n");
}

TEST_CASE("lists hold each member once, and levels only where there are levels") {
  const std::string catalogue = "permissions: {a.b: {category: A}}\n";
  CHECK(problem(catalogue + "roles: {r: {name: R, permissions: [a.b, a.b]}}\n") == "3:41: 'a.b' is listed twice\n");
  CHECK(problem("users: {u@x.example: {}}\nteams: {t: {name: T, members: [u@x.example: group]}}\n")
            .find("'members' takes keys of users") != std::string::npos);
  CHECK(problem(catalogue + "roles: {r: {name: R, permissions: [[a.b]]}}\n")
            .find("'permissions' takes keys of permissions") != std::string::npos);
}

TEST_CASE("all problems are told together, in the order of the file") {
  CHECK(problem("roles:\n  a: {}\n  b: {name: no, x: 1}\nrolez: {}\nviews: {v: {name: V, type: list, project: p}}\n") ==
        "3:3: roles/a needs 'name'\n"
        "4:13: 'name' takes text; write \"no\" in quotes\n"
        "4:17: unknown field 'x' of roles/b\n"
        "5:1: unknown key 'rolez'; did you mean 'roles'?\n"
        "6:43: there is no 'p' among projects\n");
}
