#include "provisioning/model/names.hpp"

#include <functional>

#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"

namespace {

bool taken(const std::function<void()>& check) {
  try {
    check();
    return true;
  } catch (const acctl::Error& error) {
    CHECK(error.kind() == acctl::ErrorKind::invalid);
    return false;
  }
}

bool slug(const std::string& text) {
  return taken([&] { acctl::check_slug(text); });
}
bool key(const std::string& text) {
  return taken([&] { acctl::check_key("the key", text); });
}
bool email(const std::string& text) {
  return taken([&] { acctl::check_email("the e-mail", text); });
}
bool name(const std::string& text) {
  return taken([&] { acctl::check_display_name("the name", text); });
}
bool host(const std::string& text) {
  return taken([&] { acctl::check_hostname("the host", text); });
}
bool label(const std::string& text, const std::string& value) {
  return taken([&] { acctl::check_label(text, value); });
}

std::string message(const std::function<void()>& check) {
  try {
    check();
  } catch (const acctl::Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a slug is a label of a host name that begins with a letter", "[rule names]") {
  for (const char* good : {"a", "acme", "a1", "a-b", "a--b", "acme-2", "wwww", "app2"}) CHECK(slug(good));
  CHECK(slug(std::string(63, 'a')));
  CHECK_FALSE(slug(std::string(64, 'a')));
  CHECK(acctl::test::contains(message([] { acctl::check_slug(std::string(64, 'a')); }), "has 64 bytes"));
  for (const char* bad : {"", "-", "a-", "-a", "1", "1a", "A", "a_b", "a.b", "a b", "a\n", "\xC3\xA9", "a/b"}) {
    INFO(bad);
    CHECK_FALSE(slug(bad));
  }
  for (const char* reserved : {"acctl", "postgres", "template0", "template1", "www", "api", "support", "xn--a"}) {
    CHECK_FALSE(slug(reserved));
  }
  CHECK_FALSE(slug(std::string("a\0b", 3)));
}

TEST_CASE("a key may begin with a digit") {
  CHECK(key("1a"));
  CHECK(key(std::string(63, '0')));
  CHECK_FALSE(key(std::string(64, '0')));
  CHECK_FALSE(key(""));
  CHECK_FALSE(key("a_b"));
}

TEST_CASE("an e-mail address is one that can be delivered to", "[rule names]") {
  for (const char* good : {"a@b.example", "A.B+c@B-1.EXAMPLE", "o'neil@x.example", "a@xn--mnchen-3ya.example"}) {
    CHECK(email(good));
  }
  CHECK(message([] { acctl::check_email("the e-mail", "a@b@c.example"); }) ==
        "the e-mail 'a@b@c.example' is not an e-mail address");
  CHECK(email(std::string(64, 'a') + "@b.example"));
  CHECK_FALSE(email(std::string(65, 'a') + "@b.example"));
  const std::string domain = std::string(63, 'b') + "." + std::string(63, 'b') + "." + std::string(58, 'b') + ".cd";
  CHECK(email(std::string(64, 'a') + "@" + domain.substr(1)));
  CHECK_FALSE(email(std::string(64, 'a') + "@" + domain + std::string(70, 'c')));
  for (const char* bad : {"",
                          "@",
                          "a@",
                          "@b.example",
                          "a@b",
                          "a@b@c.example",
                          "a b@c.example",
                          "a@b.example\n",
                          "a@b.example\r\nBcc: x",
                          "<a@b.example>",
                          "a@b..example",
                          "a@.example",
                          "a@b.example.",
                          "a@1.2.3.4",
                          "a@[1.2.3.4]",
                          "a..b@c.example",
                          "a@b_c.example",
                          "\"a\"@b.example",
                          "a,b@c.example",
                          "-a@b.example"}) {
    INFO(bad);
    CHECK_FALSE(email(bad));
  }
  CHECK(message([] { acctl::check_email("the user", "-Xlog@b.example"); }) ==
        "the user '-Xlog@b.example' starts with a dash, which programs mistake for an option");
}

TEST_CASE("a name is visible text of at most 200 bytes", "[rule names]") {
  CHECK(name(std::string(200, 'x')));
  CHECK_FALSE(name(std::string(201, 'x')));
  CHECK(name("Söhne & 株式会社 \xF0\x9F\x98\x80 'x'"));
  for (const char* bad : {"", " ", "a\nb", "a\x01", "\x7f", "\xC2\x9B", "\xE2\x80\xAE", "\xE2\x81\xA9", "\xE2\x80\x8D",
                          "\xEF\xBB\xBF", "\xC2\xAD", "\xF3\xA0\x80\xA0", "\xff", "\xC3", "\xC0\x80", "\xED\xBF\xBF"}) {
    CHECK_FALSE(name(bad));
  }
}

TEST_CASE("a host name has a dot and no port, scheme, star or address", "[rule names]") {
  CHECK(host("help.acme.example"));
  CHECK(host("1.acme.example"));
  CHECK(host(std::string(63, 'a') + ".example"));
  CHECK_FALSE(host(std::string(64, 'a') + ".example"));
  std::string longest;
  while (longest.size() < 248) longest += "a.";
  CHECK(host(longest + "exam" + std::string(253 - longest.size() - 4, 'x')));
  CHECK_FALSE(host(longest + "exam" + std::string(254 - longest.size() - 4, 'x')));
  for (const char* bad :
       {"", "acme", ".", "a.", ".a", "a..b", "A.b", "a.b:80", "http://a.b", "*.a.b", "1.2.3.4", "a_b.c"}) {
    INFO(bad);
    CHECK_FALSE(host(bad));
  }
}

TEST_CASE("a label does not take the place of what --match knows already") {
  CHECK(label("tier", "gold"));
  CHECK(label("tier", ""));
  CHECK(label("tier", std::string(63, 'x')));
  CHECK_FALSE(label("tier", std::string(64, 'x')));
  CHECK_FALSE(label("tier", "a\nb"));
  CHECK_FALSE(label("Tier", "x"));
  for (const char* taken : {"plan", "status", "server", "region", "enterprise"}) CHECK_FALSE(label(taken, "x"));
}

TEST_CASE("a refusal shows the value escaped and cut") {
  CHECK(message([] { acctl::check_slug("a\x1b[31m"); }) == "the slug 'a\\x1b[31m' cannot name a tenant");
  const std::string cut = message([] { acctl::check_display_name("the name", std::string(5'000, 'x')); });
  CHECK(cut.size() < 200);
  CHECK(cut.find("…") != std::string::npos);
}
