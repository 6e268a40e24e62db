// Reads the objects of a kind.
#include <algorithm>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/reading.hpp"
#include "provisioning/model/documents.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/model/template_names.hpp"

namespace acctl::reading {

namespace {

std::vector<std::string> field_names(const Kind& kind) {
  std::vector<std::string> names = {"previously"};
  if (kind.clonable) names.emplace_back("clone");
  if (!kind.first_status.empty()) names.emplace_back("status");
  for (const Field& field : kind.fields) names.emplace_back(field.name);
  for (const List& list : kind.lists) names.emplace_back(list.name);
  return names;
}

// "roles, role_templates and teams"
std::string clonable_kinds() {
  std::vector<std::string_view> names;
  for (const Kind& kind : kinds()) {
    if (kind.clonable) names.push_back(kind.name);
  }
  std::string all;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) all += i + 1 == names.size() ? " and " : ", ";
    all += names[i];
  }
  return all;
}

const YamlNode& find_node(const YamlNode& root, const DocumentPlace& place) {
  const YamlNode* node = &root;
  for (std::size_t i = 0; i < place.path.size(); ++i) {
    const std::string& step = place.path[i];
    if (node->type == YamlNode::Type::sequence) {
      node = &node->items.at(std::stoul(step));
      continue;
    }
    const auto entry = std::ranges::find(node->entries, step, [](const YamlEntry& each) { return each.key.text; });
    if (entry == node->entries.end()) return *node;
    node = place.at_key && i + 1 == place.path.size() ? &entry->key : &entry->value;
  }
  return *node;
}

class ObjectReader {
 public:
  ObjectReader(const File& file, const Kind& kind, const std::string& key)
      : file_(file), kind_(kind), key_(key), address_(std::string(kind.name) + "/" + abbreviated(key)) {}

  void read(const YamlNode& key, const YamlNode& value, Declaration& object) {
    object.place = file_.place(key);
    key_node_ = &key;
    if (kind_.value_only) {
      if (value.is_null()) return file_.complain(value, address_ + " takes a value");
      read_field(kind_.fields.front(), value, object);
      return;
    }
    if (value.type != YamlNode::Type::mapping) return file_.complain(value, address_ + " takes a mapping");
    const YamlNode* clone = kind_.clonable ? value.find("clone") : nullptr;
    for (const auto& [name, node] : value.entries) {
      const auto field = std::ranges::find(kind_.fields, std::string_view(name.text), &Field::name);
      const auto list = std::ranges::find(kind_.lists, std::string_view(name.text), &List::name);
      if (field != kind_.fields.end()) {
        read_field(*field, node, object);
      } else if (list != kind_.lists.end()) {
        object.lists.try_emplace(list->name, read_list(file_, *list, node, clone != nullptr));
      } else if (name.text == "clone") {
        read_clone(name, node, object);
      } else if (name.text == "status" && !kind_.first_status.empty()) {
        read_status(node, object);
      } else if (name.text == "previously") {
        read_previously(node, object);
      } else {
        file_.complain(name, "unknown field '" + abbreviated(name.text) + "' of " + address_ +
                                 did_you_mean(name.text, field_names(kind_)));
      }
    }
    if (clone == nullptr && file_.reading.options.references == References::closed) demand_required(key, value);
  }

 private:
  void read_field(const Field& field, const YamlNode& node, Declaration& object) {
    auto value = read_value(file_, field, node);
    if (!value) return;
    Declared declared{std::move(*value), file_.place(node)};
    const DocumentForm* form = find_document_form(kind_.name, field.name);
    if (form != nullptr && !declared.value.is_null()) read_inner(*form, node, declared);
    object.fields.try_emplace(field.name, std::move(declared));
  }

  // What a document says within, each at its place.
  void read_inner(const DocumentForm& form, const YamlNode& node, Declared& declared) {
    DocumentReading reading = read_document_value(form, key_, declared.value);
    // A document that an application has stored goes where it is copied to, whatever acctl knows of it.
    if (file_.origin == ValueOrigin::stored) reading.problems.clear();
    for (const DocumentProblem& problem : reading.problems) {
      const bool at_own_key = problem.place.at_key && problem.place.path.empty();
      file_.complain(at_own_key ? *key_node_ : find_node(node, problem.place), problem.message);
    }
    for (DocumentReference& reference : reading.references) {
      declared.inner.push_back(
          {reference.kind, std::move(reference.key), file_.place(find_node(node, reference.place))});
    }
  }

  // A field that is present but not valid has been reported already.
  void demand_required(const YamlNode& key, const YamlNode& value) {
    for (const Field& field : kind_.fields) {
      if (field.required && value.find(field.name) == nullptr) {
        file_.complain(key, address_ + " needs '" + std::string(field.name) + "'");
      }
    }
  }

  // The key that `node` names; "", with a complaint, if it names none.
  std::string read_key(const YamlNode& node, const std::string& what) {
    if (!check_text(file_, node, what)) return {};
    std::string key = normal_key(kind_.keys, node.text);
    const std::string problem = key_problem(kind_.keys, key);
    if (problem.empty()) return key;
    file_.complain(node, what + ": " + problem);
    return {};
  }

  void read_clone(const YamlNode& name, const YamlNode& node, Declaration& object) {
    if (!kind_.clonable) {
      return file_.complain(name, "'clone' is for " + clonable_kinds() + ", not for " + std::string(kind_.name));
    }
    object.clone_place = file_.place(node);
    if (!names_template(node.text)) {
      object.clone = read_key(node, "'clone'");
      return;
    }
    YamlNode named = node;
    named.text = template_key(node.text);
    if (const std::string key = read_key(named, "'clone'"); !key.empty()) {
      object.clone = std::string(template_prefix) + key;
    }
  }

  void read_status(const YamlNode& node, Declaration& object) {
    if (node.type != YamlNode::Type::scalar || node.text != "suspended") {
      return file_.complain(node, "'status' takes suspended; what ends a suspension is 'acctl user reactivate'");
    }
    object.status = node.text;
  }

  void read_previously(const YamlNode& node, Declaration& object) {
    if (node.type != YamlNode::Type::sequence) {
      return file_.complain(node, "'previously' takes a list of keys" + hint_of_dash(node));
    }
    for (const YamlNode& item : node.items) {
      const std::string old = read_key(item, "'previously'");
      if (old.empty()) continue;
      object.previously.push_back(old);
      file_.reading.former_keys.push_back({std::string(kind_.name), key_, old, file_.place(item)});
    }
  }

  const File& file_;
  const Kind& kind_;
  const std::string& key_;
  std::string address_;
  const YamlNode* key_node_ = nullptr;
};

}  // namespace

void read_kind(const File& file, const Kind& kind, YamlNode& objects) {
  if (objects.type != YamlNode::Type::mapping) {
    return file.complain(objects, std::string(kind.name) + " takes a mapping");
  }
  auto& declared = file.reading.result.objects[std::string(kind.name)];
  if (declared.size() + objects.entries.size() > kind.most) {
    return file.complain(objects, std::string(kind.name) + ": " +
                                      std::to_string(declared.size() + objects.entries.size()) + " objects; at most " +
                                      std::to_string(kind.most) + " are allowed");
  }
  for (auto& [key, value] : objects.entries) {
    const std::string name = normal_key(kind.keys, key.text);
    Declaration refused;  // the fields of an object that cannot be declared are checked as well
    Declaration* object = &refused;
    if (const std::string problem = key_problem(kind.keys, name); !problem.empty()) {
      file.complain(key, problem);
    } else {
      const auto [at, fresh] = declared.try_emplace(name);
      if (fresh) {
        object = &at->second;
      } else {
        file.complain(key,
                      std::string(kind.name) + "/" + name + " is also declared in " + File::shown(at->second.place));
      }
    }
    ObjectReader(file, kind, name).read(key, value, *object);
    value = {};  // there can be a hundred thousand: what is read is not kept twice
  }
}

}  // namespace acctl::reading
