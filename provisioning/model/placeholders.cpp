#include "provisioning/model/placeholders.hpp"

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

constexpr std::string_view braces_begin = "{{";
constexpr std::string_view braces_end = "}}";

std::string name_in(std::string_view between) {
  while (between.starts_with(' ')) between.remove_prefix(1);
  while (between.ends_with(' ')) between.remove_suffix(1);
  const bool letter = !between.empty() && between.front() >= 'a' && between.front() <= 'z';
  if (letter && between.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos) {
    return std::string(between);
  }
  throw Error(ErrorKind::invalid, "'" + abbreviated(between) + "' is not a valid placeholder",
              "A placeholder is written {{name}}: letters a-z, digits and _.");
}

// Calls plain(text) and place(name) for the parts of `text`, in their order.
template <class Plain, class Place>
void walk(std::string_view text, Plain plain, Place place) {
  for (;;) {
    const std::size_t begin = text.find(braces_begin);
    plain(text.substr(0, begin));
    if (begin == std::string_view::npos) return;
    text.remove_prefix(begin + braces_begin.size());
    const std::size_t end = text.find(braces_end);
    if (end == std::string_view::npos) {
      throw Error(ErrorKind::invalid, "a placeholder is not closed: '{{" + abbreviated(text.substr(0, 20)) + "'",
                  "Close it with }}.");
    }
    place(name_in(text.substr(0, end)));
    text.remove_prefix(end + braces_end.size());
  }
}

}  // namespace

const std::vector<std::string>* mail_placeholders(std::string_view key) {
  static const std::vector<std::string> of_account = {"name", "email", "organization", "link"};
  static const std::vector<std::string> of_invitation = {"name", "email", "organization", "link", "inviter", "expires"};
  if (key == "invitation" || key == "invitation-resent") return &of_invitation;
  return key == "deactivated" || key == "reactivated" ? &of_account : nullptr;
}

const std::vector<std::string_view>& mail_templates() {
  static const std::vector<std::string_view> keys = {"invitation", "invitation-resent", "deactivated", "reactivated"};
  return keys;
}

std::vector<std::string> find_placeholders(std::string_view text) {
  std::vector<std::string> names;
  walk(text, [](std::string_view) {}, [&](std::string name) { names.push_back(std::move(name)); });
  return names;
}

std::string filled(std::string_view text, const std::map<std::string, std::string>& values,
                   const std::function<std::string(const std::string&)>& escape) {
  std::string whole;
  const auto fill = [&](const std::string& name) {
    const auto value = values.find(name);
    if (value == values.end()) {
      std::vector<std::string> known;
      for (const auto& [other, text_of_it] : values) known.push_back(other);
      throw Error(ErrorKind::invalid, "there is no placeholder '" + name + "'" + did_you_mean(name, known));
    }
    whole += escape ? escape(value->second) : value->second;
  };
  walk(text, [&](std::string_view plain) { whole += plain; }, fill);
  return whole;
}

}  // namespace acctl
