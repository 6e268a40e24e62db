// Several files are one input, and variables are theirs together.
#include <algorithm>
#include <cstdlib>

#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/definitions.hpp"

using acctl::Definitions;
using acctl::read_definitions;
using acctl::Source;
using acctl::test::problems_of;

namespace {

std::string two(const std::string& a, const std::string& b) {
  const std::string forth = problems_of({{"a", "acctl: 1\n" + a}, {"b", "acctl: 1\n" + b}});
  CHECK(problems_of({{"b", "acctl: 1\n" + b}, {"a", "acctl: 1\n" + a}}) == forth);
  return forth;
}

std::string problem(const std::string& text) { return problems_of("acctl: 1\n" + text); }

Definitions one(const std::string& text, const acctl::ReadOptions& options = {}) {
  return read_definitions({{"f", "acctl: 1\n" + text}}, options);
}

nlohmann::json setting(const std::string& text, const acctl::ReadOptions& options = {}) {
  return one(text, options).objects.at("settings").at("s").fields.at("value").value;
}

}  // namespace

TEST_CASE("an object is declared in one place") {
  CHECK(two("roles: {x: {}}\n", "roles: {x: {name: X}}\n") == "b:2:9: roles/x is also declared in a:2:9\n");
  CHECK(two("roles: {x: {}}\n", "teams: {x: {}}\nroles: {y: {}}\n").empty());
  // What is declared twice is still checked.
  CHECK(two("roles: {x: {}}\n", "roles: {x: {nam: X}}\n") ==
        "b:2:9: roles/x is also declared in a:2:9\n"
        "b:2:13: unknown field 'nam' of roles/x; did you mean 'name'?\n");
}

TEST_CASE("what is said of all files is said once, or alike") {
  CHECK(two("manager: x\n", "manager: x\n").empty());
  CHECK(two("manager: x\n", "").empty());
  CHECK(read_definitions({{"a", "acctl: 1\n"}, {"b", "acctl: 1\nmanager: x\n"}}).manager == "x");
  CHECK(one("").manager == "acctl");
  CHECK(two("manager: x\n", "manager: z\n") == "b:2:10: 'manager' has another value in a:2:10\n");
  CHECK(two("tenants: [x, z]\n", "tenants: [z, x]\n").empty());
  CHECK(two("tenants: [x]\n", "tenants: [z]\n") == "b:2:10: 'tenants' has another value in a:2:10\n");
  CHECK(two("guards: {min_admins: 2, protect: [roles/a, roles/b]}\n",
            "guards: {min_admins: 2, max_removals: 5, protect: [roles/b, roles/a]}\n")
            .empty());
  CHECK(two("guards: {min_admins: 2, max_removals: 5, protect: [roles/a]}\n",
            "guards: {min_admins: 3, max_removals: 5%, protect: []}\n") ==
        "b:2:22: 'guards.min_admins' has another value in a:2:22\n"
        "b:2:39: 'guards.max_removals' has another value in a:2:39\n"
        "b:2:52: 'guards.protect' has another value in a:2:51\n");
}

TEST_CASE("files in any order give the same") {
  std::vector<Source> sources = {
      {"a", "acctl: 1\nroles: {x: {name: X, permissions: [a.b]}}\nvariables: {v: 1}\ntests: [{role: x, can: [a.b]}]\n"},
      {"b", "acctl: 1\nmanager: m\nroles: {w: {clone: x, previously: [z]}}\nsettings: {s: \"${v}\"}\n"},
      {"c",
       "acctl: 1\nguards: {protect: [roles/x]}\ntests: [{role: w, cannot: [a.*]}]\ntenants: {match: {plan: pro}}\n"},
      {"d", "acctl: 1\nteams: {t: {members: [a@b.example]}}\n"}};
  const auto shown = [&] {
    const Definitions read = read_definitions(sources);
    std::string places;
    for (const acctl::AccessTest& test : read.tests) places += test.place.file + std::to_string(test.place.line) + " ";
    return to_json(read).dump() + places + read.files.at(0) + read.files.at(3) + to_string(read.tenants->match.at(0));
  };
  const std::string first = shown();
  while (std::ranges::next_permutation(sources, {}, &Source::name).found) CHECK(shown() == first);
}

TEST_CASE("all problems of all files are told, a hundred at most") {
  CHECK(problems_of({{"b", "acctl: 1\nrolse: {}\n"}, {"a", "acctl: 1\nx: [\n"}, {"c", "- x\n"}}) ==
        "a:2:4: a bracket is opened and never closed\n"
        "b:2:1: unknown key 'rolse'; did you mean 'roles'?\n"
        "c:1:1: a definitions document is a mapping that begins with `acctl: 1`\n");
  std::string many = "acctl: 1\nroles:\n";
  for (int i = 0; i < 250; ++i) many += "  x" + std::to_string(i) + ": {nonsense: 1}\n";
  try {
    read_definitions({{"f", many}});
    FAIL("read");
  } catch (const acctl::Error& error) {
    CHECK(std::string(error.what()) == "f has 250 problems");
    REQUIRE(error.diagnostics().size() == 101);
    CHECK(error.diagnostics()[99].line == 102);
    CHECK(error.diagnostics()[100].message == "150 more problems, not shown");
  }
  CHECK_THROWS_WITH(read_definitions({{"a", ""}, {"b", ""}}), "the definitions have 2 problems");
}

TEST_CASE("variables stand for text in all values") {
  CHECK(setting("variables: {v: Acme}\nsettings: {s: \"${v}, ${v}!\"}\n") == "Acme, Acme!");
  CHECK(setting("settings: {s: [{a: \"x${v}\"}]}\nvariables: {v: 1}\n").dump() == R"([{"a":"x1"}])");
  CHECK(setting("settings:\n  s: $${v} $$${v} $\n") == "${v} $${v} $");
  const Definitions read =
      one("variables: {role: agent, mail: ANA@acme.example, p: a.b, m: gitops}\nmanager: ${m}\n"
          "roles:\n  agent:\n    permissions:\n      - ${p}\n      - c.d: group\n    clone: ${role}-0\n"
          "users: {x@y.example: {roles: [\"${role}\"]}}\nteams: {t: {members: [\"${mail}\"]}}\n"
          "guards: {protect: [\"roles/${role}\"]}\ntests: [{role: \"${role}\", can: [\"${p}\"]}]\n");
  CHECK(read.manager == "gitops");
  CHECK(read.objects.at("roles").at("agent").clone == "agent-0");
  CHECK(read.objects.at("roles").at("agent").lists.at("permissions").entries.at(0).key == "a.b");
  CHECK(read.objects.at("users").at("x@y.example").lists.at("roles").entries.at(0).key == "agent");
  CHECK(read.objects.at("teams").at("t").lists.at("members").entries.at(0).key == "ana@acme.example");
  CHECK(read.guards.protect->contains("roles/agent"));
  CHECK(read.tests.at(0).role == "agent");
}

TEST_CASE("a reference alone is what the variable is, any other text is text") {
  CHECK(setting("variables: {v: 5}\nsettings: {s: \"${v}\"}\n") == 5);
  CHECK(setting("variables: {v: true}\nsettings:\n  s: ${v}\n") == true);
  CHECK(setting("variables: {v: \"5\"}\nsettings: {s: \"${v}\"}\n") == "5");
  CHECK(setting("variables: {v: 5}\nsettings: {s: \"${v}0\"}\n") == "50");
  CHECK(one("variables: {v: 5}\nteams: {t: {capacity: \"${v}\"}}\n")
            .objects.at("teams")
            .at("t")
            .fields.at("capacity")
            .value == 5);
  CHECK(problem("variables: {v: 5}\nteams: {t: {capacity: \"${v}0\"}}\n") == "3:23: 'capacity' takes a whole number\n");
  CHECK(problem("variables: {v: no}\nteams: {t: {name: \"${v}\"}}\n") ==
        "3:19: 'name' takes text; write \"no\" in quotes\n");
}

TEST_CASE("a variable is known, has one value and refers to no other") {
  CHECK(problem("variables: {brand: A}\nsettings: {s: \"${brnd}\"}\n") ==
        "3:15: there is no variable 'brnd'; did you mean 'brand'?\n");
  // What is not known is said once, and not what follows from it.
  CHECK(problem("teams: {t: {capacity: \"${n}\"}}\n") == "2:23: there is no variable 'n'\n");
  CHECK(problem("settings: {s: \"a ${b\"}\n") == "2:15: ${ without its }; write $${ for the characters ${\n");
  CHECK(problem("settings: {s: \"${}\"}\n") ==
        "2:15: ${…} takes the name of a variable; write $${ for the characters ${\n");
  CHECK(problem("variables: {a: x, b: \"${a}\"}\n") == "2:22: a variable cannot refer to another one\n");
  CHECK(problem("variables: {a: [x]}\n") == "2:16: variable 'a' takes one value\n");
  CHECK(problem("variables: {a: }\n") == "2:13: variable 'a' takes one value\n");
  CHECK(problem("variables: {\"a b\": x}\n").find("is not a valid variable name") != std::string::npos);
  CHECK(problem("variables: []\n") == "2:12: variables takes a mapping\n");
  CHECK(two("variables: {v: 1}\n", "variables: {v: 1}\nsettings: {s: \"${v}\"}\n").empty());
  CHECK(two("variables: {v: 1}\n", "variables: {v: \"1\"}\n") == "b:2:13: variable 'v' has another value in a:2:13\n");
}

TEST_CASE("the environment is read only where that is allowed") {
  setenv("ACCTL_TEST_VARIABLE", "from outside", 1);
  unsetenv("ACCTL_TEST_UNSET");
  const acctl::ReadOptions allowed{.allow_environment = true};
  CHECK(setting("settings: {s: \"${env:ACCTL_TEST_VARIABLE}\"}\n", allowed) == "from outside");
  CHECK(setting("variables: {v: \"${env:ACCTL_TEST_VARIABLE}!\"}\nsettings: {s: \"${v}\"}\n", allowed) ==
        "from outside!");
  CHECK(problem("settings: {s: \"${env:ACCTL_TEST_VARIABLE}\"}\n") ==
        "2:15: ${env:ACCTL_TEST_VARIABLE} reads the environment, which only --allow-env allows\n");
  CHECK(problems_of("acctl: 1\nsettings: {s: \"${env:ACCTL_TEST_UNSET}\"}\n", allowed) ==
        "2:15: the environment variable ACCTL_TEST_UNSET is not set\n");
  setenv("ACCTL_TEST_VARIABLE", "\xff", 1);
  CHECK(problems_of("acctl: 1\nsettings: {s: \"${env:ACCTL_TEST_VARIABLE}\"}\n", allowed) ==
        "2:15: the environment variable ACCTL_TEST_VARIABLE is not valid UTF-8\n");
  unsetenv("ACCTL_TEST_VARIABLE");
}

TEST_CASE("a variable can have a default, and be set from outside") {
  CHECK(setting("settings: {s: \"${v:-Berlin} x\"}\n") == "Berlin x");
  CHECK(setting("variables: {v: Rome}\nsettings: {s: \"${v:-Berlin}\"}\n") == "Rome");
  CHECK(setting("settings:\n  s: ${v:-5}\n") == 5);
  // Its first } would be the end of it, and the rest text.
  for (const char* nested : {"${v:-${w}}", "a ${v:-b ${w:-c}} d", "${env:V:-${w}}", "${v:-$${w}}"}) {
    CHECK(problem("variables: {w: x}\nsettings: {s: \"" + std::string(nested) + "\"}\n")
              .find("takes no variable: write its text out") != std::string::npos);
  }
  unsetenv("ACCTL_TEST_UNSET");
  CHECK(setting("settings: {s: \"${env:ACCTL_TEST_UNSET:-d}\"}\n", {.allow_environment = true}) == "d");
  CHECK(problem("settings: {s: \"${env:ACCTL_TEST_UNSET:-d}\"}\n") ==
        "2:15: ${env:ACCTL_TEST_UNSET} reads the environment, which only --allow-env allows\n");
  const std::string text = "variables: {v: 1}\nsettings: {s: \"${v}\", t: \"${w:-x}\"}\n";
  CHECK(setting(text, {.variables = {{"v", "7"}, {"w", "y"}}}) == 7);
  CHECK(setting(text, {.variables = {{"v", "no"}}}) == "no");
  // Whatever the file gives it, what needs the environment too.
  CHECK(setting("variables: {v: \"${env:ACCTL_TEST_UNSET:-d}\"}\nsettings: {s: \"${v}\"}\n",
                {.variables = {{"v", "q"}}}) == "q");
  CHECK_THROWS_WITH(setting(text, {.variables = {{"x", "1"}}}), Catch::Contains("no file refers to a variable 'x'"));
}

TEST_CASE("variables cannot blow up the input") {
  // Each value for itself is as long as a setting can be.
  std::string text = "variables: {v: " + std::string(250u << 10, 'x') + "}\nsettings:\n";
  for (int i = 0; i < 280; ++i) text += "  s" + std::to_string(i) + ": ${v}\n";
  CHECK(problem(text).find("variables make the definitions larger than 64 MiB") != std::string::npos);
}

TEST_CASE("references that no file declares are open, unless all must be known") {
  const std::string text =
      "acctl: 1\nusers: {a@b.example: {roles: [agent], role_template: lead}}\n"
      "teams: {t: {clone: s, members: [c@d.example, a@b.example]}}\n"
      "roles: {r: {permissions: [-x.y]}}\n";
  CHECK(acctl::open_references(read_definitions({{"f", text}})) ==
        std::vector<std::string>{"role_templates/lead", "roles/agent", "teams/s", "users/c@d.example"});
  const Definitions base = one("roles: {agent: {name: A}}\nteams: {u: {name: U}}\n");
  // Of people a base knows nothing.
  CHECK(problems_of(text, {.base = &base}) ==
        "2:54: there is no 'lead' among role_templates\n"
        "3:20: there is no 's' among teams; did you mean 't'?\n"
        "4:27: there is no 'x.y' among permissions\n");
}
