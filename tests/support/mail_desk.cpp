#include "tests/support/mail_desk.hpp"

#include <signal.h>

#include <map>

#include "provisioning/base/process.hpp"

namespace acctl::test {

void mail_by(const TenantFixture& desk, const MailServer& server, const std::string& more) {
  set_mail(desk.acctl, smtp_fields(server, "tls: none" + more));
}

std::string fate(const TenantFixture& desk) {
  return desk.in("select status || ' ' || attempts || coalesce(' ' || error, '') from app.outbox where recipient = '" +
                 bea_address + "' order by queued_at desc limit 1");
}

void make_due(const TenantFixture& desk) {
  desk.in("update app.outbox set not_before = now() where status = 'queued'");
}

void forget_first_mail(const TenantFixture& desk) { desk.in("delete from app.outbox where recipient like 'ana@%'"); }

std::string people(const TenantFixture& desk, int count) {
  desk.acctl.control("update acctl.tenants set seats = 100");
  desk.in("update acctl.tenant set seat_limit = 100");
  std::string text = "email\n";
  for (int i = 0; i < count; ++i) text += "guest" + std::to_string(i) + "@acme.example\n";
  const std::string path = desk.acctl.folder.path() + "/people.csv";
  put_file(path, text);
  return path;
}

pid_t start(const TenantFixture& desk, const std::vector<std::string>& words) {
  acctl::Program acctl{.words = {"/usr/bin/env", "-i"}, .account = {}, .folder = "/"};
  for (const auto& [name, value] : desk.acctl.acctl.environment) acctl.words.push_back(name + "=" + value);
  acctl.words.push_back(program_path());
  acctl.words.insert(acctl.words.end(), words.begin(), words.end());
  return acctl::start_child(acctl, desk.acctl.folder.path() + "/started.log", SIGKILL);
}

std::string not_once(const std::vector<TakenMail>& mails, int count) {
  std::map<std::string, int> times;
  for (int i = 0; i < count; ++i) times["guest" + std::to_string(i) + "@acme.example"] = 0;
  for (const TakenMail& mail : mails) ++times[mail.to.at(0)];
  std::string text;
  for (const auto& [email, number] : times) {
    if (number != 1) text += email + " " + std::to_string(number) + " times\n";
  }
  return text;
}

}  // namespace acctl::test
