#include "provisioning/model/names.hpp"

#include <algorithm>

#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/tenant_condition.hpp"

namespace acctl {

namespace {

[[noreturn]] void refuse_name(const std::string& what, const std::string& value, const std::string& problem,
                              const std::string& hint = "") {
  std::string shown = escaped(value.substr(0, 80));
  if (value.size() > 80) shown += "…";
  throw Error(ErrorKind::invalid, what + " '" + shown + "' " + problem, hint);
}

bool is_host_label(std::string_view label) {
  const auto allowed = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
  return !label.empty() && label.size() <= 63 && std::ranges::all_of(label, allowed) && label.front() != '-' &&
         label.back() != '-';
}

// Without what could be taken for a scheme, a port or an address.
bool is_hostname(std::string_view name) {
  if (name.empty() || name.size() > 253 || name.find('.') == std::string_view::npos) return false;
  std::string_view last;
  while (!name.empty()) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    last = name.substr(0, dot);
    if (!is_host_label(last)) return false;
    if (dot + 1 == name.size()) return false;  // ends with a dot
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return !std::ranges::all_of(last, is_digit);
}

}  // namespace

const std::vector<std::string_view>& reserved_slugs() {
  static const std::vector<std::string_view> reserved = {
      "acctl", "admin",  "api",    "app",     "localhost", "mail",      "ns",        "postgres",
      "smtp",  "static", "status", "support", "template",  "template0", "template1", "www"};
  return reserved;
}

void check_slug(const std::string& slug) {
  constexpr const char* hint = "A slug is 1 to 63 of a-z, 0-9 and -, starts with a letter and does not end with -.";
  if (slug.size() > 63)
    refuse_name("the slug", slug, "has " + std::to_string(slug.size()) + " bytes; at most 63 are allowed", hint);
  if (!is_host_label(slug) || !is_lower(slug.front())) refuse_name("the slug", slug, "cannot name a tenant", hint);
  if (std::ranges::find(reserved_slugs(), slug) != reserved_slugs().end() || slug.starts_with("xn--")) {
    refuse_name("the slug", slug, "is reserved", "Choose another one.");
  }
}

void check_key(const std::string& what, const std::string& key) {
  if (!is_host_label(key))
    refuse_name(what, key, "is not a key", "A key is 1 to 63 of a-z, 0-9 and -, without - at its ends.");
}

// The same as app.is_address() of the tenants' schema (templates/tenant).
void check_email(const std::string& what, const std::string& email) {
  constexpr const char* hint = "Write it as name@domain.example; an international domain in its ASCII form (xn--…).";
  constexpr std::string_view local_characters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+/=?^_`{|}~-";
  if (email.size() > 254)
    refuse_name(what, email, "has " + std::to_string(email.size()) + " bytes; at most 254 are allowed");
  const std::size_t at = email.find('@');
  if (at == std::string::npos || email.find('@', at + 1) != std::string::npos) {
    refuse_name(what, email, "is not an e-mail address", hint);
  }
  const std::string local = email.substr(0, at);
  if (local.starts_with('-'))
    refuse_name(what, email, "starts with a dash, which programs mistake for an option", hint);
  std::string domain = email.substr(at + 1);
  std::ranges::transform(domain, domain.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const bool dots = local.starts_with('.') || local.ends_with('.') || local.find("..") != std::string::npos;
  if (local.empty() || local.size() > 64 || dots || local.find_first_not_of(local_characters) != std::string::npos ||
      !is_hostname(domain)) {
    refuse_name(what, email, "is not an e-mail address that can be delivered to", hint);
  }
}

void check_display_name(const std::string& what, const std::string& name) {
  if (name.size() > 200)
    refuse_name(what, name, "has " + std::to_string(name.size()) + " bytes; at most 200 are allowed");
  if (name.find_first_not_of(' ') == std::string::npos) refuse_name(what, name, "is empty");
  if (!is_utf8(name)) refuse_name(what, name, "is not valid UTF-8");
  if (const std::string hidden = hidden_character(name); !hidden.empty())
    refuse_name(what, name, "holds a control or invisible character, " + hidden);
}

void check_hostname(const std::string& what, const std::string& name) {
  if (!is_hostname(name))
    refuse_name(what, name, "is not a host name", "Write it in lower case, as in help.example.com.");
}

void check_label(const std::string& key, const std::string& value) {
  check_key("the label", key);
  if (find_tenant_property(key) != nullptr)
    refuse_name("the label", key, "is reserved: --match " + key + "=… already has a meaning");
  if (value.size() > 63) refuse_name("the value of label " + key + ",", value, "is longer than 63 bytes");
  if (!value.empty()) check_display_name("the value of label " + key + ",", value);
}

}  // namespace acctl
