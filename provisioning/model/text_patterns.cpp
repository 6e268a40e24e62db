#include "provisioning/model/text_patterns.hpp"

#include "provisioning/model/names.hpp"
#include "provisioning/model/tenant_condition.hpp"

namespace acctl::patterns {

namespace {

// Characters of hidden_character(), but for joiners and variation selectors, which depend on what is beside them, and
// for those beyond four hexadecimal digits, which ECMAScript and Python write differently.
const std::string hidden =
    R"(\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e\u2000-\u200b)"
    R"(\u200e\u200f\u2028-\u202f\u205f-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb)";

const std::string label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const std::string hostname_body = "(?=.{1,253}$)(" + label + R"(\.)+(?=[a-z0-9-]*[a-z-]))" + label;

std::string email_body() {
  const std::string letters = "A-Za-z0-9!#$%&'*+/=?^_`{|}~";
  const std::string host = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  return "(?=[^@]{1,64}@)[" + letters + "][" + letters + R"(-]*(\.[)" + letters + "-]+)*@(" + host +
         R"(\.)+(?=[A-Za-z0-9-]*[A-Za-z-]))" + host;
}

// A day of the calendar: months of 31 and 30 days, February, and the 29th of leap years.
const std::string day =
    "(?!0000)([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|"
    "02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";

struct Properties {
  std::vector<std::string_view> all;
  std::vector<std::string_view> ordered;
  std::vector<std::string_view> named;
  std::string words;  // "subscription!?=(trialing|active)…|"
};

Properties properties() {
  Properties found;
  for (const TenantProperty& property : tenant_properties()) {
    found.all.push_back(property.name);
    if (is_ordered(property)) {
      found.ordered.push_back(property.name);
    } else if (property.words.empty()) {
      found.named.push_back(property.name);
    } else {
      const std::string word = make_alternation(property.words);
      found.words += std::string(property.name) + "!?=" + word + "(," + word + ")*|";
    }
  }
  return found;
}

}  // namespace

std::string make_alternation(const std::vector<std::string_view>& words) {
  std::string all;
  for (const std::string_view word : words) all += (all.empty() ? "" : "|") + std::string(word);
  return "(" + all + ")";
}

TextPattern or_empty(const TextPattern& pattern) { return {"^$|" + pattern.pattern, pattern.words}; }

const TextPattern& email() {
  static const TextPattern made = {"^(?=.{1,254}$)" + email_body() + "$", "an e-mail address such as ana@acme.example"};
  return made;
}

const TextPattern& hostname() {
  static const TextPattern made = {"^" + hostname_body + "$", "a host name in lower case, such as help.example.com"};
  return made;
}

const TextPattern& slug() {
  static const TextPattern made = {
      "^(?!" + make_alternation(reserved_slugs()) + "$)(?!xn--)[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
      "a slug that is not reserved: 1 to 63 of a-z, 0-9 and -, starting with a letter and not ending with -"};
  return made;
}

const TextPattern& registry_key() {
  static const TextPattern made = {"^" + label + "$", "a key: 1 to 63 of a-z, 0-9 and -, without - at its ends"};
  return made;
}

const TextPattern& label_key() {
  static const TextPattern made = {"^(?!" + make_alternation(properties().all) + "$)" + label + "$",
                                   "a key that is no property of tenants: 1 to 63 of a-z, 0-9 and -"};
  return made;
}

const TextPattern& label_value() {
  static const TextPattern made = {"^(?! +$)[^" + hidden + "]*$",
                                   "a text without control and invisible characters, at most 63 bytes"};
  return made;
}

const TextPattern& display_name() {
  static const TextPattern made = {"^(?=.*[^ ])[^" + hidden + "]+$", "a name without control and invisible characters"};
  return made;
}

const TextPattern& visible_line() {
  static const TextPattern made = {"^[^" + hidden + "]+$", "one line of text without control and invisible characters"};
  return made;
}

const TextPattern& date() {
  static const TextPattern made = {"^" + day + "$", "a date, YYYY-MM-DD"};
  return made;
}

const TextPattern& moment() {
  static const TextPattern made = {
      "^" + day + "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-](0[0-9]|1[0-5]):[0-5][0-9])$",
      "a time such as 2027-01-31T18:00:00Z"};
  return made;
}

const TextPattern& sender() {
  static const TextPattern made = {"^(" + email_body() + "|.*<" + email_body() + ">)$",
                                   "an e-mail address, or 'Name <address>'"};
  return made;
}

const TextPattern& tenant_condition() {
  static const TextPattern made = [] {
    const Properties known = properties();
    const std::string values = "[^,]+(,[^,]+)*";
    return TextPattern{"^(" + make_alternation(known.ordered) + "(<=?|>=?).+|" + known.words +
                           make_alternation(known.named) + "!?=" + values + "|(?!" + make_alternation(known.all) +
                           "[=!<>])(label\\.)?" + label + "!?=" + values + ")$",
                       "a condition such as plan!=trial or created>30d"};
  }();
  return made;
}

const TextPattern& match_key() {
  static const TextPattern made = [] {
    const Properties known = properties();
    return TextPattern{
        "^(?!" + make_alternation(known.ordered) + "$)(" + make_alternation(known.all) + "|(label\\.)?" + label + ")$",
        "a property of tenants that is compared with =, or the key of a label"};
  }();
  return made;
}

}  // namespace acctl::patterns
