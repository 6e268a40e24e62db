// `tests:`, and whether they can hold together.
#include <algorithm>
#include <unordered_map>

#include "provisioning/definitions/reading.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl::reading {

namespace {

using Wishes = std::vector<std::pair<std::string, std::string>>;

void read_wishes(const File& file, const YamlNode& node, Wishes& wishes, std::vector<Place>& places) {
  if (node.type != YamlNode::Type::sequence) {
    return file.complain(node, "can and cannot take lists of permissions" + hint_of_dash(node));
  }
  for (const YamlNode& item : node.items) {
    const auto [permission, level, details] = parse_member(item);
    if (permission == nullptr || details != nullptr) {
      file.complain(item, "write a permission, or {permission: level}");
      continue;
    }
    if (!check_text(file, *permission, "a list of permissions")) continue;
    if (const std::string problem = pattern_problem(permission->text); !problem.empty()) {
      file.complain(*permission, problem);
      continue;
    }
    if (level != nullptr && !check_level(file, *level)) continue;
    std::pair wish(permission->text, level == nullptr ? std::string() : level->text);
    wishes.push_back(std::move(wish));
    places.push_back(file.place(*permission));
  }
}

void read_subject(const File& file, KeyForm form, const YamlEntry& entry, std::string& subject) {
  const YamlNode& node = entry.value;
  if (!check_text(file, node, "'" + entry.key.text + "'")) return;
  subject = normal_key(form, node.text);
  if (const std::string problem = key_problem(form, subject); !problem.empty()) file.complain(node, problem);
}

void read_test(const File& file, const YamlNode& node) {
  AccessTest test;
  test.place = file.place(node);
  TestPlaces places;
  if (node.type != YamlNode::Type::mapping) {
    return file.complain(node, "a test is a mapping such as {role: agent, can: [tickets.view]}");
  }
  int subjects = 0;
  for (const YamlEntry& entry : node.entries) {
    const auto& [key, value] = entry;
    subjects += key.text == "user" || key.text == "role" || key.text == "role_template" ? 1 : 0;
    if (key.text == "user") {
      read_subject(file, KeyForm::email, entry, test.user);
    } else if (key.text == "role") {
      read_subject(file, KeyForm::key, entry, test.role);
    } else if (key.text == "role_template") {
      read_subject(file, KeyForm::key, entry, test.role_template);
    } else if (key.text == "can") {
      read_wishes(file, value, test.can, places.can);
    } else if (key.text == "cannot") {
      read_wishes(file, value, test.cannot, places.cannot);
    } else {
      file.complain(key, unknown_key(key.text, {"user", "role", "role_template", "can", "cannot"}));
    }
  }
  if (subjects != 1) file.complain(node, "a test names one user, role or role template");
  const YamlNode* silent = &node;  // or the list that is empty
  bool says_something = false;
  for (const char* key : {"can", "cannot"}) {
    const YamlNode* wishes = node.find(key);
    if (wishes == nullptr) continue;
    if (wishes->type != YamlNode::Type::sequence || !wishes->items.empty()) says_something = true;
    silent = wishes;
  }
  if (subjects == 1 && !says_something) file.complain(*silent, "a test lists what its subject can or cannot do");
  file.reading.result.tests.push_back(std::move(test));
  file.reading.test_places.push_back(std::move(places));
}

// 0 for no level, then from the narrowest to the widest.
std::size_t width(const std::string& level) {
  const auto& levels = permission_levels();
  return static_cast<std::size_t>(levels.end() - std::ranges::find(levels, level));
}

// What cannot be done is denied to all that it covers: at its level and wider, without one at any.
struct Denial {
  std::size_t width = 0;
  const Place* place = nullptr;
  std::string_view pattern;
};

// Of several the widest denial, which the others follow from.
struct Denials {
  std::unordered_map<std::string, Denial> exact;   // by permission or pattern
  std::unordered_map<std::string, Denial> within;  // by the pattern that covers it, "*" too
};

// "tickets.*", which covers "tickets.view".
std::string to_group_pattern(const std::string& permission) {
  return permission.substr(0, permission.find('.')) + ".*";
}

void deny(Denials& denials, const std::pair<std::string, std::string>& wish, const Place& place) {
  const Denial denial{.width = width(wish.second), .place = &place, .pattern = wish.first};
  const auto add = [&](std::unordered_map<std::string, Denial>& to, const std::string& key) {
    const auto [known, fresh] = to.try_emplace(key, denial);
    if (!fresh && denial.width < known->second.width) known->second = denial;
  };
  add(denials.exact, wish.first);
  if (wish.first == "*") return;
  add(denials.within, "*");
  if (!wish.first.ends_with(".*")) add(denials.within, to_group_pattern(wish.first));
}

// Who can do `wish` cannot be denied it, nor a part of it.
const Denial* find_denial(const Denials& denials, const std::pair<std::string, std::string>& wish) {
  const std::string& permission = wish.first;
  const auto wide_enough = [&](const std::unordered_map<std::string, Denial>& among,
                               const std::string& key) -> const Denial* {
    const auto found = among.find(key);
    return found != among.end() && width(wish.second) >= found->second.width ? &found->second : nullptr;
  };
  for (const std::string& pattern : {permission, to_group_pattern(permission), std::string("*")}) {
    if (const Denial* denial = wide_enough(denials.exact, pattern)) return denial;
  }
  return wide_enough(denials.within, permission);
}

std::string to_string(const AccessTest& test) {
  if (!test.user.empty()) return "user";
  return test.role_template.empty() ? "role" : "role template";
}

}  // namespace

void read_tests(const File& file, const YamlNode& tests) {
  if (tests.type != YamlNode::Type::sequence) return file.complain(tests, "tests takes a list");
  for (const YamlNode& node : tests.items) read_test(file, node);
}

void check_tests(DefinitionsReading& reading) {
  std::unordered_map<std::string, Denials> by_subject;
  const std::vector<AccessTest>& tests = reading.result.tests;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    Denials& denials = by_subject[tests[i].subject()];
    for (std::size_t j = 0; j < tests[i].cannot.size(); ++j) {
      deny(denials, tests[i].cannot[j], reading.test_places[i].cannot[j]);
    }
  }
  for (std::size_t i = 0; i < tests.size(); ++i) {
    const Denials& denials = by_subject[tests[i].subject()];
    for (std::size_t j = 0; j < tests[i].can.size(); ++j) {
      const Denial* denial = find_denial(denials, tests[i].can[j]);
      if (denial == nullptr) continue;
      reading.problems.add(reading.test_places[i].can[j],
                           "'" + tests[i].can[j].first + "' contradicts cannot '" + std::string(denial->pattern) +
                               "' of the same " + to_string(tests[i]) + " in " + File::shown(*denial->place));
    }
  }
}

}  // namespace acctl::reading
