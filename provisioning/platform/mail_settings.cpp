#include "provisioning/platform/mail_settings.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/base/duration.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/model/names.hpp"

namespace acctl {

namespace {

constexpr std::string_view slug_place = "{slug}";

bool is_loopback(const std::string& host) { return host == "localhost" || host == "127.0.0.1" || host == "[::1]"; }

// Accepts scheme://HOST[:PORT] and nothing else: user names and passwords do not belong into the control database.
std::string url_problem(const std::string& url, std::string& scheme, std::string& host) {
  const std::size_t colon = url.find("://");
  scheme = url.substr(0, colon);
  if (colon == std::string::npos || (scheme != "smtp" && scheme != "smtps")) {
    return "takes smtp://HOST[:PORT] or smtps://HOST[:PORT]";
  }
  std::string rest = url.substr(colon + 3);
  if (rest.find('@') != std::string::npos) return "contains a user; put user and password into credentials_file";
  if (rest.ends_with('/')) rest.pop_back();
  const std::size_t end = rest.starts_with('[') ? rest.find(']') + 1 : rest.find(':');
  host = rest.substr(0, end);
  if (host.size() < rest.size() && rest[host.size()] != ':') return "names no host";
  const std::string port = host.size() < rest.size() ? rest.substr(host.size() + 1) : "25";
  const bool digits = !port.empty() && port.size() < 6 && port.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoi(port) < 1 || std::stoi(port) > 65535) return "has no port of 1 to 65535";
  const std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
  return host.empty() || host.find_first_not_of(letters) != std::string::npos ? "names no host" : "";
}

std::string link_problem(const std::string& link) {
  bool web = link.starts_with("https://");
  for (const char* local : {"http://localhost", "http://127.0.0.1"}) {
    const std::string rest = link.starts_with(local) ? link.substr(std::string_view(local).size()) : "";
    web |= rest.starts_with(':') || rest.starts_with('/');
  }
  if (!web) return "takes an address that starts with https://";
  std::string plain = link;
  if (const std::size_t at = plain.find(slug_place); at != std::string::npos) plain.replace(at, slug_place.size(), "s");
  const std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~:/?#&=%+[]";
  if (plain.find_first_not_of(letters) != std::string::npos) {
    return "contains characters that are not allowed in a web address; {slug} stands for the tenant's slug";
  }
  return link.ends_with('/') || link.ends_with('=') ? "" : "must end with / or =, because the token follows";
}

}  // namespace

const std::vector<MailField>& mail_fields() {
  static const std::vector<MailField> fields = {
      {"transport", &MailSettings::transport, "", "how messages are sent: smtp, sendmail or maildir"},
      {"url", &MailSettings::url, "smtp",
       "mail server: smtp://HOST[:PORT], or smtps://HOST[:PORT] for TLS from the first byte"},
      {"tls", &MailSettings::tls, "smtp", "encryption with smtp://: required (STARTTLS, the default) or none"},
      {"ca_file", &MailSettings::ca_file, "smtp", "certificates to verify the server with, instead of the system's"},
      {"credentials_file", &MailSettings::credentials_file, "smtp", "file of two lines, user and password; mode 0600"},
      {"program", &MailSettings::program, "sendmail", "path of the program, usually /usr/sbin/sendmail"},
      {"folder", &MailSettings::folder, "maildir", "path of the Maildir"},
      {"from", &MailSettings::from, "", "sender: 'Name <address>' or an address"},
      {"link_base", &MailSettings::link_base, "",
       "start of invitation links, which the token completes; {slug} stands for the tenant's slug"},
      {"timeout", &MailSettings::timeout, "", "time limit for each answer of the server (default: 30s)"},
  };
  return fields;
}

nlohmann::ordered_json to_json(const MailSettings& settings) {
  static const MailSettings defaults;
  nlohmann::ordered_json value = nlohmann::ordered_json::object();
  for (const MailField& field : mail_fields()) {
    const std::string& text = settings.*field.member;
    if (text != defaults.*field.member) value[std::string(field.name)] = text;
  }
  return value;
}

MailSettings parse_mail_settings(const nlohmann::json& value) {
  MailSettings settings;
  for (const MailField& field : mail_fields()) {
    if (const auto found = value.find(field.name); found != value.end()) settings.*field.member = *found;
  }
  return settings;
}

std::vector<std::pair<std::string, std::string>> find_mail_problems(const MailSettings& settings) {
  std::vector<std::pair<std::string, std::string>> problems;
  const auto complain = [&](const char* field, const std::string& problem) {
    if (!problem.empty()) problems.emplace_back(field, problem);
  };
  const std::string& transport = settings.transport;
  if (transport != "smtp" && transport != "sendmail" && transport != "maildir") {
    complain("transport", "takes smtp, sendmail or maildir");
    return problems;
  }
  static const MailSettings defaults;
  for (const MailField& field : mail_fields()) {
    const std::string& text = settings.*field.member;
    const bool path = field.name.ends_with("_file") || field.name == "program" || field.name == "folder";
    if (!field.transport.empty() && field.transport != transport && text != defaults.*field.member) {
      problems.emplace_back(field.name, "belongs to transport " + std::string(field.transport));
    } else if (path && !text.empty() && !text.starts_with('/')) {
      problems.emplace_back(field.name, "takes an absolute path");
    }
  }
  if (transport == "smtp") {
    std::string scheme;
    std::string host;
    const std::string problem = settings.url.empty() ? "is missing" : url_problem(settings.url, scheme, host);
    complain("url", problem);
    const bool plain = settings.tls == "none";
    if (!plain && settings.tls != "required") complain("tls", "takes required or none");
    if (plain && scheme == "smtps") complain("tls", "is always used with smtps://; leave it out");
    if (problem.empty() && plain && !settings.credentials_file.empty() && !is_loopback(host)) {
      complain("tls", "must not be none: the password would be sent unencrypted");
    }
  }
  if (transport == "sendmail" && settings.program.empty()) complain("program", "is missing");
  if (transport == "maildir" && settings.folder.empty()) complain("folder", "is missing");
  try {
    parse_mailbox(settings.from);
  } catch (const Error& error) {
    complain("from", settings.from.empty() ? "is missing" : error.what());
  }
  if (!settings.link_base.empty()) complain("link_base", link_problem(settings.link_base));
  try {
    const auto limit = parse_duration("timeout", settings.timeout).count();
    if (limit < 1'000 || limit > 600'000) complain("timeout", "takes 1s to 10m");
  } catch (const Error&) {
    complain("timeout", "takes a time such as 30s");
  }
  return problems;
}

Mailbox parse_mailbox(const std::string& from) {
  Mailbox mailbox;
  const std::size_t angle = from.rfind('<');
  if (angle == std::string::npos) {
    mailbox.address = from;
  } else if (from.ends_with('>')) {
    mailbox.address = from.substr(angle + 1, from.size() - angle - 2);
    mailbox.name = from.substr(0, angle);
    while (mailbox.name.ends_with(' ')) mailbox.name.pop_back();
    // As it stands in messages, too.
    if (mailbox.name.size() > 2 && mailbox.name.starts_with('"') && mailbox.name.ends_with('"')) {
      mailbox.name = mailbox.name.substr(1, mailbox.name.size() - 2);
    }
    check_display_name("the sender's name", mailbox.name);
  }
  check_email("the sender", mailbox.address);
  return mailbox;
}

std::string make_link_base(const MailSettings& settings, const std::string& slug, const std::string& host) {
  if (settings.link_base.empty()) return "https://" + host + "/invitations/";
  std::string link = settings.link_base;
  if (const std::size_t at = link.find(slug_place); at != std::string::npos) link.replace(at, slug_place.size(), slug);
  return link;
}

}  // namespace acctl
