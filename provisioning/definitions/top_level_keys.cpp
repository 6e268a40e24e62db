// Reads what definitions say about themselves: version, owner, tenants, guards.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/reading.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/model/names.hpp"

namespace acctl::reading {

namespace {

std::optional<std::int64_t> whole_number(const YamlNode& node) {
  if (node.type != YamlNode::Type::scalar || node.quoted || !is_plain_data(node)) return std::nullopt;
  const nlohmann::json value = to_json(node);
  return value.is_number_integer() ? std::optional(value.get<std::int64_t>()) : std::nullopt;
}

// The message of what `check` throws; "" if it does not throw.
template <class Check>
std::string find_problem(const Check& check) {
  try {
    check();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

void read_slugs(const File& file, const YamlNode& node, TenantSelection& selection) {
  for (const YamlNode& item : node.items) {
    if (!check_text(file, item, "'tenants'")) continue;
    if (const std::string problem = find_problem([&] { check_slug(item.text); }); !problem.empty()) {
      file.complain(item, problem);
    } else if (std::ranges::find(selection.slugs, item.text) != selection.slugs.end()) {
      file.complain(item, "'" + item.text + "' is listed twice");
    } else {
      selection.slugs.push_back(item.text);
    }
  }
  std::ranges::sort(selection.slugs);
}

// The accepted words of one key in a mapping.
std::vector<std::string> read_match_words(const File& file, const std::string& key, const YamlNode& value) {
  std::vector<std::string> words;
  const bool many = value.type == YamlNode::Type::sequence;
  if (many && value.items.empty()) file.complain(value, "'" + key + "' takes a word or a list of words");
  for (std::size_t i = 0; i < (many ? value.items.size() : 1); ++i) {
    const YamlNode& word = many ? value.items[i] : value;
    if (!check_text(file, word, "'" + key + "'")) continue;
    if (std::ranges::find(words, word.text) != words.end()) {
      file.complain(word, "'" + abbreviated(word.text) + "' is listed twice");
    } else {
      words.push_back(word.text);
    }
  }
  return words;
}

// Conditions as of --match in a list, or a mapping of keys to words that are accepted.
void read_match(const File& file, const YamlNode& node, TenantSelection& selection) {
  const auto add = [&](const YamlNode& at, const auto& make) {
    const std::string problem = find_problem([&] { selection.match.push_back(make()); });
    if (!problem.empty()) file.complain(at, "'match': " + problem);
  };
  if (node.type == YamlNode::Type::sequence && !node.items.empty()) {
    for (const YamlNode& item : node.items) {
      if (check_text(file, item, "'match'")) add(item, [&] { return parse_condition(item.text); });
    }
  } else if (node.type == YamlNode::Type::mapping && !node.entries.empty()) {
    for (const auto& [key, value] : node.entries) {
      std::vector<std::string> words = read_match_words(file, key.text, value);
      if (words.empty()) continue;
      add(key, [&, &name = key.text] { return make_condition(name, Comparison::equal, std::move(words)); });
    }
  } else {
    return file.complain(node,
                         "'match' takes a mapping such as {plan: [pro, enterprise], region: eu}, or a list of "
                         "conditions such as plan!=trial");
  }
  selection.match = merge_alternatives(std::move(selection.match));
}

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const Kind& kind : kinds()) {
    if (!kind.internal) names.emplace_back(kind.name);
  }
  return names;
}

// "roles/admin" or "roles/*"; "", with a complaint, if it is neither.
std::string protected_address(const File& file, const YamlNode& node) {
  if (!check_text(file, node, "'protect'")) return {};
  const std::size_t slash = node.text.find('/');
  const std::string name = node.text.substr(0, slash);
  const Kind* kind = find_kind(name);
  const auto refuse = [&](const std::string& message) {
    file.complain(node, message);
    return std::string();
  };
  if (slash == std::string::npos) return refuse("'protect' takes kind/key, such as roles/admin or roles/*");
  if (kind == nullptr || kind->internal) {
    return refuse("there is no kind '" + abbreviated(name) + "'" + did_you_mean(name, kind_names()));
  }
  const std::string key = normal_key(kind->keys, node.text.substr(slash + 1));
  if (key != "*") {
    if (const std::string problem = key_problem(kind->keys, key); !problem.empty()) return refuse(problem);
  }
  return name + "/" + key;
}

void read_protect(const File& file, const YamlNode& node) {
  if (node.type != YamlNode::Type::sequence) {
    return file.complain(node, "'protect' takes a list of kind/key" + hint_of_dash(node));
  }
  std::map<std::string, Place> all;
  for (const YamlNode& item : node.items) {
    const std::string address = protected_address(file, item);
    if (address.empty()) continue;
    if (!all.emplace(address, file.place(item)).second) file.complain(item, "'" + address + "' is listed twice");
  }
  // Equal lists in two files differ in their places only.
  auto& known = file.reading.result.guards.protect;
  const auto [first, fresh] = file.reading.first.try_emplace("guards.protect", file.place(node));
  if (fresh) {
    known = std::move(all);
  } else if (!std::ranges::equal(
                 *known, all, {}, [](const auto& e) { return e.first; }, [](const auto& e) { return e.first; })) {
    file.complain(node, "'guards.protect' has another value in " + File::shown(first->second));
  }
}

std::optional<Cap> read_cap(const YamlNode& node) {
  if (node.type != YamlNode::Type::scalar) return std::nullopt;
  const bool percent = node.text.ends_with('%');
  YamlNode digits = node;
  if (percent) digits.text.pop_back();
  digits.quoted = false;
  const std::optional<std::int64_t> number = whole_number(digits);
  if (!number || *number < 0 || *number > (percent ? 100 : 1'000'000'000)) return std::nullopt;
  return Cap{.number = *number, .percent = percent};
}

}  // namespace

std::string File::shown(const Place& place) {
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::string unknown_key(const std::string& key, const std::vector<std::string>& known) {
  return "unknown key '" + abbreviated(key) + "'" + did_you_mean(key, known);
}

void read_version(const File& file, const YamlNode& root) {
  const YamlNode* version = root.find("acctl");
  if (version == nullptr) return file.complain(root, "`acctl: 1`, the version of the format, is missing");
  const std::optional<std::int64_t> number = whole_number(*version);
  if (number == 1) return;
  if (number && *number > 1) {
    return file.complain(*version,
                         "format version " + std::to_string(*number) + " requires a newer acctl; this one reads 1");
  }
  file.complain(*version, "'acctl' takes 1, the version of the format");
}

void read_schema(const File& file, const YamlNode& node) {
  const std::optional<std::int64_t> number = whole_number(node);
  if (!number || *number < 1) return file.complain(node, "'schema' takes the number of a tenant schema version");
  const std::int64_t head = file.reading.options.schema_head;
  if (head > 0 && *number > head) {
    return file.complain(node, "tenant schema " + std::to_string(*number) +
                                   " requires a newer acctl; this one supports " + std::to_string(head));
  }
  file.set_once(file.reading.result.schema, "schema", *number, node);
}

void read_manager(const File& file, const YamlNode& node) {
  if (!check_text(file, node, "'manager'")) return;
  if (const std::string problem = key_problem(KeyForm::key, node.text); !problem.empty()) {
    return file.complain(node, "'manager': " + problem);
  }
  std::optional<std::string> manager = file.reading.result.manager;
  file.set_once(manager, "manager", node.text, node);
  file.reading.result.manager = *manager;
}

void read_tenants(const File& file, const YamlNode& node) {
  TenantSelection selection;
  if (node.type == YamlNode::Type::sequence && !node.items.empty()) {
    read_slugs(file, node, selection);
  } else if (node.type == YamlNode::Type::mapping && !node.entries.empty()) {
    for (const auto& [key, value] : node.entries) {
      if (key.text == "match") {
        read_match(file, value, selection);
      } else {
        file.complain(key, "'tenants' takes a list of slugs, or {match: {…}}, not '" + abbreviated(key.text) + "'");
      }
    }
  } else {
    return file.complain(node,
                         "'tenants' takes a list of slugs, or {match: {…}}; without it the files are for all tenants");
  }
  file.set_once(file.reading.result.tenants, "tenants", std::move(selection), node);
}

void read_guards(const File& file, const YamlNode& node) {
  if (node.type != YamlNode::Type::mapping) return file.complain(node, "guards takes a mapping");
  GuardLimits& guards = file.reading.result.guards;
  for (const auto& [key, value] : node.entries) {
    if (key.text == "min_admins") {
      const std::optional<std::int64_t> number = whole_number(value);
      if (!number || *number < 1 || *number > 1'000'000'000) {
        file.complain(value, "'min_admins' takes a whole number from 1");
      } else {
        file.set_once(guards.min_admins, "guards.min_admins", *number, value);
      }
    } else if (key.text == "max_removals") {
      if (const std::optional<Cap> cap = read_cap(value)) {
        file.set_once(guards.max_removals, "guards.max_removals", *cap, value);
      } else {
        file.complain(value, "'max_removals' takes a number, or a share such as 25%");
      }
    } else if (key.text == "protect") {
      read_protect(file, value);
    } else {
      file.complain(key, unknown_key(key.text, {"min_admins", "max_removals", "protect"}));
    }
  }
}

}  // namespace acctl::reading
