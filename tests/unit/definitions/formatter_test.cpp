// The canonical layout: what fmt writes.
#include "provisioning/definitions/formatter/formatter.hpp"

#include "provisioning/base/embedded.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/definitions/render.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/overlay.hpp"
#include "tests/support/catch.hpp"

using acctl::canonical_layout;

namespace {

std::string laid_out(const std::string& text) {
  const std::string once = canonical_layout(text, "f");
  CHECK(canonical_layout(once, "f") == once);
  return once;
}

}  // namespace

TEST_CASE("what an export writes is laid out already, with suspended users and grants that end") {
  acctl::State state;
  for (const char* user : {"ana@x.example", "ben@x.example"}) {
    acctl::Object& object = state["users"][user];
    object.status = user[0] == 'a' ? "suspended" : "active";
    object.fields["name"] = "N: #";
    object.fields["external_id"] = "007";
    state["user_permissions"][acctl::edge_key(user, "tickets.view")].fields["level"] = "group";
    state["user_roles"][acctl::edge_key(user, "agent")];
    state["user_roles"][acctl::edge_key(user, "lead")].fields["until"] = "2099-01-01T00:00:00Z";
    state["team_members"][acctl::edge_key("t", user)].fields["until"] = "2099-01-01T00:00:00Z";
  }
  state["teams"]["t"].fields["name"] = "T";
  const std::string text = acctl::render_document(state, {.manager = "m", .kinds = {}, .ends = true});
  CHECK(text.find("status: suspended") != std::string::npos);
  CHECK(laid_out(text) == text);
}

TEST_CASE("top-level keys, objects and fields have their order, documents keep theirs") {
  CHECK(laid_out("tests: []\n"
                 "guards: {protect: [roles/b, roles/a], max_removals: 5, min_admins: 2}\n"
                 "views: {v: {sort: [z, -a], name: V}}\n"
                 "roles:\n"
                 "  b: {permissions: [c.d: group, a.b], name: B, clone: a, previously: [z, x]}\n"
                 "  a:\n"
                 "    name: 'A'\n"
                 "variables: {z: 1, a: no}\n"
                 "tenants: [b, a]\n"
                 "manager: m\n"
                 "acctl: 1\n") ==
        "acctl: 1\n"
        "manager: m\n"
        "tenants:\n"
        "  - a\n"
        "  - b\n"
        "variables:\n"
        "  a: no\n"
        "  z: 1\n"
        "roles:\n"
        "  a:\n"
        "    name: A\n"
        "  b:\n"
        "    clone: a\n"
        "    name: B\n"
        "    permissions:\n"
        "      - a.b\n"
        "      - c.d: group\n"
        "    previously:\n"
        "      - x\n"
        "      - z\n"
        "views:\n"
        "  v:\n"
        "    name: V\n"
        "    sort:\n"
        "      - z\n"
        "      - \"-a\"\n"
        "guards:\n"
        "  min_admins: 2\n"
        "  max_removals: 5\n"
        "  protect:\n"
        "    - roles/a\n"
        "    - roles/b\n"
        "tests: []\n");
}

TEST_CASE("comments stay with what they speak of") {
  CHECK(laid_out("# the licence\n"
                 "\n"
                 "# about roles\n"
                 "roles: # beside roles\n"
                 "  # about b\n"
                 "  b: {name: B} # beside b\n"
                 "  # about a, line 1\n"
                 "  # about a, line 2\n"
                 "  a:\n"
                 "    permissions:\n"
                 "      # about z\n"
                 "      - z.z # beside z\n"
                 "      - a.a: group # beside a.a\n"
                 "      # - later.one\n"
                 "    name: A # beside name\n"
                 "    # description: not yet\n"
                 "# about the version\n"
                 "acctl: 1\n"
                 "# the end\n") ==
        "# the licence\n"
        "\n"
        "# about the version\n"
        "acctl: 1\n"
        "# about roles\n"
        "roles: # beside roles\n"
        "  # about a, line 1\n"
        "  # about a, line 2\n"
        "  a:\n"
        "    name: A # beside name\n"
        "    permissions:\n"
        "      - a.a: group # beside a.a\n"
        "      # about z\n"
        "      - z.z # beside z\n"
        "      # - later.one\n"
        "    # description: not yet\n"
        "  # about b\n"
        "  b: # beside b\n"
        "    name: B\n"
        "# the end\n");
}

TEST_CASE("comments within brackets and behind dashes are kept") {
  CHECK(laid_out("acctl: 1\n"
                 "roles: {a: {name: A, # name\n"
                 "  permissions: [ # list\n"
                 "    b.b, # b\n"
                 "    # before a\n"
                 "    a.a\n"
                 "    # after a\n"
                 "  ] # closed\n"
                 "}}\n"
                 "tests:\n"
                 "  - # dash\n"
                 "    # role\n"
                 "    role: a # r\n"
                 "    can: [] # nothing\n") ==
        "acctl: 1\n"
        "roles:\n"
        "  a:\n"
        "    name: A # name\n"
        "    # closed\n"
        "    permissions: # list\n"
        "      # before a\n"
        "      - a.a\n"
        "      - b.b # b\n"
        "      # after a\n"
        "tests:\n"
        "  # dash\n"
        "  # role\n"
        "  - role: a # r\n"
        "    can: [] # nothing\n");
}

TEST_CASE("a # within text is no comment") {
  CHECK(laid_out("acctl: 1\n"
                 "settings:\n"
                 "  a: 'x # y'\n"
                 "  b: \"x \\\" # y\" # real\n"
                 "  c: x#y\n"
                 "  d: it's # real too\n"
                 "  e: 'it''s # no' \n"
                 "  f: two\n"
                 "    lines # third\n"
                 "  g: |  # header\n"
                 "    # text\n"
                 "      more\n"
                 "\n"
                 "    end\n"
                 "  # h\n"
                 "  h: >-\n"
                 "      folded # text\n"
                 "      line\n") ==
        "acctl: 1\n"
        "settings:\n"
        "  a: \"x # y\"\n"
        "  b: \"x \\\" # y\" # real\n"
        "  c: \"x#y\"\n"
        "  d: \"it's\" # real too\n"
        "  e: \"it's # no\"\n"
        "  f: two lines # third\n"
        "  g: | # header\n"
        "    # text\n"
        "      more\n"
        "\n"
        "    end\n"
        "  # h\n"
        "  h: >-\n"
        "    folded # text\n"
        "    line\n");
}

TEST_CASE("blank lines set sections and objects apart, all of them or none") {
  CHECK(laid_out("acctl: 1\nmanager: m\n\n\nroles:\n\n  b: {name: B}\n\n  a: {name: A}\n  c: {name: C}\n"
                 "teams:\n  t: {name: T}\n  s: {name: S}\n") ==
        "acctl: 1\nmanager: m\n\n"
        "roles:\n  a:\n    name: A\n\n  b:\n    name: B\n\n  c:\n    name: C\n\n"
        "teams:\n  s:\n    name: S\n  t:\n    name: T\n");
}

TEST_CASE("signs, quotes and data mean what they meant") {
  CHECK(laid_out("acctl: 1\n"
                 "roles:\n  a:\n    permissions:\n      - -z.z\n      - +b.b\n      - +a.a: group\n"
                 "teams:\n  t:\n    members: [\"+x@y.example\", -b@y.example, A@y.example]\n"
                 "settings: {a: ~, b: , c: true, d: 1.50, e: \"1\", f: 'no', g: 2026-12-25, h: [], i: {}}\n") ==
        "acctl: 1\n"
        "roles:\n  a:\n    permissions:\n      - +a.a: group\n      - +b.b\n      - -z.z\n"
        "teams:\n  t:\n    members:\n      - A@y.example\n      - -b@y.example\n      - \"+x@y.example\"\n"
        "settings:\n  a: null\n  b: null\n  c: true\n  d: 1.50\n  e: \"1\"\n  f: \"no\"\n  g: \"2026-12-25\"\n"
        "  h: []\n  i: {}\n");
}

TEST_CASE("a sign alone, or before several lines, is part of a text") {
  CHECK(laid_out("acctl: 1\nroles: {a: {permissions: [-, +b, -c\n\n+d]}}\n") ==
        "acctl: 1\nroles:\n  a:\n    permissions:\n      - \"-\"\n      - +b\n      - \"-c\\n+d\"\n");
}

TEST_CASE("block scalars keep their lines wherever they stand") {
  CHECK(laid_out("acctl: 1\nautomations:\n  a:\n    actions:\n    - |\n      x\n    - note: |2\n          deep\n"
                 "        less\n      b: >\n       f\n    - |+\n      kept\n\n") ==
        "acctl: 1\nautomations:\n  a:\n    actions:\n      - |\n        x\n      - note: |2\n            deep\n"
        "          less\n        b: >\n          f\n      - \"kept\\n\\n\"\n");
  // Less than the blank lines before it: no part of the text.
  CHECK(laid_out("acctl: 1\nsettings:\n  a: |\n      \n    # no\n") == "acctl: 1\nsettings:\n  a: \"\"\n  # no\n");
  // Where the file ends first, so does the text.
  CHECK(laid_out("acctl: 1\nsettings:\n  a: |\n     x") == "acctl: 1\nsettings:\n  a: |-\n    x\n");
}

TEST_CASE("a key stays the word that it is") {
  CHECK(laid_out("acctl: 1\nsettings: {~: 1, null, \"\": 2}\n") ==
        "acctl: 1\nsettings:\n  \"\": 2\n  null: null\n  ~: 1\n");
}

TEST_CASE("what stands behind characters of several bytes is found") {
  CHECK(laid_out("acctl: 1\nsettings: {ü: \"é # no\", b: ü} # ö\n") ==
        "acctl: 1\nsettings: # ö\n  b: \"ü\"\n  \"ü\": \"é # no\"\n");
}

TEST_CASE("an export is laid out already, and a pack means the same afterwards") {
  for (const acctl::Pack& pack : acctl::packs()) {
    INFO(pack.name);
    const auto read = [](const std::string& text) {
      return acctl::declared_state(acctl::read_definitions({{"f", text}}, {.references = acctl::References::closed}));
    };
    const std::string text(pack.yaml);
    const std::string exported = acctl::render_document(read(text), {.schema = 4});
    CHECK(laid_out(exported) == exported);
    CHECK(acctl::render_document(read(laid_out(text)), {.schema = 4}) == exported);
  }
}

TEST_CASE("what is no definitions file has no layout") {
  CHECK_THROWS_AS(canonical_layout("- a\n", "f"), acctl::Error);
  CHECK_THROWS_AS(canonical_layout("", "f"), acctl::Error);
  CHECK_THROWS_AS(canonical_layout("a: 1\na: 2\n", "f"), acctl::Error);
}
