// A real SMTP server (aiosmtpd) that a test can make misbehave, and mails as an independent reader understands them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/tenant_fixture.hpp"

namespace acctl::test {

struct TakenMail {
  std::string from;  // of the envelope
  std::vector<std::string> to;
  int connection = 0;  // on which it came: 1, 2, …
  std::string text;    // as it came
};

struct MailServerOptions {
  enum class Security { none, starttls, implicit };
  Security security = Security::none;
  std::string auth;                 // "USER:PASSWORD", which it then insists on
  std::vector<std::string> faults;  // --reply, --hang, --drop-after-data, --close-after …: see mail_server.py
};

class MailServer {
 public:
  explicit MailServer(const MailServerOptions& options = {});
  ~MailServer();
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;

  int port() const { return port_; }
  std::string url() const;  // smtp://127.0.0.1:PORT, or smtps
  std::string certificate() const { return folder_.path() + "/certificate"; }

  // From now on it does what it should.
  void cure();

  // Whether it has come to where it hangs.
  bool hangs() const;

  // All that it has taken, in the order in which it came.
  std::vector<TakenMail> messages() const;

 private:
  std::string line();
  void end();

  const TemporaryFolder folder_;
  const bool implicit_;
  int input_ = -1;
  int output_ = -1;
  int pid_ = 0;
  int port_ = 0;
};

// A message as Python's email package reads it: from, to, subject, date (ISO 8601), id, type, defects (a count), and
// parts, each with type and text; to and from with name and address.
nlohmann::json parsed_mail(const std::string& text);

// The link of an invitation in a part of a mail, "" where there is none.
std::string link_in(const std::string& text);

// Sets the platform's mail to `fields`, the inside of a YAML mapping: transport: maildir, folder: /…
void set_mail(const TestPlatform& platform, const std::string& fields);

// Fields for `server`; a sender and a time limit of two seconds are among them, `more` comes behind.
std::string smtp_fields(const MailServer& server, const std::string& more = "");

}  // namespace acctl::test
