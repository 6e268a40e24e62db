// Lists, clones and former keys of objects in definitions.
#include "tests/support/catch.hpp"
#include "tests/support/definitions.hpp"

using acctl::DeclaredList;
using acctl::read_definitions;
using acctl::test::problems_of;

namespace {

DeclaredList list_of(const std::string& yaml, const std::string& kind = "roles",
                     const std::string& name = "permissions") {
  const acctl::Definitions read =
      read_definitions({{"f", "acctl: 1\n" + kind + ": {x: {" + name + ": " + yaml + "}}\n"}});
  return read.objects.at(kind).at("x").lists.at(name);
}

// "+a.b -c.d a.b:group"
std::string shown(const DeclaredList& list) {
  std::string all;
  for (const acctl::ListEntry& entry : list.entries) {
    all += (all.empty() ? "" : " ") +
           std::string(entry.remove    ? "-"
                       : list.relative ? "+"
                                       : "") +
           entry.key + (entry.level.empty() ? "" : ":" + entry.level);
  }
  return all;
}

std::string problem(const std::string& text) { return problems_of("acctl: 1\n" + text); }

}  // namespace

TEST_CASE("a plain list is the whole truth, signs add to what is there and take away") {
  CHECK(shown(list_of("[a.b, {c.d: group}, e.f: global]")) == "a.b c.d:group e.f:global");
  CHECK(shown(list_of("[]")).empty());
  CHECK_FALSE(list_of("[]").relative);
  CHECK(shown(read_definitions({{"f",
                                 "acctl: 1\nroles:\n  x:\n    permissions:\n      - +a.b\n      - -c.d\n"
                                 "      - +e.f: group\n"}})
                  .objects.at("roles")
                  .at("x")
                  .lists.at("permissions")) == "+a.b -c.d +e.f:group");
  CHECK(shown(list_of("[+a.b, \"-c.d\", {+e.f: group}]")) == "+a.b -c.d +e.f:group");
  CHECK(list_of("[-a.b]").relative);
  CHECK(problem("roles: {x: {permissions: [a.b, +c.d]}}\n") ==
        "2:32: 'permissions' mixes entries with and without a sign: either all are + or -, or none\n");
  CHECK(problem("roles: {x: {permissions: [-a.b, c.d, e.f]}}\n") ==
        "2:33: 'permissions' mixes entries with and without a sign: either all are + or -, or none\n");
  CHECK(problem("roles: {x: {permissions: [+a.b, -a.b]}}\n") == "2:33: 'a.b' is listed twice\n");
  CHECK(problem("roles: {x: {permissions: [a.b, a.b: group]}}\n") == "2:32: 'a.b' is listed twice\n");
  CHECK(problem("roles: {x: {permissions: ~}}\n") == "2:26: 'permissions' takes a list\n");
  CHECK(problem("roles: {x: {permissions: [-a.b: group]}}\n") == "2:33: what is removed takes no level\n");
  CHECK(problem("roles: {x: {permissions: [no, 5]}}\n") ==
        "2:27: 'permissions' takes text; write \"no\" in quotes\n"
        "2:31: 'permissions' takes text; write \"5\" in quotes\n");
}

TEST_CASE("an address may begin with a sign, which quotes tell from one of ours") {
  CHECK(shown(list_of("[+ana@acme.example, -ben@acme.example]", "teams", "members")) ==
        "+ana@acme.example -ben@acme.example");
  CHECK(shown(list_of("[\"+ana@acme.example\", ben@acme.example]", "teams", "members")) ==
        "+ana@acme.example ben@acme.example");
  CHECK_FALSE(list_of("[\"+ana@acme.example\"]", "teams", "members").relative);
}

TEST_CASE("a level is one that the permission knows") {
  const std::string catalogue = "permissions: {a.b: {category: A, levels: [group]}, c.d: {category: C, levels: ~}}\n";
  CHECK(problem(catalogue + "roles: {x: {permissions: [a.b: grup]}}\n") ==
        "3:32: there is no level 'grup'; did you mean 'group'?\n");
  CHECK(problem(catalogue + "roles: {x: {permissions: [a.b: global]}}\n") ==
        "3:27: 'a.b' cannot be held at level 'global'; its levels: group\n");
  CHECK(problem(catalogue + "roles: {x: {permissions: [c.d: group]}}\n") ==
        "3:27: 'c.d' cannot be held at level 'group'; it has no levels\n");
  // What the file does not say of a permission, the tenant may.
  CHECK(problem("permissions: {a.b: {category: A}}\nroles: {x: {permissions: [a.b: group, z.z: global]}}\n").empty());
}

TEST_CASE("a clone starts as a copy, plain entries add to it") {
  const acctl::Definitions read =
      read_definitions({{"f", "acctl: 1\nroles: {x: {clone: w, permissions: [a.b, +c.d, -e.f]}, z: {clone: x}}\n"}});
  const acctl::Declaration& x = read.objects.at("roles").at("x");
  CHECK(x.clone == "w");
  CHECK(x.clone_place.column == 20);
  CHECK(shown(x.lists.at("permissions")) == "+a.b +c.d -e.f");
  CHECK(problem("roles: {x: {clone: x}}\n") == "2:20: roles/x cannot be a copy of itself\n");
  CHECK(problem("teams: {a: {clone: b}, b: {clone: c}, c: {clone: b}}\n") ==
        "2:35: teams/b -> c -> b: copies of each other in a circle\n");
  CHECK(problem("roles: {a: {clone: b}, b: {clone: a}}\nteams: {a: {clone: b}}\n") ==
        "2:20: roles/a -> b -> a: copies of each other in a circle\n");
  CHECK(problem("statuses: {v: {clone: w}}\n") ==
        "2:16: 'clone' is for roles, role_templates, teams, sla_policies, views, automations and forms, not for "
        "statuses\n");
  CHECK(problem("users: {a@b.example: {clone: c@d.example}}\n").find("'clone' is for") != std::string::npos);
  CHECK(problem("roles: {x: {clone: [y]}}\n") == "2:20: 'clone' takes one value\n");
  CHECK(problem("automations: {x: {clone: pack:escalate-overdue}}\nroles: {y: {clone: pack:admin}}\n") == "");
  CHECK(problem("automations: {x: {clone: pack:escalate-overdu}}\n") ==
        "2:26: no pack has a 'escalate-overdu' among automations; did you mean 'escalate-overdue'?\n");
  CHECK(problem("automations: {x: {clone: \"pack:\"}}\n").find("'clone': ") != std::string::npos);
  CHECK(problem("roles: {x: {clone: Lead}}\n").find("'clone': 'Lead' is not a valid key") != std::string::npos);
}

TEST_CASE("former keys belong to one object, and to none that is there") {
  const acctl::Definitions read = read_definitions(
      {{"f", "acctl: 1\nroles: {x: {previously: [v, w]}}\nusers: {a@b.example: {previously: [C@d.example]}}\n"}});
  CHECK(read.objects.at("roles").at("x").previously.all() == std::vector<std::string>{"v", "w"});
  CHECK(read.objects.at("users").at("a@b.example").previously.all() == std::vector<std::string>{"c@d.example"});
  CHECK(problem("roles: {x: {previously: [w]}, w: {}}\n") == "2:26: roles/w is still declared in f:2:31\n");
  // A key can be passed on, also in a circle.
  CHECK(problem("roles: {x: {previously: [w]}, w: {previously: [v]}}\n").empty());
  CHECK(problem("roles: {x: {previously: [w]}, w: {previously: [x]}}\n").empty());
  CHECK(problem("roles: {x: {previously: [w]}, w: {previously: [v]}, v: {previously: [x]}}\n").empty());
  CHECK(problem("roles: {x: {previously: [w]}, w: {previously: [v]}, v: {}}\n") ==
        "2:26: roles/w is still declared in f:2:31\n2:48: roles/v is still declared in f:2:53\n");
  CHECK(problem("roles: {x: {previously: [w]}, z: {previously: [w]}}\n") ==
        "2:48: roles/w is also the former key of roles/x in f:2:26\n");
  CHECK(problem("roles: {x: {previously: [x]}}\n") == "2:26: roles/x cannot be its own former key\n");
  CHECK(problem("roles: {x: {previously: w}}\n") == "2:25: 'previously' takes a list of keys\n");
  CHECK(problem("roles: {x: {previously: [w]}}\nteams: {w: {}}\n").empty());
}

TEST_CASE("people are known in lower case, wherever they stand") {
  const acctl::Definitions read = read_definitions(
      {{"f",
        "acctl: 1\nusers: {Ana@Acme.example: {roles: [r]}}\nteams: {t: {members: [ANA@acme.EXAMPLE]}}\n"
        "guards: {protect: [users/ANA@acme.example]}\n"}});
  CHECK(read.objects.at("users").contains("ana@acme.example"));
  CHECK(read.objects.at("teams").at("t").lists.at("members").entries.at(0).key == "ana@acme.example");
  CHECK(read.guards.protect->contains("users/ana@acme.example"));
  CHECK(problem("users:\n  ana@acme.example: {}\n  Ana@acme.example: {}\n") ==
        "4:3: users/ana@acme.example is also declared in f:3:3\n");
  CHECK(problem("teams: {t: {members: [a@b.example, A@b.example]}}\n") == "2:36: 'a@b.example' is listed twice\n");
}
