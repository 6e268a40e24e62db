#include "provisioning/definitions/render.hpp"

#include "provisioning/base/embedded.hpp"
#include "provisioning/plan/overlay.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/definitions.hpp"

using acctl::render_document;
using acctl::State;

namespace {

State declared(std::string_view text) {
  return acctl::declared_state(acctl::test::closed_definitions(std::string(text)));
}

void check_same(const State& a, const State& b) {
  REQUIRE(a.size() == b.size());
  for (const auto& [kind, objects] : a) {
    INFO(kind);
    REQUIRE(b.contains(kind));
    REQUIRE(b.at(kind).size() == objects.size());
    for (const auto& [key, object] : objects) {
      INFO(key);
      REQUIRE(b.at(kind).contains(key));
      CHECK(b.at(kind).at(key).fields == object.fields);
    }
  }
}

}  // namespace

TEST_CASE("kinds, fields and lists stand in a fixed order, whatever the order of the file") {
  const std::string rendered = render_document(
      declared("acctl: 1\nroles:\n  b: {permissions: [c.d: group, a.b], name: B}\n  a: {name: A, description: x}\n"
               "permissions:\n  c.d: {category: C, levels: [group]}\n  a.b: {category: A}\n"));
  CHECK(rendered ==
        "acctl: 1\n"
        "permissions:\n"
        "  a.b:\n"
        "    category: A\n"
        "  c.d:\n"
        "    category: C\n"
        "    levels:\n"
        "      - group\n"
        "roles:\n"
        "  a:\n"
        "    name: A\n"
        "    description: x\n"
        "    scope: organization\n"
        "    system: false\n"
        "    base: false\n"
        "  b:\n"
        "    name: B\n"
        "    scope: organization\n"
        "    system: false\n"
        "    base: false\n"
        "    permissions:\n"
        "      - a.b\n"
        "      - c.d: group\n");
}

TEST_CASE("what is rendered is read back the same") {
  for (const acctl::Pack& pack : acctl::packs()) {
    INFO(pack.name);
    const State state = declared(pack.yaml);
    const std::string rendered = render_document(state);
    const State again = declared(rendered);
    check_same(state, again);
    CHECK(render_document(again) == rendered);
  }
}

TEST_CASE("text that looks like something else comes back as text") {
  State state;
  for (const char* text : {"no",
                           "Yes",
                           "on",
                           "~",
                           "null",
                           "true",
                           "1e3",
                           "0x10",
                           "007",
                           "5",
                           "-",
                           "",
                           " ",
                           " x ",
                           "a: b",
                           "#c",
                           "- x",
                           "a #b",
                           "*",
                           "&a",
                           "!t",
                           "%d",
                           "@x",
                           "`x`",
                           "'",
                           "\"",
                           "\\",
                           "a\nb\n",
                           "\ttab",
                           "é",
                           "\xE2\x80\xAE",
                           "[x]",
                           "{x}",
                           ">",
                           "|",
                           "2026-12-25",
                           "12:30",
                           "=",
                           "<<",
                           "NaN",
                           ".inf",
                           "a\r\nb",
                           "{{x}}",
                           "${x}",
                           "$${x}",
                           "$$ ${",
                           "a ${b} $",
                           "\xC2\x85",
                           "\xF0\x9F\x98\x80"}) {
    state["settings"][std::to_string(state["settings"].size())].fields["value"] = text;
    acctl::Object& project = state["projects"]["p" + std::to_string(state["projects"].size())];
    project.fields = {{"name", "P"}, {"description", text}, {"colour", "#808080"}, {"archived", false}};
  }
  check_same(state, declared(render_document(state)));
}

TEST_CASE("values of settings keep their type") {
  State state;
  int next = 0;
  for (const nlohmann::json& value :
       {nlohmann::json(5), nlohmann::json(-1), nlohmann::json(0.5), nlohmann::json(true), nlohmann::json(1e300),
        nlohmann::json(9'223'372'036'854'775'807), nlohmann::json::array(), nlohmann::json::object(),
        nlohmann::json::parse(R"([1, "1", [true, null], {"a": [], "b": {"c": "no"}}])")}) {
    state["settings"]["k" + std::to_string(next++)].fields["value"] = value;
  }
  check_same(state, declared(render_document(state)));
}

TEST_CASE("an export of many users is within the limits of the reader") {
  State state;
  constexpr int count = 60'000;
  for (int i = 0; i < count; ++i) {
    const std::string email = "user" + std::to_string(i) + "@acme.example";
    acctl::Object& user = state["users"][email];
    user.fields = {{"name", "User " + std::to_string(i)},
                   {"crm_access", false},
                   {"idp", "entra"},
                   {"external_id", "E" + std::to_string(i)}};
    state["user_roles"][email + "/support-agent"];
    state["user_roles"][email + "/team-lead"];
  }
  const std::string text = render_document(state);
  const acctl::Definitions read = acctl::read_definitions({{.name = "export", .text = text}});
  CHECK(read.objects.at("users").size() == count);
  CHECK(read.objects.at("users").at("user7@acme.example").lists.at("roles").entries.size() == 2);
}
