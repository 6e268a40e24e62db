// What definitions say of themselves, and their tests.
#include "tests/support/catch.hpp"
#include "tests/support/definitions.hpp"

using acctl::Definitions;
using acctl::read_definitions;
using acctl::References;
using acctl::test::problems_of;

namespace {

std::string problem(const std::string& text) { return problems_of("acctl: 1\n" + text); }
Definitions one(const std::string& text) { return read_definitions({{"f", "acctl: 1\n" + text}}); }

}  // namespace

TEST_CASE("the version is a number, and the first thing that must be right") {
  for (const char* bad : {"\"1\"", "1.0", "one", "[1]", "0", "-1", "~", "01"}) {
    INFO(bad);
    CHECK(problems_of("acctl: " + std::string(bad) + "\n") == "1:8: 'acctl' takes 1, the version of the format\n");
  }
}

TEST_CASE("a schema that is newer than acctl is refused") {
  CHECK(one("schema: 4\n").schema == 4);
  CHECK_FALSE(one("").schema.has_value());
  const acctl::ReadOptions four{.schema_head = 4};
  CHECK(problems_of("acctl: 1\nschema: 4\n", four).empty());
  CHECK(problems_of("acctl: 1\nschema: 5\n", four) ==
        "2:9: tenant schema 5 requires a newer acctl; this one supports 4\n");
  CHECK(problem("schema: 0\n") == "2:9: 'schema' takes the number of a tenant schema version\n");
  CHECK(problem("schema: x\n") == "2:9: 'schema' takes the number of a tenant schema version\n");
}

TEST_CASE("a manager has a name") {
  CHECK(one("manager: support-gitops\n").manager == "support-gitops");
  CHECK(problem("manager: no\n") == "2:10: 'manager' takes text; write \"no\" in quotes\n");
  CHECK(problem("manager: \"\"\n").starts_with("2:10: 'manager': '' is not a valid key"));
  CHECK(problem("manager: a b\n").starts_with("2:10: 'manager': 'a b' is not a valid key"));
}

TEST_CASE("tenants are named, or described") {
  CHECK(one("tenants: [beta, acme]\n").tenants->slugs == std::vector<std::string>{"acme", "beta"});
  const auto match = [](const std::string& text) {
    std::string conditions;
    const auto selection = one("tenants: {match: " + text + "}\n").tenants;
    for (const auto& condition : selection->match) conditions += to_string(condition) + ";";
    return conditions;
  };
  CHECK(match("{plan: [pro, enterprise], region: eu, tier: gold}") == "plan=enterprise,pro;region=eu;label.tier=gold;");
  CHECK(match("[plan!=trial, created>30d, \"tier=a,b\"]") == "plan!=trial;created>30d;label.tier=a,b;");
  CHECK(match("{label.plan: old}") == "label.plan=old;");
  const std::string form = "'tenants' takes a list of slugs, or {match: {…}}";
  CHECK(problem("tenants: []\n") == "2:10: " + form + "; without it the files are for all tenants\n");
  CHECK(problem("tenants: acme\n") == "2:10: " + form + "; without it the files are for all tenants\n");
  CHECK(problem("tenants: {acme: {name: A}}\n") == "2:11: " + form + ", not 'acme'\n");
  CHECK(problem("tenants: [acme, acme]\n") == "2:17: 'acme' is listed twice\n");
  CHECK(problem("tenants: [Acme]\n") == "2:11: the slug 'Acme' cannot name a tenant\n");
  CHECK(problem("tenants: {match: {}}\n").find("'match' takes a mapping") != std::string::npos);
  CHECK(problem("tenants: {match: {plan: []}}\n") == "2:25: 'plan' takes a word or a list of words\n");
  CHECK(problem("tenants: {match: {plan: [pro, pro]}}\n") == "2:31: 'pro' is listed twice\n");
  CHECK(problem("tenants: {match: [plan]}\n") == "2:19: 'match': 'plan' is not a condition\n");
  CHECK(problem("tenants: {match: {status: activ}}\n") ==
        "2:19: 'match': there is no status 'activ'; did you mean 'active'?\n");
  CHECK(problem("tenants: {match: {tier: 1}}\n") == "2:25: 'tier' takes text; write \"1\" in quotes\n");
}

TEST_CASE("guards are numbers, shares and addresses") {
  const acctl::GuardLimits guards =
      one("guards: {min_admins: 2, max_removals: 25%, protect: [roles/admin, teams/*, users/A@b.example]}\n").guards;
  CHECK(guards.min_admins == 2);
  CHECK(guards.max_removals == acctl::Cap{.number = 25, .percent = true});
  CHECK(guards.protect->size() == 3);
  CHECK(guards.protect->at("roles/admin").column == 54);
  CHECK(guards.protect->contains("teams/*"));
  CHECK(guards.protect->contains("users/a@b.example"));
  CHECK(one("guards: {max_removals: 0}\n").guards.max_removals == acctl::Cap{.number = 0, .percent = false});
  CHECK(one("guards: {max_removals: \"25%\"}\n").guards.max_removals->percent);
  CHECK(one("guards: {protect: []}\n").guards.protect->empty());
  for (const char* bad : {"-1", "101%", "1.5", "x", "\"%\"", "-1%", "2 %", "1e3", "[5]"}) {
    INFO(bad);
    CHECK(problem("guards: {max_removals: " + std::string(bad) + "}\n") ==
          "2:24: 'max_removals' takes a number, or a share such as 25%\n");
  }
  for (const char* bad : {"0", "-1", "x", "\"2\"", "9223372036854775808"}) {
    CHECK(problem("guards: {min_admins: " + std::string(bad) + "}\n") ==
          "2:22: 'min_admins' takes a whole number from 1\n");
  }
  CHECK(problem("guards: {protect: [rolse/a]}\n") == "2:20: there is no kind 'rolse'; did you mean 'roles'?\n");
  CHECK(problem("guards: {protect: [protections/a]}\n").starts_with("2:20: there is no kind 'protections'"));
  CHECK(problem("guards: {protect: [admin]}\n") == "2:20: 'protect' takes kind/key, such as roles/admin or roles/*\n");
  CHECK(problem("guards: {protect: [roles/A]}\n").starts_with("2:20: 'A' is not a valid key"));
  CHECK(problem("guards: {protect: [roles/a, roles/a]}\n") == "2:29: 'roles/a' is listed twice\n");
  CHECK(problem("guards: {min_admin: 1}\n") == "2:10: unknown key 'min_admin'; did you mean 'min_admins'?\n");
  CHECK(problem("guards: []\n") == "2:9: guards takes a mapping\n");
}

TEST_CASE("a test names somebody, and permissions or patterns") {
  CHECK(problem("tests: {}\n") == "2:8: tests takes a list\n");
  CHECK(problem("tests: [x]\n") == "2:9: a test is a mapping such as {role: agent, can: [tickets.view]}\n");
  CHECK(problem("tests: [{can: [a.b]}]\n") == "2:9: a test names one user, role or role template\n");
  CHECK(problem("tests: [{role: a, user: b@c.example}]\n") == "2:9: a test names one user, role or role template\n");
  CHECK(problem("tests: [{role: a, role_template: b}]\n") == "2:9: a test names one user, role or role template\n");
  CHECK(problem("tests: [{role_template: A B, can: [a.b]}]\n").starts_with("2:25: 'A B' is not a valid key"));
  CHECK(problems_of("acctl: 1\ntests: [{role_template: t, can: []}]\n", {.references = References::closed}) ==
        "2:9: there is no 't' among role_templates\n2:33: a test lists what its subject can or cannot do\n");
  CHECK(problem("tests: [{role: A B, can: [a.b]}]\n").starts_with("2:16: 'A B' is not a valid key"));
  CHECK(problem("tests: [{user: ana, can: [a.b]}]\n") == "2:16: the user 'ana' is not an e-mail address\n");
  CHECK(problem("tests: [{role: a, can: a.b}]\n") == "2:24: can and cannot take lists of permissions\n");
  for (const char* bad : {"tickets", "\"*.view\"", "tickets.*.x", "Tickets.view", "tickets.", "\"\"", "tickets.v*"}) {
    INFO(bad);
    CHECK(problem("tests: [{role: a, cannot: [" + std::string(bad) + "]}]\n")
              .find("is not a valid permission or pattern") != std::string::npos);
  }
  CHECK(problem("tests: [{role: a, can: [{a.b: all}]}]\n").find("there is no level 'all'") != std::string::npos);
  CHECK(problem("tests: [{role: a, can: [{a.b: group, c.d: group}]}]\n") ==
        "2:25: write a permission, or {permission: level}\n");
  const std::string unknown =
      "permissions: {a.b: {category: A, levels: [group]}}\ntests: [{role: r, can: [a.c, a.b: global, z.*]}]\n";
  CHECK(problem(unknown) == "3:30: 'a.b' cannot be held at level 'global'; its levels: group\n");
  CHECK(problems_of("acctl: 1\n" + unknown, {.references = References::closed}) ==
        "3:9: there is no 'r' among roles\n"
        "3:25: there is no 'a.c' among permissions; did you mean 'a.b'?\n"
        "3:30: 'a.b' cannot be held at level 'global'; its levels: group\n"
        "3:43: no permission matches 'z.*'\n");
  CHECK(problem("tests: [{role: a}]\n") == "2:9: a test lists what its subject can or cannot do\n");
}

TEST_CASE("tests that cannot hold together are told with both places") {
  const auto of = [](const std::string& can, const std::string& cannot) {
    return problem("tests:\n  - {role: r, can: [" + can + "]}\n  - {role: r, cannot: [" + cannot + "]}\n");
  };
  CHECK(of("a.b", "a.b") == "3:21: 'a.b' contradicts cannot 'a.b' of the same role in f:4:24\n");
  CHECK(of("a.b", "a.*") == "3:21: 'a.b' contradicts cannot 'a.*' of the same role in f:4:24\n");
  CHECK(of("a.*", "a.*") == "3:21: 'a.*' contradicts cannot 'a.*' of the same role in f:4:24\n");
  CHECK(of("\"*\"", "a.b") == "3:21: '*' contradicts cannot 'a.b' of the same role in f:4:24\n");
  CHECK(of("a.*", "a.b") == "3:21: 'a.*' contradicts cannot 'a.b' of the same role in f:4:24\n");
  CHECK(of("a.b", "\"*\"") == "3:21: 'a.b' contradicts cannot '*' of the same role in f:4:24\n");
  CHECK(of("a.*", "\"*\"") == "3:21: 'a.*' contradicts cannot '*' of the same role in f:4:24\n");
  CHECK(of("1.5", "a.b") == "3:21: a list of permissions takes text; write \"1.5\" in quotes\n");
  CHECK(of("a.b: global", "a.b: group").find("contradicts") != std::string::npos);
  CHECK(of("a.b: group", "a.b: group").find("contradicts") != std::string::npos);
  CHECK(of("a.b: restricted", "a.*").find("contradicts") != std::string::npos);
  for (const auto& [can, cannot] : std::vector<std::pair<std::string, std::string>>{{"a.b: group", "a.b: global"},
                                                                                    {"a.b", "a.b: group"},
                                                                                    {"a.b", "b.*"},
                                                                                    {"a.*", "a.b: group"},
                                                                                    {"a.b", "a.c"}}) {
    INFO(can << " " << cannot);
    CHECK(of(can, cannot).empty());
  }
  CHECK(problem("tests: [{user: a@b.example, can: [a.b]}, {user: A@b.example, cannot: [a.b]}]\n")
            .find("contradicts cannot 'a.b' of the same user") != std::string::npos);
  CHECK(problem("tests: [{user: a@b.example, can: [a.b]}, {role: a, cannot: [a.b]}]\n").empty());
  CHECK(problem("tests: [{role: a, can: [a.b]}, {role_template: a, cannot: [a.b]}]\n").empty());
  CHECK(problem("tests: [{role_template: a, can: [a.b], cannot: [a.b]}]\n").find("same role template") !=
        std::string::npos);
  CHECK(problem("tests: [{role: a, can: [a.b], cannot: [a.b]}]\n").find("contradicts") != std::string::npos);
}
