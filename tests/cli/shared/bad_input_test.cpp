// Bad inputs: exit code 3, one clear message, nothing written, soon.
#include <sys/stat.h>

#include <chrono>

#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::run_program;
using acctl::test::TenantFixture;
using acctl::test::TestPlatform;

namespace {

using Clock = std::chrono::steady_clock;

std::string repeated(const std::string& text, std::size_t count) {
  std::string all;
  all.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

bool fit_for_a_terminal(const std::string& text) {
  return text.find_first_of(std::string("\x1b\r\x07\x00\x7f", 5)) == std::string::npos &&
         text.find("\xE2\x80\xAE") == std::string::npos && text.find('\xff') == std::string::npos;
}

// Runs acctl in a world that must stay as it is.
class Refusals {
 public:
  void refuse(const std::vector<std::string>& words, const std::string& says = "", const std::string& input = "") {
    INFO(words.back().substr(0, 100));
    const auto start = Clock::now();
    const Result result = acctl(words, input);
    CHECK(Clock::now() - start < std::chrono::seconds(10));  // a sanitized build on a loaded machine
    INFO(result.err.substr(0, 1000));
    CHECK(result.status == 3);
    CHECK(result.out.empty());
    CHECK(result.err.starts_with("acctl: "));
    CHECK(result.err.size() < 20'000);
    CHECK(fit_for_a_terminal(result.err));
    CHECK_THAT(result.err, Catch::Contains(says));
  }
  ~Refusals() { CHECK(acctl.world() == before); }

  TestPlatform acctl;
  const std::string before = acctl.world();
};

std::vector<std::string> create(const std::string& slug, const std::string& name, const std::string& email) {
  return {"tenant", "create", "--name=" + name, "--admin-email=" + email, "--", slug};
}

}  // namespace

TEST_CASE("hostile slugs are refused, wherever they stand") {
  Refusals no;
  for (const std::string& slug : std::vector<std::string>{std::string(64, 'a'),
                                                          std::string(65, 'a'),
                                                          std::string(100'000, 'a'),
                                                          "",
                                                          "-acme",
                                                          "acme-",
                                                          "1acme",
                                                          "Acme",
                                                          "a_b",
                                                          "a.b",
                                                          "a b",
                                                          " acme",
                                                          "acme ",
                                                          "acme\n",
                                                          "a\nb",
                                                          "a'b",
                                                          "a\"b",
                                                          "a;b",
                                                          "$(id)",
                                                          "`id`",
                                                          "a%sb",
                                                          "%n%n",
                                                          "a/b",
                                                          "../etc",
                                                          "a\\b",
                                                          "a\x1b[31m",
                                                          "postgres",
                                                          "template0",
                                                          "template1",
                                                          "acctl",
                                                          "www",
                                                          "api",
                                                          "xn--caf-dma",
                                                          "caf\xC3\xA9",
                                                          "cafe\xCC\x81",
                                                          "\xD0\xB0"
                                                          "cme",
                                                          "a\xE2\x80\xAEz",
                                                          "a\xff",
                                                          "\xC3",
                                                          "acme\t",
                                                          "host=evil",
                                                          "postgresql://evil/x",
                                                          "dbname=postgres"}) {
    no.refuse(create(slug, "Name", "ana@acme.example"));
  }
  for (const std::string& slug : {std::string("a\xff"), std::string("a'b"), std::string("no\x1b[31msuch")}) {
    for (const char* verb : {"show", "status", "retry", "suspend", "resume", "doctor"})
      no.refuse({"tenant", verb, slug});
    no.refuse({"tenant", "delete", slug, "--confirm", slug});
  }
  no.refuse({"tenant", "list", "\xff"}, "is not valid UTF-8");
  no.refuse({"tenant", "list", "--match", "a=\xff"}, "is not valid UTF-8");
  no.refuse({"tenant", "list", "-t", "\xff"}, "is not valid UTF-8");
  no.refuse({"enterprise", "create", "x'y", "--name", "X"});
  no.refuse({"enterprise", "list", "--actor", "\xff"}, "is not valid UTF-8");
}

TEST_CASE("a slug of 63 bytes is a tenant like any other, and 64 bytes are not cut") {
  const TestPlatform acctl;
  const std::string slug = "a" + std::string(61, 'b') + "c";
  const auto tenant = acctl.create(slug);
  CHECK(tenant["database"] == slug);
  CHECK(acctl(acctl::test::create_words(slug + "d")).status == 3);
  CHECK(acctl.json({"tenant", "suspend", slug, "--yes"})["status"] == "suspended");
  CHECK(acctl.json({"tenant", "resume", slug})["status"] == "active");
  CHECK(acctl({"tenant", "doctor"}).status == 0);
  CHECK(acctl.json({"tenant", "delete", slug, "--confirm", slug})["status"] == "deprovisioning");
  CHECK(acctl.json({"tenant", "resume", slug})["status"] == "active");
  CHECK(acctl.json({"tenant", "delete", slug, "--confirm", slug, "--hold", "0"})["status"] == "deleted");
}

TEST_CASE("hostile names and addresses are refused") {
  Refusals no;
  for (const std::string& name : std::vector<std::string>{
           "", "   ", "a\nb", "a\tb", "a\x1b[2J", "a\x7f", "a\xC2\x85z", "a\xE2\x80\xAEz", "a\xE2\x81\xA6z",
           "a\xE2\x80\x8Bz", "a\xEF\xBB\xBFz", "a\xC2\xADz", "a\xF3\xA0\x81\x81z", "a\xff", "a\xED\xA0\x80",
           "a\xC0\xAF", std::string(201, 'x'), std::string(100'000, 'x')}) {
    no.refuse(create("acme", name, "ana@acme.example"));
    if (!name.empty()) {
      no.refuse({"tenant", "create", "acme", "--name=N", "--admin-email=a@b.example", "--admin-name=" + name});
      no.refuse({"enterprise", "create", "umbrella", "--name=" + name});
    }
  }
  for (const std::string& email : std::vector<std::string>{"",
                                                           "ana",
                                                           "@acme.example",
                                                           "ana@",
                                                           "ana@localhost",
                                                           "ana@@acme.example",
                                                           "a@b@acme.example",
                                                           "ana@acme.example\r\nBcc: x@y.example",
                                                           "ana@acme.example\n",
                                                           "Ana <ana@acme.example>",
                                                           "\"a b\"@acme.example",
                                                           "ana@acme..example",
                                                           ".ana@acme.example",
                                                           "ana.@acme.example",
                                                           "ana@-acme.example",
                                                           "ana@127.0.0.1",
                                                           "ana@[127.0.0.1]",
                                                           "ana@m\xC3\xBCnchen.example",
                                                           "\xC3\xA4na@acme.example",
                                                           "ana@acme.example ",
                                                           " ana@acme.example",
                                                           "ana@acme.example,bob@acme.example",
                                                           "ana@acme.example.",
                                                           std::string(65, 'a') + "@acme.example",
                                                           "ana@" + repeated("a.", 160) + "example",
                                                           "ana@acme.example\xff"}) {
    no.refuse(create("acme", "Name", email));
  }
  for (const char* domain : {"acme", "Help.acme.example", "help.acme.example:8080", "https://help.acme.example",
                             "*.acme.example", "10.0.0.1", "help_desk.acme.example", "h\xC3\xA9lp.example"}) {
    no.refuse({"tenant", "create", "acme", "--name=N", "--admin-email=a@b.example", std::string("--domain=") + domain});
  }
}

TEST_CASE("names and addresses at the edge of what is allowed are taken as they are") {
  const TestPlatform acctl;
  const std::string name = "O'Neil & \"Söhne\" 株式会社 %s $(id) \\n; -- " + std::string(140, 'x');
  const std::string email = "o'neil+tag=a/b{c}|d~e@" + repeated("a.", 20) + "xn--mnchen-3ya.example";
  REQUIRE(acctl({"tenant", "create", "acme", "--name", name, "--admin-email", email}).status == 0);
  CHECK(acctl.json({"tenant", "show", "acme"})["name"] == name);
  CHECK(acctl.in("acme", "select email from app.users") == email);
  CHECK(acctl({"tenant", "create", "acme", "--name", name, "--admin-email", email}).status == 0);
  CHECK(acctl({"tenant", "create", "bert", "--name", std::string(200, 'x'), "--admin-email", "a@b.example"}).status ==
        0);
}

TEST_CASE("numbers and times that are none are refused") {
  Refusals no;
  for (const char* number : {"-1", "0", "2147483648", "9223372036854775808", "1e9", " 5", "5 ", "010", "+5", "0x10",
                             "5.0", "-0", "", "NaN", "\xEF\xBC\x95"}) {
    no.refuse({"tenant", "create", "acme", "--name=N", "--admin-email=a@b.example", std::string("--seats=") + number});
    no.refuse({"tenant", "list", std::string("--parallel=") + number});
  }
  no.refuse({"tenant", "list", "--parallel=65"}, "is not between 1 and 64");
  for (const char* time :
       {"0", "-1h", "99999d", "1", "99ms", "25h", "", "1e3s", " 5s", "5 s", "5S", "1h30m", "9223372036854775807ms"}) {
    no.refuse({"tenant", "list", std::string("--timeout=") + time}, "--timeout");
  }
}

TEST_CASE("files that are none, or too much, are refused") {
  Refusals no;
  const std::string folder = no.acctl.folder.path();
  const auto yaml = [&](const std::string& text, const std::string& says = "") {
    put_file(folder + "/x.yaml", text);
    no.refuse({"tenant", "create", "-f", folder + "/x.yaml"}, says);
  };
  const std::string good = "acctl: 1\ntenants:\n  ada: {name: Ada, admin_email: a@ada.example}\n";
  yaml("", "must start with `acctl: 1`");
  yaml("# nothing\n", "must start with `acctl: 1`");
  yaml("- acctl: 1\n", "must start with `acctl: 1`");
  yaml("acctl: 2\ntenants: {}\n", "must start with `acctl: 1`");
  yaml("acctl: 1\ntenants:\n  - ada\n", "with a mapping of slugs is missing");
  yaml(good + "---\n" + good, "x.yaml:4:1: only one document");
  yaml("acctl: 1\ntenants: &t\n  ada: *t\n", "anchors (&name) are not allowed");
  yaml("a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "not allowed");
  yaml("acctl: 1\ntenants:\n  ada:\n    <<: {plan: pro}\n", "merge keys");
  yaml("acctl: 1\ntenants:\n  ada: {name: !!str Ada}\n", "x.yaml:3:15: tags (!name) are not allowed");
  yaml(good + "  ada: {}\n", "x.yaml:4:3: duplicate key 'ada', first used in line 3");
  yaml("acctl: 1\ntenants: " + std::string(10'000, '['), "nested deeper than 64 levels");
  yaml("acctl: 1\ntenants: " + repeated("{a: ", 10'000), "nested deeper than 64 levels");
  yaml(std::string("\xFF\xFE"
                   "a\0c\0",
                   6),
       "UTF-16; save it as UTF-8");
  yaml("acctl: 1\ntenants:\n  ada: {name: \"Ada}\n", "x.yaml:");
  yaml("acctl: 1\ntenants:\n  ada: {name: A\x1b[31m}\n", "a control character");
  yaml("acctl: 1\ntenants:\n  ada: {name: A\xff}\n", "not valid UTF-8");
  yaml(std::string("acctl: 1\0", 9), "a control character");
  yaml("acctl: 1\ntenants:\n\tada: {}\n", "x.yaml:");
  yaml("acctl: 1\nx: " + std::string(65u << 20, 'a'), "is larger than 64 MiB");

  const auto csv = [&](const std::string& text, const std::string& says) {
    put_file(folder + "/x.csv", text);
    no.refuse({"tenant", "create", "-f", folder + "/x.csv"}, says);
  };
  csv("", "x.csv:1: is empty");
  csv("\r\n\r\n", "is empty");
  csv(std::string("\xFF\xFEs\0l", 5), "is not valid UTF-16");
  csv("slug,name,admin_email\nada,\"Ada,a@ada.example\n", "x.csv:2: a quote is opened and never closed");
  csv("slug,name,admin_email\nada,\"Ada\"x,a@ada.example\n", "x.csv:2: has text after a closing quote");
  csv(std::string("slug,name,admin_email\nada,A\0a,a@ada.example\n", 44), "x.csv:2: holds a NUL");
  csv("slug,name,admin_email\nada,A\xff,a@ada.example\n", "x.csv:2: is not valid UTF-8");
  csv("slug,name,admin_email\n=cmd|x,Ada,a@ada.example\n", "x.csv:2: the slug");
  csv(std::string(5'000'000, ','), "more than 1,000 cells");
  csv("slug,name,admin_email\n" + repeated("x\n", 3'000'000), "further problems are not shown");
  csv("slug\n" + repeated("x\n", 200'000), "more than 100,000 rows");
}

TEST_CASE("what is no regular file is refused without waiting for it") {
  Refusals no;
  const std::string folder = no.acctl.folder.path();
  REQUIRE(mkfifo((folder + "/fifo.yaml").c_str(), 0600) == 0);
  no.refuse({"tenant", "create", "-f", folder + "/fifo.yaml"}, "is not a regular file");
  no.refuse({"tenant", "create", "-f", "/dev/zero"}, "is not a regular file");
  no.refuse({"tenant", "create", "-f", folder}, "is not a regular file");
  no.refuse({"tenant", "create", "-f", folder + "/missing.yaml"}, "No such file or directory");
  no.refuse({"tenant", "create", "-f", "/proc/self/mem"});
  no.refuse({"tenant", "create", "-f", ""});
  const Result zero = run_program({.words = {"sh", "-c", "exec " ACCTL_PROGRAM " tenant create -f - </dev/zero"},
                                   .environment = no.acctl.acctl.environment,
                                   .input = ""});
  CHECK(zero.status == 3);
  CHECK_THAT(zero.err, Catch::Contains("standard input is larger than 64 MiB"));
}

TEST_CASE("what a server or a registry holds cannot take over the terminal") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.control("update acctl.tenants set name = E'evil\\x1b]0;x\\x07\\n=1+1' || chr(8238)");
  for (const char* format : {"table", "csv", "json", "name"}) {
    for (const char* verb : {"show", "status"}) {
      const Result result = acctl({"tenant", verb, "acme", "-o", format});
      CHECK(result.out.find('\x1b') == std::string::npos);
      CHECK(result.out.find('\x07') == std::string::npos);
    }
  }
  CHECK_THAT(acctl({"tenant", "show", "acme"}).out, Catch::Contains("evil\\x1b]0;x\\x07\\x0a=1+1\\u{202e}"));
  acctl.control("update acctl.tenants set name = '=HYPERLINK(1)'");
  CHECK_THAT(acctl({"tenant", "list", "-o", "csv"}).out, Catch::Contains("acme,'=HYPERLINK(1),"));
}

TEST_CASE("a word that is no address ends every verb that takes users with exit 3") {
  const TenantFixture desk;
  const std::vector<std::vector<std::string>> verbs = {
      {"role", "grant", "admin"},    {"role", "revoke", "admin"}, {"role-template", "assign", "manager"},
      {"role-template", "unassign"}, {"team", "add", "tier-1"},   {"team", "remove", "tier-1"},
      {"user", "deactivate"},        {"user", "reactivate"},      {"user", "delete"}};
  for (std::vector<std::string> words : verbs) {
    INFO(words[0] + " " + words[1]);
    words.insert(words.end(), {"not-an-address", "--yes"});
    check_ended(desk(words), 3, "the user 'not-an-address' is not an e-mail address");
  }
}
