#include "provisioning/definitions/variables.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/text.hpp"

namespace acctl::reading {

namespace {

// References can make a small file as large as they like.
constexpr std::size_t growth_limit = 64u << 20;

bool is_name(const std::string& name) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
  return !name.empty() && letters.find(name.front()) != std::string_view::npos &&
         name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789.-") ==
             std::string::npos;
}

bool is_valid(const std::string& text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

// Complains about a key that YAML readers disagree about, or that holds a reference; $${ becomes the characters ${.
void check_key_text(const File& file, YamlNode& key) {
  // A letter alone is a word to all but the letter of YAML 1.1.
  if (!is_text(key) && key.text != "y" && key.text != "n") {
    const std::string text = abbreviated(key.text);
    file.reading.problems.add_last(
        file.place(key),
        "the key '" + text + "' is not the same to all readers of YAML; write \"" + text + "\" in quotes");
  }
  for (std::size_t at = key.text.find("${"); at != std::string::npos; at = key.text.find("${", at + 1)) {
    if (at > 0 && key.text[at - 1] == '$') {
      key.text.erase(--at, 1);
      continue;
    }
    return file.reading.problems.add_last(file.place(key),
                                          "a key takes no variable: write the key out, or $${ for the characters ${");
  }
}

}  // namespace

void Variables::declare(const File& file, const YamlNode& node) {
  if (node.type != YamlNode::Type::mapping) return file.complain(node, "variables takes a mapping");
  for (const auto& [key, value] : node.entries) {
    if (!is_name(key.text)) {
      file.complain(key, "'" + abbreviated(key.text) +
                             "' is not a valid variable name: a letter, then letters, digits, _, . and -");
      continue;
    }
    if (value.type != YamlNode::Type::scalar || value.is_null()) {
      file.complain(value, "variable '" + key.text + "' takes one value");
      continue;
    }
    // What is given stands instead of whatever the file says, which may need an environment that is not there.
    YamlNode expanded = value;
    if (const auto given = given_.find(key.text); given != given_.end()) {
      expanded = given->second;
      known_.insert(key.text);
    } else {
      expand_scalar(file, expanded, From::environment);
    }
    const auto [first, fresh] = all_.try_emplace(key.text, Variable{expanded, file.place(key)});
    const YamlNode& other = first->second.value;
    if (!fresh && (other.text != expanded.text || other.quoted != expanded.quoted)) {
      file.complain(key, "variable '" + key.text + "' has another value in " + File::shown(first->second.place));
    }
  }
}

void Variables::expand(const File& file, YamlNode& node) {
  for (YamlNode& item : node.items) expand(file, item);
  for (YamlEntry& entry : node.entries) {
    check_key_text(file, entry.key);
    expand(file, entry.value);
  }
  if (node.type == YamlNode::Type::scalar) expand_scalar(file, node, From::everywhere);
}

Variables::Variables(const ReadOptions& options) {
  for (const auto& [name, value] : options.variables) {
    YamlNode node;
    node.text = value;
    const nlohmann::json looks = to_json(node);
    node.quoted = !is_plain_data(node) || !(looks.is_number() || looks.is_boolean());
    given_.emplace(name, std::move(node));
  }
}

void Variables::require_known() const {
  for (const auto& [name, value] : given_) {
    if (known_.contains(name)) continue;
    std::vector<std::string> names;
    for (const auto& [declared, variable] : all_) names.push_back(declared);
    throw Error(ErrorKind::invalid,
                "--var: no file refers to a variable '" + abbreviated(name) + "'" + did_you_mean(name, names),
                "Leave it out, or refer to it as ${" + abbreviated(name) + "}.");
  }
}

const YamlNode* Variables::find(const File& file, const YamlNode& at, const std::string& written, From from) {
  const std::size_t dash = written.find(":-");
  const std::string reference = written.substr(0, dash);
  const auto pass = [&](std::string text, bool quoted) -> const YamlNode* {
    passing_ = {};
    passing_.quoted = quoted;
    passing_.text = std::move(text);
    return &passing_;
  };
  const auto refuse = [&](const std::string& message) -> const YamlNode* {
    file.reading.problems.add_last(file.place(at), message);
    return nullptr;
  };
  if (written.find("${") != std::string::npos) {
    return refuse("the default of ${" + abbreviated(reference) + "} takes no variable: write its text out");
  }
  if (reference.starts_with("env:")) {
    const std::string name = reference.substr(4);
    if (!is_name(name)) return refuse("${env:NAME} takes the name of an environment variable");
    if (!file.reading.options.allow_environment) {
      return refuse("${" + reference + "} reads the environment, which only --allow-env allows");
    }
    const char* value = std::getenv(name.c_str());
    // As in a shell, a default stands for an empty value, too.
    if (dash != std::string::npos && (value == nullptr || *value == '\0')) return pass(written.substr(dash + 2), true);
    if (value == nullptr) return refuse("the environment variable " + name + " is not set");
    if (!is_valid(value)) return refuse("the environment variable " + name + " is not valid UTF-8");
    return pass(value, true);
  }
  if (!is_name(reference)) return refuse("${…} takes the name of a variable; write $${ for the characters ${");
  if (from == From::environment) return refuse("a variable cannot refer to another one");
  if (const auto given = given_.find(reference); given != given_.end()) {
    known_.insert(reference);
    return &given->second;
  }
  if (const auto found = all_.find(reference); found != all_.end()) return &found->second.value;
  if (dash != std::string::npos) return pass(written.substr(dash + 2), at.quoted);
  std::vector<std::string> names;
  for (const auto& [name, variable] : all_) names.push_back(name);
  return refuse("there is no variable '" + abbreviated(reference) + "'" + did_you_mean(reference, names));
}

void Variables::expand_scalar(const File& file, YamlNode& scalar, From from) {
  if (scalar.text.find("${") == std::string::npos) return;
  const std::string text = std::move(scalar.text);
  scalar.text.clear();
  for (std::size_t at = 0; at < text.size();) {
    if (text.compare(at, 3, "$${") == 0) {
      scalar.text += "${";
      scalar.quoted = true;
      at += 3;
      continue;
    }
    if (text.compare(at, 2, "${") != 0) {
      scalar.text += text[at++];
      continue;
    }
    const std::size_t end = text.find('}', at);
    const YamlNode* value = nullptr;
    if (end == std::string::npos) {
      file.reading.problems.add_last(file.place(scalar), "${ without its }; write $${ for the characters ${");
    } else {
      value = find(file, scalar, text.substr(at + 2, end - at - 2), from);
    }
    if (value != nullptr) grown_ += value->text.size();
    if (value != nullptr && grown_ > growth_limit) {
      file.reading.problems.add_last(file.place(scalar), "variables make the definitions larger than 64 MiB");
      value = nullptr;
    }
    if (value == nullptr) return;
    const bool alone = at == 0 && end + 1 == text.size();
    scalar.text += value->text;
    scalar.quoted = !alone || value->quoted;
    at = end + 1;
  }
}

}  // namespace acctl::reading
