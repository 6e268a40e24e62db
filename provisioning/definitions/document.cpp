#include "provisioning/definitions/document.hpp"

#include <algorithm>
#include <charconv>

#include "provisioning/model/kinds.hpp"
#include "provisioning/model/suggest.hpp"

namespace acctl {

namespace {

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  Document read(const YamlNode& root) {
    if (root.type != YamlNode::Type::mapping) {
      complain(root, "a definitions document is a mapping that begins with `acctl: 1`");
      finish();
    }
    check_version(root);
    for (const auto& [key, value] : root.entries) {
      if (key.text == "acctl" || key.text == "tests") continue;
      if (const Kind* kind = find_kind(key.text)) {
        read_kind(*kind, value);
      } else {
        complain(key, "unknown key '" + key.text + "'" + did_you_mean(key.text, top_level_keys()));
      }
    }
    check_references();
    if (const YamlNode* tests = root.find("tests")) read_tests(*tests);
    finish();
    return std::move(document_);
  }

 private:
  void complain(const YamlNode& node, const std::string& message) {
    diagnostics_.push_back({file_, node.line, node.column, message});
  }
  void complain(const Place& place, const std::string& message) {
    diagnostics_.push_back({place.file, place.line, place.column, message});
  }
  Place place(const YamlNode& node) const { return {file_, node.line, node.column}; }

  void finish() {
    if (diagnostics_.empty()) return;
    std::ranges::stable_sort(diagnostics_, {}, [](const Diagnostic& d) { return std::pair(d.line, d.column); });
    const std::size_t count = diagnostics_.size();
    throw Error(ErrorKind::invalid, file_ + " has " + (count == 1 ? "a problem" : std::to_string(count) + " problems"),
                "", std::move(diagnostics_));
  }

  static std::vector<std::string> top_level_keys() {
    std::vector<std::string> keys = {"acctl", "tests"};
    for (const Kind& kind : kinds()) keys.emplace_back(kind.name);
    return keys;
  }

  void check_version(const YamlNode& root) {
    const YamlNode* version = root.find("acctl");
    if (version == nullptr) return complain(root, "`acctl: 1`, the version of the format, is missing");
    if (version->text != "1")
      complain(*version, "format version '" + version->text + "' is not known; this acctl reads 1");
  }

  void read_kind(const Kind& kind, const YamlNode& objects) {
    if (objects.type != YamlNode::Type::mapping) return complain(objects, std::string(kind.name) + " takes a mapping");
    for (const auto& [key, value] : objects.entries) {
      Object& object = document_.declared[std::string(kind.name)][key.text];
      object.place = place(key);
      if (kind.value_only) {
        object.fields[std::string(kind.fields.front().name)] = to_json(value);
      } else if (value.type != YamlNode::Type::mapping) {
        complain(value, std::string(kind.name) + "/" + key.text + " takes a mapping");
      } else {
        read_object(kind, key, value, object);
      }
    }
  }

  void read_object(const Kind& kind, const YamlNode& key, const YamlNode& value, Object& object) {
    for (const auto& [name, node] : value.entries) {
      const auto field = std::ranges::find(kind.fields, std::string_view(name.text), &Field::name);
      const auto list = std::ranges::find(kind.lists, std::string_view(name.text), &List::name);
      if (field != kind.fields.end()) {
        read_field(*field, node, object);
      } else if (list != kind.lists.end()) {
        read_list(*list, key.text, node);
      } else {
        complain(name, "unknown field '" + name.text + "' of " + std::string(kind.name) + "/" + key.text +
                           did_you_mean(name.text, field_names(kind)));
      }
    }
    for (const Field& field : kind.fields) {
      // One that is there and wrong has had its say.
      const YamlNode* given = value.find(field.name);
      if (field.required && (given == nullptr || given->is_null())) {
        complain(key, std::string(kind.name) + "/" + key.text + " needs '" + std::string(field.name) + "'");
      }
    }
  }

  static std::vector<std::string> field_names(const Kind& kind) {
    std::vector<std::string> names;
    for (const Field& field : kind.fields) names.emplace_back(field.name);
    for (const List& list : kind.lists) names.emplace_back(list.name);
    return names;
  }

  void read_field(const Field& field, const YamlNode& node, Object& object) {
    const std::string name(field.name);
    if (node.is_null()) {
      object.fields[name] = nullptr;
      return;
    }
    if (field.type == FieldType::document) {
      object.fields[name] = to_json(node);
      return;
    }
    if (node.type != YamlNode::Type::scalar) return complain(node, "'" + name + "' takes one value");
    const nlohmann::json guessed = to_json(node);
    switch (field.type) {
      case FieldType::integer:
        if (!guessed.is_number_integer()) return complain(node, "'" + name + "' takes a whole number");
        object.fields[name] = guessed;
        return;
      case FieldType::boolean:
        if (!guessed.is_boolean()) return complain(node, "'" + name + "' takes true or false");
        object.fields[name] = guessed;
        return;
      case FieldType::choice:
        if (std::ranges::find(field.choices, node.text) == field.choices.end()) {
          const std::vector<std::string> choices(field.choices.begin(), field.choices.end());
          return complain(node, "'" + name + "' cannot be '" + node.text + "'" + did_you_mean(node.text, choices));
        }
        break;
      case FieldType::reference:
        references_.push_back({std::string(field.target), node.text, place(node)});
        break;
      default:
        // `name: no` and `name: 1e3` are no words to other readers: ask for quotes instead of guessing.
        if (!is_text(node)) {
          return complain(node, "'" + name + "' takes text; write \"" + node.text + "\" in quotes");
        }
    }
    object.fields[name] = node.text;
  }

  // `tickets.view` or `{tickets.view: group}`; nothing where it is neither.
  std::pair<const YamlNode*, const YamlNode*> member_and_level(const YamlNode& node) const {
    if (node.type == YamlNode::Type::scalar && !node.is_null()) return {&node, nullptr};
    const bool pair = node.type == YamlNode::Type::mapping && node.entries.size() == 1 &&
                      node.entries[0].value.type == YamlNode::Type::scalar;
    return pair ? std::pair(&node.entries[0].key, &node.entries[0].value) : std::pair(nullptr, nullptr);
  }

  void read_list(const List& list, const std::string& owner, const YamlNode& node) {
    if (node.type != YamlNode::Type::sequence) return complain(node, "'" + std::string(list.name) + "' takes a list");
    auto& edges = document_.declared[std::string(list.kind)];
    for (const YamlNode& item : node.items) {
      const auto [member, level] = member_and_level(item);
      if (member == nullptr || (level != nullptr && list.level_column.empty())) {
        complain(item, "'" + std::string(list.name) + "' takes keys of " + std::string(list.target));
        continue;
      }
      const auto [edge, fresh] = edges.try_emplace(owner + "/" + member->text);
      if (!fresh) complain(item, "'" + member->text + "' is listed twice");
      edge->second.place = place(*member);
      edge->second.fields["owner"] = owner;
      edge->second.fields["target"] = member->text;
      if (level != nullptr) edge->second.fields["level"] = level->text;
      references_.push_back({std::string(list.target), member->text, place(*member)});
    }
  }

  void check_references() {
    for (const Reference& reference : references_) {
      const auto& known = document_.declared[reference.kind];
      if (known.contains(reference.key)) continue;
      std::vector<std::string> keys;
      for (const auto& [key, object] : known) keys.push_back(key);
      complain(reference.place,
               "there is no '" + reference.key + "' among " + reference.kind + did_you_mean(reference.key, keys));
    }
  }

  std::vector<std::pair<std::string, std::string>> read_patterns(const YamlNode& node) {
    std::vector<std::pair<std::string, std::string>> patterns;
    if (node.type != YamlNode::Type::sequence) complain(node, "can and cannot take lists of permissions");
    for (const YamlNode& item : node.items) {
      const auto [permission, level] = member_and_level(item);
      if (permission == nullptr) {
        complain(item, "write a permission, or {permission: level}");
      } else {
        patterns.emplace_back(permission->text, level == nullptr ? "" : level->text);
      }
    }
    return patterns;
  }

  void read_tests(const YamlNode& tests) {
    if (tests.type != YamlNode::Type::sequence) return complain(tests, "tests takes a list");
    for (const YamlNode& node : tests.items) {
      AccessTest test{.place = place(node)};
      for (const auto& [key, value] : node.entries) {
        if (key.text == "user") {
          test.user = value.text;
        } else if (key.text == "role") {
          test.role = value.text;
        } else if (key.text == "can") {
          test.can = read_patterns(value);
        } else if (key.text == "cannot") {
          test.cannot = read_patterns(value);
        } else {
          complain(key, "unknown key '" + key.text + "'" + did_you_mean(key.text, {"user", "role", "can", "cannot"}));
        }
      }
      if (test.user.empty() == test.role.empty()) complain(node, "a test names either a user or a role");
      document_.tests.push_back(std::move(test));
    }
  }

  struct Reference {
    std::string kind;
    std::string key;
    Place place;
  };

  std::string file_;
  Document document_;
  std::vector<Diagnostic> diagnostics_;
  std::vector<Reference> references_;
};

}  // namespace

Document read_document(std::string_view yaml, const std::string& file) {
  return Reader(file).read(read_yaml(yaml, file));
}

}  // namespace acctl
