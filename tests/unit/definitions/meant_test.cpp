// What is accepted is what is meant: what reads as something else than it shows is refused with what to write, and what
// is plain to a person is taken.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/definitions.hpp"

using acctl::test::problems_of;

namespace {

std::string refusal(const std::string& text) { return problems_of("acctl: 1\n" + text); }

nlohmann::json setting_of(const std::string& text) {
  const auto definitions = acctl::read_definitions({{.name = "f", .text = "acctl: 1\nsettings:\n" + text}});
  return definitions.objects.at("settings").at("s").fields.at("value").value;
}

}  // namespace

TEST_CASE("a comment behind an empty value is text without its quotes") {
  const std::string empty = ": to YAML a '#' here starts a comment, and the value is empty: quote the text\n";
  CHECK(refusal("statuses: {}\nprojects:\n  p:\n    colour: #f2994a\n") == "5:13" + empty);
  CHECK(refusal("teams:\n  t:\n    name: T\n    description: #1 team\n") == "5:18" + empty);
  CHECK(refusal("settings:\n  s:\n    - #a\n    - b\n") == "4:7" + empty);
  CHECK(refusal("settings: {s: #a\n}\n") == "2:15" + empty);
  CHECK(refusal(
            "teams: # ours\n  t: # first\n    # more\n    name: T # beside\n    members: # all\n      - a@b.example\n")
            .empty());
  CHECK(setting_of("  s: x#1\n") == "x#1");
}

TEST_CASE("text that begins with a bracket asks for quotes") {
  const std::string behind = ": more text behind a closed bracket: quote the text, which starts with one\n";
  const std::string head = "email_templates:\n  t:\n    text: x\n    subject: ";
  CHECK(refusal(head + "[Acme] Hello\n") == "5:21" + behind);
  CHECK(refusal(head + "{a} Hello\n") == "5:18" + behind);
  CHECK(refusal(head + "{{name}} hi\n") == "5:14: to YAML '{{' starts a mapping: quote the text\n");
  CHECK(refusal(head + "{{name}}\n") == "5:14: to YAML '{{' starts a mapping: quote the text\n");
  CHECK(refusal("settings: {s: [a] b, t: c}\n") == "2:19" + behind);
  CHECK(setting_of("  s: [a, \"]\", {b: [c]}] # d\n").dump() == R"(["a","]",{"b":["c"]}])");
}

TEST_CASE("a key is text to every reader, and holds no variable") {
  const auto unclear = [](const std::string& key) {
    return "the key '" + key + "' is not the same to all readers of YAML; write \"" + key + "\" in quotes\n";
  };
  CHECK(refusal("roles: {no: {}}\n") == "2:9: " + unclear("no"));
  CHECK(refusal("settings: {s: {on: 1, \"off\": 2, 1: 3}}\n") == "2:16: " + unclear("on") + "2:33: " + unclear("1"));
  CHECK(refusal("variables: {who: ana}\nusers:\n  \"${who}@x.example\": {}\n") ==
        "4:3: a key takes no variable: write the key out, or $${ for the characters ${\n");
  CHECK(setting_of("  s: {\"a$${b\": 1}\n").dump() == R"({"a${b":1})");
}

TEST_CASE("only null and ~ clear a field") {
  CHECK(refusal("teams: {t: {description: Null}}\n") ==
        "2:26: 'description' takes text; write \"Null\" in quotes, or null to clear it\n");
  CHECK(refusal("settings: {s: [NULL]}\n") ==
        "2:16: 'NULL' is not the same to all readers of YAML; write \"NULL\" in quotes, or null\n");
  CHECK(refusal("teams: {t: {description: null}, u: {description: ~}}\n").empty());
  // What cannot be cleared is not told to be.
  CHECK(refusal("teams: {t: {name: Null}}\n") == "2:19: 'name' takes text; write \"Null\" in quotes\n");
  CHECK(refusal("teams: {t: {name: null}}\n") == "2:19: 'name' cannot be null\n");
  CHECK(refusal("settings: {s: Null}\n") ==
        "2:15: 'Null' is not the same to all readers of YAML; write \"Null\" in quotes\n");
  CHECK(refusal("teams: {t: {name: T, members: [NULL]}}\n") ==
        "2:32: 'members' takes text; write \"NULL\" in quotes\n");
  CHECK(refusal("manager: Null\n") == "2:10: 'manager' takes text; write \"Null\" in quotes\n");
  CHECK(refusal("settings: {s: [.inf, Off]}\n") ==
        "2:16: '.inf' is not the same to all readers of YAML; write \".inf\" in quotes\n"
        "2:22: 'Off' is not the same to all readers of YAML; write \"Off\" in quotes, or true or false\n");
}

TEST_CASE("a test that expects nothing is none, and an entry has a blank behind its dash") {
  CHECK(refusal("tests: [{role: a, can: []}]\n") == "2:24: a test lists what its subject can or cannot do\n");
  CHECK(refusal("tests: [{role: a, can: [], cannot: [a.b]}]\n").empty());
  CHECK(refusal("roles:\n  r:\n    permissions:\n      -tickets.view\n") ==
        "5:7: 'permissions' takes a list; write a blank behind the '-' of each entry\n");
}

TEST_CASE("block text is taken as it is, and a line of blanks is an empty line") {
  CHECK(setting_of("  s: |\n    a\tb\n    \tc\n") == "a\tb\n\tc\n");
  CHECK(setting_of("  s: |\n    \ta\n\t\n    b\n") == "\ta\n\nb\n");
  CHECK(setting_of("  s: |\n    a\n    \t\n    b\n") == "a\n\t\nb\n");
  CHECK(setting_of("\t\n  r: 1\n \t \n  s: 2\n\t") == 2);
  CHECK(refusal("teams:\n\tt: {}\n") == "3:1: a tab, where YAML takes only spaces\n");
}

TEST_CASE("a pair of escapes of JSON is one character, in double quotes alone") {
  CHECK(setting_of("  s: \"a \\ud83d\\uDE00 b\"\n") == "a \xF0\x9F\x98\x80 b");
  CHECK(setting_of("  s: 'a \\ud83d\\uDE00'\n") == "a \\ud83d\\uDE00");
  CHECK(setting_of("  s: |\n    \\ud83d\\uDE00 \\uD83D\\ude01\n") == "\\ud83d\\uDE00 \\uD83D\\ude01\n");
  CHECK(setting_of("  s: \"\\\\ud83d\\u0041\"\n") == "\\ud83dA");
  CHECK(setting_of("  s: {\"\\ud83d\\ude00\": \"\\ud83d\\ude01?\"}\n").dump() ==
        "{\"\xF0\x9F\x98\x80\":\"\xF0\x9F\x98\x81?\"}");
  CHECK(refusal("settings: {s: \"\\ud83d\"}\n").find("half of a surrogate pair") != std::string::npos);
}

TEST_CASE("a marker at the end, and a file of comments in a folder, are nothing") {
  CHECK(refusal("teams: {}\n---\n").empty());
  CHECK(refusal("teams: {}\n--- # the end\n...\n").empty());
  CHECK(refusal("teams: {}\n---\nroles: {}\n") == "3:1: only one document is allowed in a file\n");
  const acctl::Source comments{.name = "a.yaml", .text = "# later\n", .from_folder = true};
  CHECK(problems_of({comments, {.name = "b.yaml", .text = "acctl: 1\n"}}).empty());
  CHECK(problems_of({comments, comments}).find("begins with `acctl: 1`") != std::string::npos);
}

TEST_CASE("all problems within one value are told at once") {
  CHECK(refusal("settings: {s: {a: no, b: [yes, 1e3]}}\n") ==
        "2:19: 'no' is not the same to all readers of YAML; write \"no\" in quotes, or true or false\n"
        "2:27: 'yes' is not the same to all readers of YAML; write \"yes\" in quotes, or true or false\n"
        "2:32: '1e3' is not the same to all readers of YAML; write \"1e3\" in quotes, or the number in full\n");
  CHECK(refusal("business_hours: {b: {hours: {mon: [], friday: [\"9-5\"]}, holidays: [\"2026-02-30\", x]}}\n") ==
        "2:30: 'hours' does not take 'mon'; days are monday to sunday\n"
        "2:48: 'hours' takes a list of spans such as \"09:00-17:00\" for friday\n"
        "2:68: 'holidays' takes dates as YYYY-MM-DD, not \"2026-02-30\"\n"
        "2:82: 'holidays' takes dates as YYYY-MM-DD, not \"x\"\n");
}

TEST_CASE("a role and a membership can end, and only what ends takes a time") {
  const auto read = [](const std::string& text) {
    return acctl::read_definitions({{.name = "f", .text = "acctl: 1\n" + text}}).objects;
  };
  const auto given = [&](const std::string& text) {
    return read(text).at("users").at("a@b.example").lists.at("roles").entries.at(0).until;
  };
  const auto teams = read("teams: {t: {members: [a@b.example: {until: 2027-01-31T18:00:00Z}]}}\n").at("teams");
  CHECK(teams.at("t").lists.at("members").entries.at(0).until == "2027-01-31T18:00:00Z");
  CHECK(given("users: {a@b.example: {roles: [lead: {until: \"2027-01-31T18:00:00+01:00\"}]}}\n") ==
        "2027-01-31T17:00:00Z");
  CHECK(given("users:\n  a@b.example:\n    roles:\n      - +lead: {until: 2027-01-31T18:00:00Z}\n") ==
        "2027-01-31T18:00:00Z");
  CHECK(refusal("users: {a@b.example: {roles: [lead: {until: tomorrow}]}}\n") ==
        "2:45: 'until' takes a time such as 2027-01-31T18:00:00Z\n");
  CHECK(refusal("users: {a@b.example: {roles: [lead: {untill: x}]}}\n").find("did you mean 'until'?") !=
        std::string::npos);
  CHECK(refusal("roles: {r: {permissions: [a.b: {until: 2027-01-31T18:00:00Z}]}}\n") ==
        "2:27: 'permissions' takes keys of permissions\n");
  CHECK(refusal("users:\n  a@b.example:\n    roles:\n      - -lead: {until: 2027-01-31T18:00:00Z}\n") ==
        "5:16: what is removed takes no end\n");
}
