// Bad inputs of definitions: those of the table, each with its exact messages, and those that no table can hold. That a
// refusal is quick and small is shown on the program, in tests/cli/definitions/validate_test.cpp.
#include "provisioning/definitions/schema.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/definitions.hpp"
#include "tests/support/mistakes.hpp"

using acctl::test::problems_of;

namespace {

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::string problem(const std::string& text) { return problems_of("acctl: 1\n" + text); }

}  // namespace

TEST_CASE("bad input: the reader and the schema judge the table of mistakes alike") {
  acctl::test::check_mistakes("definitions", acctl::definitions_schema(),
                              [](const std::string& text) { return problems_of(text); });
}

TEST_CASE("bad input: bytes that are no text") {
  CHECK(problem("roles:\n  a\xff"
                "b: {}\n") == "3:4: not valid UTF-8\n");
  CHECK(problems_of(std::string("\xFF\xFE"
                                "a\0c\0",
                                6)) == "1:1: UTF-16; save it as UTF-8\n");
  CHECK(problems_of(std::string("\xFE\xFF\0a\0c", 6)) == "1:1: UTF-16; save it as UTF-8\n");
  CHECK(problems_of(std::string("acctl: 1\0", 9)) == "1:9: a control character\n");
  for (const char* text : {"", "\n\n", "acctl"}) {
    INFO(text);
    CHECK(problems_of(text).find("a definitions document is a mapping that begins with `acctl: 1`") !=
          std::string::npos);
  }
}

TEST_CASE("bad input: too much") {
  CHECK(problem("users:\n  " + std::string(320, 'a') + "@b.example: {}\n") ==
        "3:3: the user '" + std::string(80, 'a') + "…' has 330 bytes; at most 254 are allowed\n");
  CHECK(problem("roles: " + std::string(10'000, '[')).find("nested deeper than 64 levels") != std::string::npos);
  CHECK(problem("roles: " + repeated("{a: ", 10'000)).find("nested deeper than 64 levels") != std::string::npos);
  const std::string hostile = problem("roles:\n" + repeated("  x: &a\n", 200'000));
  CHECK(hostile.find("more problems, not shown") != std::string::npos);
  CHECK(problem("x: " + std::string(65u << 20, 'a')) == "1:1: larger than 64 MiB\n");
}

// What can be read on from hides nothing else, and what follows from it is no news.
TEST_CASE("bad input: several mistakes on one line") {
  CHECK(problem("roles: {x: {name: X, naem: Y, name: Z}}\nteams: {t: {name: no}}\nroles: {x: {permissions: x}}\n") ==
        "2:22: unknown field 'naem' of roles/x; did you mean 'name'?\n"
        "2:31: duplicate key 'name', first used in line 2\n"
        "3:19: 'name' takes text; write \"no\" in quotes\n"
        "4:1: duplicate key 'roles', first used in line 2\n"
        "4:9: roles/x is also declared in f:2:9\n"
        "4:26: 'permissions' takes a list\n");
}

TEST_CASE("bad input: where nothing else is declared, what is named has to be there") {
  CHECK(problems_of("acctl: 1\nteams: {t: {name: T, members: [ana@b.example]}}\nusers: {anna@b.example: {}}\n",
                    {.references = acctl::References::closed}) ==
        "2:32: there is no 'ana@b.example' among users; did you mean 'anna@b.example'?\n");
}

TEST_CASE("bad input: an export that is cut or altered is refused, or is still an export") {
  const std::string text =
      "acctl: 1\nschema: 4\nroles:\n  agent:\n    name: Agent\n    permissions:\n      - tickets.view: group\n";
  for (std::size_t length = 0; length < text.size(); ++length) problems_of(text.substr(0, length));
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string altered = text;
      altered[at] = static_cast<char>(altered[at] ^ (1 << bit));
      problems_of(altered);
    }
  }
  CHECK(problems_of(text.substr(0, 4)).find("begins with `acctl: 1`") != std::string::npos);
}

TEST_CASE("bad input: two users with one external id, as its provider compares them") {
  const auto two = [](const std::string& idp, const std::string& one, const std::string& other) {
    return problem("users:\n  a@x.example: {idp: " + idp + ", external_id: " + one + "}\n  b@x.example: {idp: " + idp +
                   ", external_id: " + other + "}\n");
  };
  const std::string why = "the external_id of users/b@x.example is that of users/a@x.example too, in f:3:";
  CHECK(two("entra", "x4", "X4").find(why) != std::string::npos);
  CHECK(two("okta", "x4", "\" x4 \"").find(why) != std::string::npos);
  CHECK(two("okta", "x4", "X4").empty());
}
