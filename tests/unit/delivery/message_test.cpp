// Mails as text, and the settings that they leave by.
#include "provisioning/delivery/message.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "provisioning/base/error.hpp"
#include "provisioning/delivery/transport.hpp"
#include "provisioning/model/placeholders.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mail_server.hpp"

using namespace acctl;
using test::parsed_mail;

namespace {

// What a line of Python makes of each of `texts`, where it is called x.
std::vector<std::string> by_python(const std::string& expression, const std::vector<std::string>& texts) {
  const std::string program =
      "import email.header, json, quopri, sys\n"
      "for x in json.load(sys.stdin):\n"
      "  print(json.dumps(" +
      expression + "))\n";
  const test::Result ran = test::run_program({.words = {"/usr/bin/python3", "-c", program},
                                              .environment = {{"LC_ALL", "C.UTF-8"}},
                                              .input = nlohmann::json(texts).dump()});
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  std::vector<std::string> results;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) results.push_back(nlohmann::json::parse(line));
  return results;
}

// Texts of characters that are difficult somewhere, the same in each run.
std::vector<std::string> random_texts(int count, bool lines) {
  const std::vector<std::string> pieces = {"a", "Z",  "0",  " ", "  ", "=", "?", "=?", "?=",  "_", ".", "\"",   "\\",
                                           "é", "株", "😀", "ß", "<",  ">", "@", ",",  "=20", "~", "!", "word", "\t"};
  std::mt19937 random(7);
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) {
    std::string text;
    for (auto left = random() % 120; left > 0; --left) {
      text += lines && random() % 12 == 0 ? "\n" : pieces[random() % pieces.size()];
    }
    texts.push_back(text);
  }
  return texts;
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
  return longest;
}

bool is_ascii(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return c == '\n' || c == '\t' || (c >= ' ' && c <= '~'); });
}

Letter letter() {
  return {.from = {"Help desk", "no-reply@help.example"},
          .to = {"Bea", "bea@acme.example"},
          .id = "5f0c-1",
          .date = "Sun, 22 Nov 2026 07:40:35 +0000",
          .subject = "Hello",
          .text = "Hello Bea\n",
          .html = ""};
}

// "field: problem" of settings that `change` was done to, one a line.
std::string problems(const std::function<void(MailSettings&)>& change) {
  MailSettings settings{.transport = "smtp", .url = "smtp://mail.example:587", .from = "no-reply@help.example"};
  change(settings);
  std::string all;
  for (const auto& [field, problem] : find_mail_problems(settings))
    all += (all.empty() ? "" : "\n") + field + ": " + problem;
  return all;
}

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid);
    return error.what();
  }
  return "";
}

std::string on_the_host(const std::string& url) {
  return problems([&](MailSettings& s) { s.url = url; });
}

std::string on_the_link(const std::string& link) {
  return problems([&](MailSettings& s) { s.link_base = link; });
}

}  // namespace

TEST_CASE("a plain mail is plain text, the same each time") {
  CHECK(message_text(letter()) ==
        "From: \"Help desk\" <no-reply@help.example>\nTo: \"Bea\" <bea@acme.example>\nSubject: Hello\n"
        "Date: Sun, 22 Nov 2026 07:40:35 +0000\nMessage-ID: <5f0c-1@help.example>\nAuto-Submitted: auto-generated\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\n\nHello Bea\n");
  CHECK(message_text(letter()) == message_text(letter()));
}

TEST_CASE("a mail with HTML has both texts, whatever they hold") {
  Letter two = letter();
  two.text = "Grüße\r\n.\nFrom me\n=_5f0c-1\n--=_5f0c-1--\n" + std::string(3000, 'x') + " \n";
  two.html = "<p>--=_5f0c-1__ &amp; ü</p>";
  const std::string text = message_text(two);
  CHECK(is_ascii(text));
  CHECK(longest_line(text) < 100);
  const auto mail = parsed_mail(text);
  CHECK(mail["defects"] == 0);
  CHECK(mail["type"] == "multipart/alternative");
  REQUIRE(mail["parts"].size() == 2);
  CHECK(mail["parts"][0]["type"] == "text/plain");
  CHECK(mail["parts"][0]["text"] == "Grüße\n.\nFrom me\n=_5f0c-1\n--=_5f0c-1--\n" + std::string(3000, 'x') + " \n");
  CHECK(mail["parts"][1]["type"] == "text/html");
  CHECK(mail["parts"][1]["text"] == two.html + "\n");
}

TEST_CASE("nothing in a mail begins a header of its own", "[promise 16]") {
  Letter hostile = letter();
  for (std::string* value : {&hostile.subject, &hostile.to.name, &hostile.from.name}) {
    *value = "x\r\nBcc: eve@evil.example\n\n<p>\x01\x7f";
  }
  const auto mail = parsed_mail(message_text(hostile));
  CHECK(mail["headers"].dump() == parsed_mail(message_text(letter()))["headers"].dump());
  CHECK(mail["subject"] == "x  Bcc: eve@evil.example  <p>  ");
  CHECK(mail["parts"][0]["text"] == "Hello Bea\n");
}

TEST_CASE("quoted-printable is read back as it was, in short lines") {
  std::vector<std::string> texts = random_texts(300, true);
  for (const char* text : {"", "=", " ", "a ", "a \nb\t\n", "\n\n", ".", "\r\n", "tab\t"}) texts.emplace_back(text);
  for (std::size_t length = 70; length < 80; ++length) {
    texts.push_back(std::string(length, 'x'));
    texts.push_back(std::string(length, 'x') + " ");
    texts.push_back(std::string(length, 'x') + "😀\n" + std::string(length, '='));
  }
  std::vector<std::string> coded;
  for (const std::string& text : texts) {
    coded.push_back(quoted_printable(text));
    CHECK(longest_line(coded.back()) <= 76);
    CHECK(is_ascii(coded.back()));
    CHECK(coded.back().find(" \n") == std::string::npos);
    CHECK(!coded.back().ends_with(' '));
  }
  CHECK(by_python("quopri.decodestring(x.encode()).decode()", coded) == texts);
  // Bytes that are no text at all.
  CHECK(quoted_printable(std::string("\xFF\x00\xC3(", 4)) == "=FF=00=C3(");
}

TEST_CASE("no character of quoted-printable is cut in two") {
  for (std::size_t before = 0; before < 12; ++before) {
    std::istringstream lines(quoted_printable(std::string(before, 'x') + "ééé株株株😀😀😀😀😀😀é株😀é株😀"));
    for (std::string line; std::getline(lines, line);) {
      INFO(line);
      const std::size_t at = line.find('=');
      // A character begins the line, not the rest of one.
      CHECK((at != 0 || line[1] == 'C' || line[1] == 'E' || line[1] == 'F'));
    }
  }
}

TEST_CASE("a header is plain where it can be, and else in encoded words that are read back as it was") {
  CHECK(header_text("") == "");
  CHECK(header_text("Hello, \"you\" <x> ~") == "Hello, \"you\" <x> ~");
  CHECK(header_text("a\tb\r\nc\x7f") == "a b  c ");
  CHECK(header_text("é") == "=?utf-8?B?w6k=?=");
  CHECK(header_text("=?x") == "=?utf-8?B?PT94?=");
  std::vector<std::string> texts;
  for (std::string text : random_texts(300, false)) {
    std::ranges::replace(text, '\t', ' ');
    texts.push_back("x" + text + "x");  // spaces at the ends of plain ones belong to nobody
  }
  texts.push_back(std::string(500, 'x'));
  std::vector<std::string> coded;
  for (const std::string& text : texts) {
    coded.push_back(header_text(text));
    INFO(coded.back());
    REQUIRE(is_ascii(coded.back()));
    // RFC 2047: no line with an encoded word has more than 76 characters, nor a word more than 75.
    REQUIRE(longest_line("Subject: " + coded.back()) <= 76);
  }
  CHECK(by_python("str(email.header.make_header(email.header.decode_header(x)))", coded) == texts);
}

TEST_CASE("placeholders are found, filled and escaped") {
  CHECK(find_placeholders("{{a}} {{ b_2 }}, {{a}} { {c} }}") == std::vector<std::string>{"a", "b_2", "a"});
  CHECK(find_placeholders("").empty());
  const std::map<std::string, std::string> values = {{"name", "<Bea>"}, {"link", "{{name}}"}};
  CHECK(filled("Hello {{name}}, {{ link }}}!", values) == "Hello <Bea>, {{name}}}!");  // once, not again
  CHECK(filled("{{name}}{{name}}", values, [](const std::string& v) { return "[" + v + "]"; }) == "[<Bea>][<Bea>]");
  CHECK(refusal([&] { filled("{{nam}}", values); }) == "there is no placeholder 'nam'; did you mean 'name'?");
  CHECK(refusal([&] { filled("x {{name", values); }) == "a placeholder is not closed: '{{name'");
  CHECK(refusal([&] { find_placeholders("{{Name}}"); }) == "'Name' is not a valid placeholder");
  CHECK(refusal([&] { find_placeholders("{{ }}"); }) == "'' is not a valid placeholder");
  CHECK(refusal([&] { find_placeholders("{{2a}}"); }) == "'2a' is not a valid placeholder");
  CHECK(refusal([&] { find_placeholders("{{a b}}"); }) == "'a b' is not a valid placeholder");
  CHECK(refusal([&] { find_placeholders("{{\x1b[1m}}"); }) == "'\\x1b[1m' is not a valid placeholder");
}

TEST_CASE("each mistake in the settings of mail is told by its field") {
  CHECK(problems([](MailSettings&) {}) == "");
  CHECK(problems([](MailSettings& s) { s.transport = "pigeon"; }) == "transport: takes smtp, sendmail or maildir");
  CHECK(problems([](MailSettings& s) { s.transport = ""; }) == "transport: takes smtp, sendmail or maildir");
  CHECK(problems([](MailSettings& s) { s.url = ""; }) == "url: is missing");
  CHECK(problems([](MailSettings& s) { s.program = "/usr/sbin/sendmail"; }) ==
        "program: belongs to transport sendmail");
  CHECK(problems([](MailSettings& s) { s.folder = "/var/mail"; }) == "folder: belongs to transport maildir");
  CHECK(problems([](MailSettings& s) { s.ca_file = "ca.pem"; }) == "ca_file: takes an absolute path");
  CHECK(problems([](MailSettings& s) { s.credentials_file = "x"; }) == "credentials_file: takes an absolute path");
  CHECK(problems([](MailSettings& s) { s.tls = "maybe"; }) == "tls: takes required or none");
  CHECK(problems([](MailSettings& s) {
          s.url = "smtps://mail.example";
          s.tls = "none";
        }) == "tls: is always used with smtps://; leave it out");
  const auto in_the_clear = [](MailSettings& s) {
    s.tls = "none";
    s.credentials_file = "/etc/acctl/mail";
  };
  CHECK(problems(in_the_clear) == "tls: must not be none: the password would be sent unencrypted");
  for (const char* url : {"smtp://localhost:25", "smtp://127.0.0.1", "smtp://[::1]:25"}) {
    CHECK(problems([&](MailSettings& s) {
            in_the_clear(s);
            s.url = url;
          }) == "");
  }
  const auto sendmail = [](MailSettings& s) { s = {.transport = "sendmail", .from = "a@b.example"}; };
  CHECK(problems(sendmail) == "program: is missing");
  CHECK(problems([](MailSettings& s) { s = {.transport = "maildir", .from = "a@b.example"}; }) == "folder: is missing");
  CHECK(problems([](MailSettings& s) { s = {.transport = "sendmail", .url = "smtp://x", .program = "bin/x"}; }) ==
        "url: belongs to transport smtp\nprogram: takes an absolute path\nfrom: is missing");
  for (const char* time : {"999ms", "0s", "601s", "11m"}) {
    CHECK(problems([&](MailSettings& s) { s.timeout = time; }) == "timeout: takes 1s to 10m");
  }
  for (const char* time : {"", "soon", "-1s", "30"}) {
    CHECK(problems([&](MailSettings& s) { s.timeout = time; }) == "timeout: takes a time such as 30s");
  }
  for (const char* time : {"1s", "10m"}) CHECK(problems([&](MailSettings& s) { s.timeout = time; }) == "");
}

TEST_CASE("the address of a mail server has a host and a port and nothing else") {
  for (const char* good : {"smtp://mail.example", "smtps://mail.example:465", "smtp://10.0.0.1:25/", "smtp://[::1]",
                           "smtp://[2001:db8::1]:587"}) {
    CHECK(on_the_host(good) == "");
  }
  for (const char* other : {"mail.example", "http://mail.example", "SMTP://mail.example", "smtp:/mail.example"}) {
    CHECK(on_the_host(other) == "url: takes smtp://HOST[:PORT] or smtps://HOST[:PORT]");
  }
  for (const char* user : {"smtp://me@mail.example", "smtp://me:pass@mail.example:25"}) {
    CHECK(on_the_host(user) == "url: contains a user; put user and password into credentials_file");
  }
  for (const char* port : {"smtp://m:", "smtp://m:0", "smtp://m:65536", "smtp://m:smtp", "smtp://m:25/x", "smtp://m:-1",
                           "smtp://m:0x19", "smtp://m: 25"}) {
    CHECK(on_the_host(port) == "url: has no port of 1 to 65535");
  }
  for (const char* host : {"smtp://", "smtp://:25", "smtp://a b", "smtp://a/b", "smtp://a?b", "smtp://é", "smtp://a\nb",
                           "smtp://[::1", "smtp://[::1]x25"}) {
    CHECK(on_the_host(host) == "url: names no host");
  }
}

TEST_CASE("what a link begins with is a web address that a token can follow") {
  for (const char* good : {"https://{slug}.help.example/join/",
                           "https://help.example/join?token=", "http://localhost:3000/join/", "http://127.0.0.1/"}) {
    CHECK(on_the_link(good) == "");
  }
  for (const char* bad : {"http://help.example/", "help.example/", "javascript:alert(1)/", "HTTPS://x/",
                          "http://localhost.evil.example/"}) {
    CHECK(on_the_link(bad) == "link_base: takes an address that starts with https://");
  }
  for (const char* bad : {"https://a b/", "https://{tenant}.x/", "https://x/\"><b>/", "https://x/\n/", "https://é/",
                          "https://{slug}.{slug}.x/"}) {
    CHECK(on_the_link(bad) ==
          "link_base: contains characters that are not allowed in a web address; {slug} stands for the tenant's slug");
  }
  CHECK(on_the_link("https://help.example/join") == "link_base: must end with / or =, because the token follows");
  CHECK(make_link_base({}, "acme", "acme.help.example") == "https://acme.help.example/invitations/");
  CHECK(make_link_base({.link_base = "https://app.example/{slug}?t="}, "acme", "x") == "https://app.example/acme?t=");
  CHECK(make_link_base({.link_base = "https://app.example/"}, "acme", "x") == "https://app.example/");
}

TEST_CASE("a sender is an address, with a name or without") {
  const auto shown = [](const std::string& from) {
    const Mailbox mailbox = parse_mailbox(from);
    return mailbox.name + "|" + mailbox.address;
  };
  CHECK(shown("a@b.example") == "|a@b.example");
  CHECK(shown("Help desk <a@b.example>") == "Help desk|a@b.example");
  CHECK(shown("\"Help desk\" <a@b.example>") == "Help desk|a@b.example");
  CHECK(shown("Hälp <x>  <a@b.example>") == "Hälp <x>|a@b.example");
  const auto problem = [](const std::string& from) { return problems([&](MailSettings& s) { s.from = from; }); };
  CHECK(problem("") == "from: is missing");
  CHECK(problem("<a@b.example>") == "from: the sender's name '' is empty");
  CHECK(problem("nobody") == "from: the sender 'nobody' is not an e-mail address");
  CHECK(problem("Help <nobody>") == "from: the sender 'nobody' is not an e-mail address");
  CHECK(problem("Help <a@b.example") == "from: the sender '' is not an e-mail address");
  CHECK(problem("a@b.example\nBcc: x@y.example") ==
        "from: the sender 'a@b.example\\x0aBcc: x@y.example' is not an e-mail address");
  CHECK(problem("Help\r\nBcc: x@y.example <a@b.example>") ==
        "from: the sender's name 'Help\\x0d\\x0aBcc: x@y.example' holds a control or invisible character, U+000D (a "
        "control character)");
}

TEST_CASE("promise 16: no address, whatever let it through, becomes a header, a command or an option") {
  const acctl::test::TemporaryFolder folder;
  const std::string program = folder.path() + "/sendmail";
  std::ofstream(program) << "#!/bin/sh\necho \"$@\" >> " + folder.path() + "/called\n";
  REQUIRE(chmod(program.c_str(), 0700) == 0);
  for (const std::string hostile :
       {"a@b.example>\nBcc: x@y.example", "a@b.example>\r\nRCPT TO:<x@y.example", "-be@b.example", "-Xlog@b.example",
        "a@b.example,x@y.example", "a@b@c.example", "", "a b@c.example", "Ana <a@b.example>", "a@b.example\n"}) {
    INFO(hostile);
    const std::string good = "a@b.example";
    for (const auto& [from, to] : {std::pair(good, hostile), {hostile, good}}) {
      CHECK_THROWS_AS(message_text({.from = {"", from}, .to = {"", to}, .id = "1", .text = "x"}), acctl::Error);
      for (const MailSettings& settings :
           {MailSettings{.transport = "smtp", .url = "smtp://127.0.0.1:1", .tls = "none", .from = good},
            MailSettings{.transport = "sendmail", .program = program, .from = good},
            MailSettings{.transport = "maildir", .folder = folder.path() + "/mail", .from = good}}) {
        const auto transport = acctl::open_transport(settings, nullptr);
        const acctl::SendResult handover = transport->send({.id = "1", .from = from, .to = to, .text = "x"});
        CHECK(handover.what == acctl::SendResult::What::failed);
        CHECK(handover.detail != "");
      }
    }
  }
  CHECK_FALSE(std::filesystem::exists(folder.path() + "/called"));
  CHECK_FALSE(std::filesystem::exists(folder.path() + "/mail"));
}
