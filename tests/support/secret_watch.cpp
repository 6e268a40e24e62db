#include "tests/support/secret_watch.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <regex>

#include "tests/support/catch.hpp"

namespace acctl::test {

namespace fs = std::filesystem;

namespace {

std::string put_private(const std::string& path, const std::string& text) {
  put_file(path, text);
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  return path;
}

// The token of the first invitation link in an output or in a mail, which breaks long lines with =; "" for none.
std::string token_in(const std::string& text) {
  const std::string link = link_in(std::regex_replace(text, std::regex("=\r?\n"), ""));
  return link.substr(link.rfind('/') + 1);
}

// The secret that `command` shows by contract; "" for none.
std::string shown_by(const std::string& command, const Result& result) {
  if (command == "user invite" || command == "user resend") return token_in(result.out);
  if (command != "api-key create" || result.status != 0) return "";
  const auto json = result.json();
  return json["key"].get<std::string>().substr(json["prefix"].get<std::string>().size() + 1);
}

}  // namespace

std::map<std::string, std::string> Sightings::find(const std::string& text) const {
  std::map<std::string, std::string> found;
  for (const auto& [place, all] : seen_) {
    for (const auto& [what, one] : all) {
      if (contains(one, text)) found.try_emplace(place, what);
    }
  }
  return found;
}

SecretWatch::SecretWatch()
    : two({.settings = {{"log_statement", "all"}}}), server_({.auth = "postman:" + smtp_password}) {
  two.acctl.in("acme", "update acctl.tenant set seat_limit = 100");
  hide_key();
  demand_passwords();
  secret_file("credentials", "postman\n" + smtp_password + "\n");
  mail_by_smtp();
  for (const std::string& secret : {control_password, wrong_control_password, app_password, smtp_password,
                                    wrong_smtp_password, unreadable, two.token}) {
    canaries.insert(secret);
  }
  // As AUTH PLAIN and AUTH LOGIN send them: base64 of "\0postman\0PASSWORD" and of PASSWORD.
  for (const char* sent : {"AHBvc3RtYW4Ac210cFBhc3N3b3JkQ2FuYXJ5MQ==", "c210cFBhc3N3b3JkQ2FuYXJ5MQ==",
                           "AHBvc3RtYW4Ad3IwbmdTbXRwUGFzc3dvcmRDYW5hcnk=", "d3IwbmdTbXRwUGFzc3dvcmRDYW5hcnk="}) {
    canaries.insert(sent);
  }
}

// The platform's key moves to where nothing but secrets is.
void SecretWatch::hide_key() {
  const std::string made = two.acctl.folder.path() + "/data/acctl/platform.key";
  const std::string key = file_text(made);
  REQUIRE(key.size() == 65);  // 64 digits and the end of the line
  canaries.insert(key.substr(0, 64));
  two.acctl.acctl.environment["ACCTL_KEY_FILE"] = secret_file("platform.key", key);
  fs::remove(made);
}

void SecretWatch::demand_passwords() {
  // These are no statements of acctl's, and the only ones that hold a password in clear.
  two.acctl.control("set log_statement = 'none'; alter role acctl password '" + control_password + "'; alter role " +
                    two.acctl.app_role("acme") + " password '" + app_password + "'");
  put_file(two.acctl.cluster.data() + "/pg_hba.conf", "local all acctl scram-sha-256\nlocal all all trust\n");
  two.acctl.control("select pg_reload_conf()");
  REQUIRE(eventually([&] { return two.acctl({"tenant", "list"}).status == 4; }));
  ways_ = ways(control_password);
  two.acctl.acctl.environment = ways_.front();
}

std::vector<SecretWatch::Environment> SecretWatch::ways(const std::string& password) const {
  // libpq names the password file in its messages, so that its path must not hold the password.
  const std::string folder = secrets() + (password == control_password ? "/right" : "/wrong");
  fs::create_directories(folder + "/acctl");
  const std::string url = two.acctl.cluster.url();
  const std::string whole = url + "&password=" + password;
  put_private(folder + "/passfile", "*:*:*:acctl:" + password + "\n");
  put_private(folder + "/services", "[canary]\nhost=" + two.acctl.cluster.dsn().get("host") +
                                        "\nport=5432\nuser=acctl\ndbname=acctl\npassword=" + password + "\n");
  put_private(folder + "/acctl/config.yaml", "current: here\ncontexts: {here: {database: \"" + whole + "\"}}\n");
  Environment base = two.acctl.acctl.environment;
  base.erase("ACCTL_DATABASE_URL");
  base.erase("PGPASSWORD");
  std::vector<Environment> all(5, base);
  all[0].insert({{"ACCTL_DATABASE_URL", url}, {"PGPASSWORD", password}});
  all[1].insert({"ACCTL_DATABASE_URL", whole});
  all[2].insert({{"ACCTL_DATABASE_URL", url}, {"PGPASSFILE", folder + "/passfile"}});
  all[3].insert({{"ACCTL_DATABASE_URL", "service=canary"}, {"PGSERVICEFILE", folder + "/services"}});
  all[4]["XDG_CONFIG_HOME"] = folder;
  return all;
}

Result SecretWatch::run(const std::vector<std::string>& words, const std::string& input) {
  return run_in(ways_[number_ % ways_.size()], words, input);
}

Result SecretWatch::run_in(const Environment& environment, std::vector<std::string> words, const std::string& input) {
  const std::string command = words.size() > 1 ? words[0] + " " + words[1] : words[0];
  const std::string format = number_++ % 2 == 0 ? "text" : "json";
  const std::string log = logs_.path() + "/" + format;
  words.insert(words.end(), {"--yes", "-vv", "--log-format", format, "--log-file", log});
  Acctl acctl = two.acctl.acctl;
  acctl.environment = environment;
  const Result result = acctl(words, input);
  std::string out = result.out;
  if (const std::string secret = shown_by(command, result); !secret.empty()) {
    canaries.insert(secret);
    out.erase(out.find(secret), secret.size());  // once, and nowhere else
  }
  sightings.add("stdout", command, out);
  sightings.add("stderr", command, result.err);
  sightings.add("log as " + format, command, file_text(log));
  fs::remove(log);
  return result;
}

void SecretWatch::mail_by(const std::string& fields) const {
  set_mail(two.acctl, fields + ", credentials_file: " + secrets() + "/credentials");
}

void SecretWatch::mail_by_smtp() const { mail_by(smtp_fields(server_, "tls: none")); }

void SecretWatch::mail_by_program() const {
  const std::string program = two.acctl.folder.path() + "/sendmail";
  put_file(program, "#!/bin/sh\ncat /proc/$$/cmdline /proc/$$/environ | tr '\\0' '\\n' >>" + logs_.path() +
                        "/children\ncat >>" + logs_.path() + "/mail\n");
  REQUIRE(chmod(program.c_str(), 0700) == 0);
  set_mail(two.acctl, "transport: sendmail, from: no-reply@help.example, program: " + program);
}

std::string SecretWatch::secret_file(const std::string& name, const std::string& text) const {
  const std::string path = secrets() + "/" + name;
  fs::create_directories(fs::path(path).parent_path());
  return put_private(path, text);
}

void SecretWatch::look_at_databases() {
  sightings.add("tenants' databases", "a row", two.databases());
  sightings.add("control database", "a row",
                two.acctl.control("select query_to_xml(format('select t::text from %s t', c.oid::regclass), true, "
                                  "false, '')::text from pg_class c where c.relkind = 'r' and c.relnamespace = "
                                  "'acctl'::regnamespace"));
}

void SecretWatch::look_at_the_rest() {
  for (const TakenMail& mail : server_.messages()) canaries.insert(token_in(mail.text));
  canaries.insert(token_in(file_text(logs_.path() + "/mail")));
  for (const auto& entry : fs::recursive_directory_iterator(two.acctl.folder.path())) {
    if (!entry.is_regular_file()) continue;
    const std::string path = entry.path().string();
    const std::string text = file_text(path);
    if (contains(path, "/mail/")) {  // the Maildir
      canaries.insert(token_in(text));
    } else {
      sightings.add("files", path, text);
    }
  }
  canaries.erase("");  // of mails without a link
  sightings.add("server log", "a statement", two.acctl.cluster.log());
  sightings.add("child processes", "sendmail", file_text(logs_.path() + "/children"));
}

}  // namespace acctl::test
