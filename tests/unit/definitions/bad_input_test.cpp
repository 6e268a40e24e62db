// Bad inputs of definitions, each with its exact message. That a refusal is quick and small is shown on the program, in
// tests/cli/definitions/validate_test.cpp.
#include "tests/support/catch.hpp"
#include "tests/support/definitions.hpp"

using acctl::test::problems_of;

namespace {

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::string problem(const std::string& text) { return problems_of("acctl: 1\n" + text); }

// Of a role with `key`, written as YAML.
std::string role(const std::string& key) { return problem("roles:\n  " + key + ": {}\n"); }

const std::string anchor =
    "anchors (&name) are not allowed; write the value out where it is used (in definitions 'clone: KEY' copies an "
    "object)\n";
const std::string merge =
    "merge keys (<<) are not allowed; write the fields out (in definitions 'clone: KEY' copies an object, and entries "
    "behind a + add to its lists)\n";

constexpr const char* grammar =
    " is not a valid key: 1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit at its ends\n";

}  // namespace

TEST_CASE("bad input: blanks that are none are named where they stand") {
  const std::string blank = ": U+00A0 (no-break space); to keep it, write it as an escape in double quotes\n";
  CHECK(problem("teams: {a: {name: \"A\u00a0B\"}}\n") == "2:21" + blank);
  CHECK(problem("teams:\n  a:\u00a0{name: A}\n") == "3:5" + blank);
  CHECK(problem("teams:\n\u00a0 a: {name: A}\n") == "3:1" + blank);
  CHECK(problem("teams: {a: {name: A, description: \"d\u202f!\"}}\n").find("U+202F") != std::string::npos);
}

TEST_CASE("bad input: names that are no keys") {
  CHECK(role(std::string(63, 'a')).empty());
  CHECK(role(std::string(64, 'a')) ==
        "3:3: the key '" + std::string(64, 'a') + "' has 64 bytes; at most 63 are allowed\n");
  CHECK(role(std::string(65, 'a')) ==
        "3:3: the key '" + std::string(65, 'a') + "' has 65 bytes; at most 63 are allowed\n");
  for (const auto& [key, shown] :
       std::vector<std::pair<std::string, std::string>>{{"\"it's\"", "it's"},
                                                        {"'a\"b'", "a\"b"},
                                                        {"\"$(id)\"", "$(id)"},
                                                        {"\"a;b\"", "a;b"},
                                                        {"\"a|b\"", "a|b"},
                                                        {"\"%s%n\"", "%s%n"},
                                                        {"\"a\\nb\"", "a\\x0ab"},
                                                        {"-dash", "-dash"},
                                                        {"\"\"", ""},
                                                        {"\" a\"", " a"},
                                                        {"A", "A"},
                                                        {"a.", "a."},
                                                        {"a/b", "a/b"},
                                                        {"\"\\u00e9\"", "é"},           // NFC
                                                        {"\"e\\u0301\"", "e\xCC\x81"},  // its NFD twin
                                                        {"\"\\u0430dmin\"",
                                                         "\xD0\xB0"
                                                         "dmin"},  // a Cyrillic a
                                                        {"\"ad\\u202emin\"", "ad\\u{202e}min"},
                                                        {"\"a\\u200bb\"", "a\\u{200b}b"}}) {
    INFO(key);
    CHECK(role(key) == "3:3: '" + shown + "'" + grammar);
  }
  CHECK(role("\"a\\0b\"") == "3:3: a NUL character\n");
  CHECK(role("a\xff"
             "b") == "3:4: not valid UTF-8\n");
  CHECK(role("a\x1b[31m") == "3:4: a control character\n");
  // Words that SQL or a shell keeps for itself are names like others.
  for (const char* key : {"select", "postgres", "null-", "public", "con"}) {
    if (std::string(key) != "null-") CHECK(role(key).empty());
  }
  CHECK(problem("permissions:\n  tickets: {}\n") ==
        "3:3: 'tickets' is not a valid permission: write resource.action in lower case, or \"*\"\n");
  for (const char* key : {"a.b.c", ".b", "a.", "A.b", "a.*", "\"a b.c\""}) {
    INFO(key);
    CHECK(problem("permissions:\n  " + std::string(key) + ": {}\n").find("is not a valid permission") !=
          std::string::npos);
  }
}

TEST_CASE("bad input: addresses that are none") {
  const auto user = [](const std::string& key) { return problem("users:\n  " + key + ": {}\n"); };
  const std::string not_deliverable = "' is not an e-mail address that can be delivered to\n";
  CHECK(user("\"a@b.example\\r\\nBcc: c@d.example\"") ==
        "3:3: the user 'a@b.example\\x0d\\x0abcc: c@d.example' is not an e-mail address\n");
  CHECK(user("\"a@b.example\\nx\"") == "3:3: the user 'a@b.example\\x0ax" + not_deliverable);
  CHECK(user(std::string(320, 'a') + "@b.example") ==
        "3:3: the user '" + std::string(80, 'a') + "…' has 330 bytes; at most 254 are allowed\n");
  CHECK(user("a@b@c.example") == "3:3: the user 'a@b@c.example' is not an e-mail address\n");
  CHECK(user("ana") == "3:3: the user 'ana' is not an e-mail address\n");
  CHECK(user("ana@b\xC3\xBC"
             "cher.example") ==
        "3:3: the user 'ana@b\xC3\xBC"
        "cher.example" +
            not_deliverable);
  CHECK(user("'\"quoted local\"@b.example'") == "3:3: the user '\"quoted local\"@b.example" + not_deliverable);
  CHECK(user("'Ana <ana@b.example>'") == "3:3: the user 'ana <ana@b.example>" + not_deliverable);
  CHECK(user("ana@b") == "3:3: the user 'ana@b" + not_deliverable);
  CHECK(user("o'neil+tag=a/b{c}|d~e@xn--mnchen-3ya.example").empty());
}

TEST_CASE("bad input: YAML that is more than data") {
  CHECK(problem("settings:\n  a: &a [x,x]\n  b: [*a,*a]\n") ==
        "3:6: " + anchor +
            "4:7: aliases (*name) are not allowed; write the value out\n"
            "4:10: aliases (*name) are not allowed; write the value out\n");
  CHECK(problem("roles: &r {a: *r}\n") ==
        "2:8: " + anchor + "2:15: aliases (*name) are not allowed; write the value out\n");
  CHECK(problem("roles: *r\n") == "2:8: aliases (*name) are not allowed; write the value out\n");
  CHECK(problem("roles: " + std::string(10'000, '[')).find("nested deeper than 64 levels") != std::string::npos);
  CHECK(problem("roles: " + repeated("{a: ", 10'000)).find("nested deeper than 64 levels") != std::string::npos);
  CHECK(problem("roles: {}\nteams: {}\nroles: {}\n") == "4:1: duplicate key 'roles', first used in line 2\n");
  CHECK(problem("roles: {x: {name: X}, y: {}, x: {}}\n") == "2:30: duplicate key 'x', first used in line 2\n");
  // What can be read on from hides nothing else, and what follows from it is no news.
  CHECK(problem("roles: {x: {name: X, naem: Y, name: Z}}\nteams: {t: {name: no}}\nroles: {x: {permissions: x}}\n") ==
        "2:22: unknown field 'naem' of roles/x; did you mean 'name'?\n"
        "2:31: duplicate key 'name', first used in line 2\n"
        "3:19: 'name' takes text; write \"no\" in quotes\n"
        "4:1: duplicate key 'roles', first used in line 2\n"
        "4:9: roles/x is also declared in f:2:9\n"
        "4:26: 'permissions' takes a list\n");
  CHECK(problem("roles: {r: {permissions: [[tickets.view]]}}\n") ==
        "2:27: 'permissions' takes keys of permissions; there is one '-' or '[' too many\n");
  CHECK(problem("roles:\n  r:\n    permissions:\n      - - tickets.view\n").starts_with("5:9: 'permissions' takes"));
  CHECK(problem("email_templates: {t: {subject: [Acme], text: {{x}}}}\n").find("quote") != std::string::npos);
  CHECK(problem("email_templates: {t: {subject: [Acme], text: {a: b}}}\n") ==
        "2:32: 'subject' takes one value; quote a text that starts with [\n"
        "2:46: 'text' takes one value; quote a text that starts with {\n");
  const std::string hostile = problem("roles:\n" + repeated("  x: &a\n", 200'000));
  CHECK(hostile.find("more problems, not shown") != std::string::npos);
  CHECK(problem("roles:\n  x: {<<: {name: X}}\n") == "3:7: " + merge);
  CHECK(problem("roles: {x: {name: !!str X}}\n") == "2:19: tags (!name) are not allowed\n");
  CHECK(problem("roles: {}\n---\nroles: {}\n") == "3:1: only one document is allowed in a file\n");
  CHECK(problems_of("\xEF\xBB\xBF"
                    "acctl: 1\n")
            .empty());
  CHECK(problems_of(std::string("\xFF\xFE"
                                "a\0c\0",
                                6)) == "1:1: UTF-16; save it as UTF-8\n");
  CHECK(problems_of(std::string("\xFE\xFF\0a\0c", 6)) == "1:1: UTF-16; save it as UTF-8\n");
  CHECK(problems_of(std::string("acctl: 1\0", 9)) == "1:9: a control character\n");
  CHECK(problem("x: " + std::string(65u << 20, 'a')) == "1:1: larger than 64 MiB\n");
  CHECK(problem("roles: {x: {name: \"X}\n") == "2:19: a quote is opened and never closed\n");
  CHECK(problem("roles:\n  x:\n    name: 'X\n    description: z\n") == "4:11: a quote is opened and never closed\n");
}

TEST_CASE("bad input: what is no YAML is said with the way out") {
  CHECK(problem("roles: [a,\n  {b: c\n") == "3:3: a bracket is opened and never closed\n");
  CHECK(problem("roles:\n  x: [a, b\nteams: {}\n") ==
        "4:6: a ',' or ']' is missing before this (in what begins in line 3)\n");
  CHECK(problem("roles: {x: {name: X}\nteams: {}\n") ==
        "3:1: a ',' or '}' is missing before this (in what begins in line 2)\n");
  CHECK(problem("roles:\n  x: \"he said \"hi\"\"\n") ==
        "3:16: no key can stand here: look at the indentation, and for quotes within quotes\n");
  CHECK(
      problem("roles:\n    x: {}\n  y: {}\n") ==
      "4:3: no key can stand here: look at the indentation, and for quotes within quotes (in what begins in line 1)\n");
  CHECK(problem("roles:\n  x:\n    permissions:\n      - a.b\n      c.d: x\n") ==
        "6:7: no '-' where the list goes on: look at the indentation (in what begins in line 5)\n");
  CHECK(problem("roles:\n  x:\n    permissions:\n      - a.b\n      c.d\n") ==
        "6:7: a key without its ':', or an item without its '-'\n");
  CHECK(problem("roles: x: y\n") == "2:9: a ':' too many: quote the text, or end the line above with ':'\n");
  CHECK(problem("roles: {x: {name: é, @}}\n") == "2:22: '@' begins no word: quote the text\n");
  CHECK(problem("roles: {x: {permissions: [*]}}\n") == "2:28: '*' and '&' stand in quotes where they are text\n");
  CHECK(problem("roles: {x: {name: \"a\\qb\"}}\n") ==
        "2:21: no escape that YAML knows: a backslash in double quotes is written twice\n");
  CHECK(problem("roles:\n\tx: {}\n") == "3:1: a tab, where YAML takes only spaces\n");
  CHECK(problem("roles:\n  x:\n    description: |\n  \ty\n") ==
        "5:3: a tab, where YAML takes only spaces (in what begins in line 4)\n");
  CHECK(problem("roles: - x\n") == "2:8: a '-' of a list begins a line of its own\n");
  CHECK(problem("roles: {x: , }\n") == "2:9: roles/x takes a mapping\n");
  CHECK(problems_of(",") == "1:1: something is missing before this\n");
}

TEST_CASE("bad input: an empty file says nothing, least of all to remove everything") {
  const std::string empty = "1:1: a definitions document is a mapping that begins with `acctl: 1`\n";
  for (const char* text : {"", "\n\n", "# nothing\n", "---\n", "~\n", "acctl\n", "- acctl: 1\n"}) {
    INFO(text);
    CHECK(problems_of(text).find(empty.substr(3)) != std::string::npos);
  }
  CHECK(problems_of("{}\n") == "1:1: `acctl: 1`, the version of the format, is missing\n");
  CHECK(problem("roles:\n") == "2:1: roles takes a mapping\n");
  CHECK(problem("roles: ~\n") == "2:8: roles takes a mapping\n");
  CHECK(problem("roles: {x: }\n") == "2:9: roles/x takes a mapping\n");
}

TEST_CASE("bad input: unknown keys on every level") {
  CHECK(problem("role: {}\n") == "2:1: unknown key 'role'; did you mean 'roles'?\n");
  CHECK(problem("protections: {}\n").find("2:1: unknown key 'protections'") == 0);
  CHECK(problem("roles: {x: {permisions: []}}\n") ==
        "2:13: unknown field 'permisions' of roles/x; did you mean 'permissions'?\n");
  const std::string shown(80, 'x');
  CHECK(problem(shown + "more: {}\n") == "2:1: unknown key '" + shown + "…'\n");
  CHECK(problem("\"\\x1b[31m\": {}\n").find("2:1: unknown key '\\x1b[31m'") == 0);
}

TEST_CASE("bad input: circles of roles and teams, members twice, members who are none") {
  CHECK(problem("roles: {a: {clone: b}, b: {clone: c}, c: {clone: a}}\n") ==
        "2:20: roles/a -> b -> c -> a: copies of each other in a circle\n");
  CHECK(problem("teams: {t: {members: [ana]}}\n") == "2:23: the user 'ana' is not an e-mail address\n");
  CHECK(problem("teams: {t: {members: [a@b.example, A@B.example]}}\n") == "2:36: 'a@b.example' is listed twice\n");
  CHECK(problem("teams: {t: {members: [a@b.example: group]}}\n") == "2:23: 'members' takes keys of users\n");
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
