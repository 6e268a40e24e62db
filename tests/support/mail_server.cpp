#include "tests/support/mail_server.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace acctl::test {

namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

const std::map<std::string, std::string> mail_environment = {{"PATH", "/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}};

constexpr const char* read_mail = R"(
import email, email.header, email.policy, email.utils, json, sys
raw = sys.stdin.buffer.read().replace(b'\r\n', b'\n')
mail = email.message_from_bytes(raw, policy=email.policy.default)
# The policy leaves the spaces between encoded words of a name (RFC 2047, section 6.2); the older interface does not.
old = email.message_from_bytes(raw)
decoded = lambda text: str(email.header.make_header(email.header.decode_header(text)))
boxes = lambda name: [{'name': decoded(n), 'address': a} for n, a in email.utils.getaddresses([old[name]])]
parts = [p for p in mail.walk() if not p.is_multipart()]
print(json.dumps({
  'from': boxes('From')[0], 'to': boxes('To'), 'subject': str(mail['Subject']),
  'date': mail['Date'].datetime.isoformat(), 'id': str(mail['Message-ID']), 'type': mail.get_content_type(),
  'headers': list(mail.keys()),
  'defects': len(mail.defects) + sum(len(p.defects) for p in parts)
             + sum(len(v.defects) for v in mail.values()),
  'parts': [{'type': p.get_content_type(), 'text': p.get_content()} for p in parts]}))
)";

// For localhost, signed by itself.
void make_certificate(const std::string& folder) {
  const Result made = run_program(
      {.words = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                 "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                 "-keyout", folder + "/key", "-out", folder + "/certificate"},
       .environment = mail_environment,
       .input = ""});
  if (made.status != 0) throw std::runtime_error("openssl makes no certificate: " + made.err);
}

Words command_line(const MailServerOptions& options, const std::string& folder) {
  Words words = {"/usr/bin/python3", ACCTL_SOURCE "/tests/support/mail_server.py", "--folder", folder + "/mails"};
  if (options.security != MailServerOptions::Security::none) {
    make_certificate(folder);
    const bool starttls = options.security == MailServerOptions::Security::starttls;
    words.insert(words.end(), {starttls ? "--starttls" : "--implicit-tls", folder + "/certificate", folder + "/key"});
  }
  if (!options.auth.empty()) words.insert(words.end(), {"--auth", options.auth});
  words.insert(words.end(), options.faults.begin(), options.faults.end());
  return words;
}

TakenMail mail_in(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string head;
  std::getline(file, head);
  const auto json = nlohmann::json::parse(head);
  std::ostringstream text;
  text << file.rdbuf();
  return {.from = json["mail_from"], .to = json["rcpt_tos"], .connection = json["connection"], .text = text.str()};
}

}  // namespace

MailServer::MailServer(const MailServerOptions& options)
    : implicit_(options.security == MailServerOptions::Security::implicit) {
  fs::create_directory(folder_.path() + "/mails");
  Words words = command_line(options, folder_.path());
  Words variables;
  for (const auto& [name, value] : mail_environment) variables.push_back(name + "=" + value);
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  const std::string log = folder_.path() + "/log";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int failed =
      posix_spawn(&pid_, words[0].c_str(), &actions, nullptr, pointers(words).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  input_ = in[1];
  output_ = out[0];
  if (failed != 0) pid_ = 0;
  try {
    if (failed != 0) throw std::runtime_error("cannot start " + words[0]);
    port_ = std::stoi(line());
  } catch (const std::exception& error) {
    std::ostringstream said;
    said << std::ifstream(log).rdbuf();
    end();
    throw std::runtime_error("the mail server does not start: " + std::string(error.what()) + "; " + said.str());
  }
}

MailServer::~MailServer() { end(); }

void MailServer::end() {
  close(input_);
  close(output_);
  if (pid_ == 0) return;
  if (!eventually([&] { return waitpid(pid_, nullptr, WNOHANG) == pid_; })) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

std::string MailServer::line() {
  std::string text;
  for (char c = 0;;) {
    pollfd wait = {output_, POLLIN, 0};
    if (poll(&wait, 1, 30'000) != 1 || read(output_, &c, 1) != 1) throw std::runtime_error("no answer");
    if (c == '\n') return text;
    text += c;
  }
}

void MailServer::cure() {
  const std::string_view word = "cure\n";
  if (write(input_, word.data(), word.size()) < 0) throw std::runtime_error("write to the mail server");
  line();
}

std::string MailServer::url() const {
  return (implicit_ ? "smtps://127.0.0.1:" : "smtp://127.0.0.1:") + std::to_string(port_);
}

bool MailServer::hangs() const { return fs::exists(folder_.path() + "/mails/hangs.new"); }

std::vector<TakenMail> MailServer::messages() const {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder_.path() + "/mails")) {
    if (entry.path().extension().empty()) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<TakenMail> all;
  for (const fs::path& path : paths) all.push_back(mail_in(path));
  return all;
}

nlohmann::json parsed_mail(const std::string& text) {
  const Result read =
      run_program({.words = {"/usr/bin/python3", "-c", read_mail}, .environment = mail_environment, .input = text});
  if (read.status != 0) throw std::runtime_error("no mail: " + read.err + text);
  return nlohmann::json::parse(read.out);
}

std::string link_in(const std::string& text) {
  std::smatch found;
  return std::regex_search(text, found, std::regex("https://[^ \"<>]+/[A-Za-z0-9_-]{43}\\b")) ? found.str() : "";
}

void set_mail(const TestPlatform& platform, const std::string& fields) {
  const std::string path = platform.folder.path() + "/mail.yaml";
  put_file(path, "acctl: 1\nmail: {" + fields + "}\n");
  const Result result = platform({"platform", "apply", "-f", path, "--yes"});
  if (result.status != 0) throw std::runtime_error("platform apply: " + result.err);
}

std::string smtp_fields(const MailServer& server, const std::string& more) {
  return "transport: smtp, url: '" + server.url() + "', from: 'Help desk <no-reply@help.example>'" +
         (contains(more, "timeout") ? "" : ", timeout: 2s") + (more.empty() ? "" : ", " + more);
}

}  // namespace acctl::test
