// Holds how the platform sends messages: a setting of the control database, set by `acctl platform apply`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace acctl {

struct MailSettings {
  std::string transport;         // smtp, sendmail, maildir; "": messages wait until there is one
  std::string url;               // smtp: smtp://HOST[:PORT] or, with TLS from the first byte, smtps://HOST[:PORT]
  std::string tls = "required";  // of smtp://: required (STARTTLS, verified), none
  std::string ca_file;           // smtp: what the server's certificate is verified with; "" the system's
  std::string credentials_file;  // smtp: two lines, user and password, mode 0600; "" none
  std::string program;           // sendmail: absolute path
  std::string folder;            // maildir: absolute path
  std::string from;              // "Name <address>" or an address
  std::string link_base;         // what an invitation's token is put behind; {slug} is the tenant's
  std::string timeout = "30s";   // for each answer of the server
  // Not a setting but a wish of the command: for connecting and signing in, if less than `timeout`; "" for that.
  std::string connect_within = {};
};

// A field as a file and the control database have it.
struct MailField {
  std::string_view name;
  std::string MailSettings::* member;
  std::string_view transport;  // that it belongs to; "" all
  std::string_view help;
};
const std::vector<MailField>& mail_fields();

// Only what differs from the default.
nlohmann::ordered_json to_json(const MailSettings& settings);
MailSettings parse_mail_settings(const nlohmann::json& value);

// Why a field cannot be as it is, a sentence for each: field name, problem. Looks at nothing but the settings.
std::vector<std::pair<std::string, std::string>> find_mail_problems(const MailSettings& settings);

// A mailbox: the name of `from`, "" if it has none, and the address.
struct Mailbox {
  std::string name;
  std::string address;
};
// Throws Error(invalid).
Mailbox parse_mailbox(const std::string& from);

// The address that the link of a tenant's invitation starts with; `host` is the tenant's own host name.
std::string make_link_base(const MailSettings& settings, const std::string& slug, const std::string& host);

}  // namespace acctl
