#include "provisioning/database/dsn.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <memory>
#include <set>

#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

// Percent-encodes all but the unreserved characters of RFC 3986.
std::string percent_encoded(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (char c : text) {
    if (plain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += hex[byte >> 4];
      encoded += hex[byte & 15];
    }
  }
  return encoded;
}

// Of libpq 14 to 18: what it hides in a form (dispchar *), and keys that stand for a password.
bool is_secret(const std::string& key) {
  static const std::set<std::string> secrets = {"oauth_client_secret", "password", "scram_client_key",
                                                "scram_server_key", "sslpassword"};
  return secrets.contains(key);
}

}  // namespace

Dsn Dsn::parse(std::string_view text) {
  if (text.empty() || text.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::invalid, "the database URL is empty or holds a NUL",
                "Write it as postgresql://user@host/name or as host=… dbname=….");
  }
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&::PQconninfoFree)> options(
      PQconninfoParse(std::string(text).c_str(), &message), PQconninfoFree);
  const std::unique_ptr<char, decltype(&::PQfreemem)> owned(message, PQfreemem);
  if (!options) {
    throw Error(ErrorKind::invalid, "libpq cannot read the database URL",
                "Write it as postgresql://user@host/name or as host=… dbname=….");
  }
  Dsn dsn;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) dsn.parameters_[option->keyword] = option->val;
  }
  return dsn;
}

Dsn Dsn::with(const std::string& key, const std::string& value) const {
  Dsn changed = *this;
  changed.parameters_[key] = value;
  return changed;
}

std::string Dsn::get(const std::string& key) const {
  const auto found = parameters_.find(key);
  return found == parameters_.end() ? std::string() : found->second;
}

bool Dsn::holds_secret() const {
  return std::ranges::any_of(parameters_, [](const auto& one) { return is_secret(one.first) && !one.second.empty(); });
}

std::string Dsn::display() const {
  std::string uri = "postgresql://";
  if (!get("user").empty()) uri += percent_encoded(get("user")) + "@";
  // A socket folder starts with '/', which the authority part of a URI cannot hold.
  const bool socket = get("host").starts_with('/');
  if (!socket) {
    uri += percent_encoded(get("host"));
    if (!get("port").empty()) uri += ":" + get("port");
  }
  uri += "/" + percent_encoded(get("dbname"));
  char separator = '?';
  for (const auto& [key, value] : parameters_) {
    if (is_secret(key) || key == "user" || key == "dbname") continue;
    if (!socket && (key == "host" || key == "port")) continue;
    uri += separator + key + "=" + percent_encoded(value);
    separator = '&';
  }
  return uri;
}

}  // namespace acctl
