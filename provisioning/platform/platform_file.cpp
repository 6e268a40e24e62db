// Reads the file of `platform apply`.
#include <algorithm>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "provisioning/model/names.hpp"
#include "provisioning/platform/changes.hpp"

namespace acctl {

namespace {

using OrderedJson = nlohmann::ordered_json;

class PlatformFileReader {
 public:
  explicit PlatformFileReader(const std::string& file) : file_(file) {}

  PlatformDefinitions read(const YamlNode& root) {
    const YamlNode* version = root.find("acctl");
    if (version == nullptr || version->text != "1")
      throw problem_at(file_, root, "the file must start with `acctl: 1`");
    for (const auto& [key, value] : root.entries) {
      if (key.text == "base_domain") {
        if (is_text_at(key.text, value))
          definitions_.base_domain = checked(value, [&] { check_hostname("base_domain", value.text); });
      } else if (key.text == "storage_root") {
        if (!is_text_at(key.text, value)) continue;
        if (!value.text.starts_with('/')) complain(value, "storage_root takes an absolute path");
        definitions_.storage_root = value.text;
      } else if (key.text == "plans") {
        read_plans(value);
      } else if (key.text == "mail") {
        read_mail(key, value);
      } else if (key.text != "acctl") {
        complain(key, "unknown key '" + key.text + "'" +
                          did_you_mean(key.text, {"base_domain", "storage_root", "plans", "mail"}));
      }
    }
    if (problems_.empty()) return std::move(definitions_);
    throw Error(ErrorKind::invalid, file_ + " is not valid; nothing was changed", "", std::move(problems_));
  }

 private:
  void complain(const YamlNode& at, const std::string& message) {
    if (problems_.size() < problem_limit) problems_.push_back({file_, at.line, at.column, message});
  }

  bool is_mapping(const std::string& what, const YamlNode& value) {
    if (value.type == YamlNode::Type::mapping) return true;
    complain(value, what + " takes a mapping");
    return false;
  }

  bool is_text_at(const std::string& what, const YamlNode& value) {
    if (value.type == YamlNode::Type::scalar && is_text(value) && !value.text.empty()) return true;
    complain(value, what + " takes text");
    return false;
  }

  template <class Check>
  std::string checked(const YamlNode& value, Check check) {
    try {
      check();
    } catch (const Error& error) {
      complain(value, error.what());
    }
    return value.text;
  }

  void read_plans(const YamlNode& plans) {
    if (!is_mapping("plans", plans)) return;
    for (const auto& [key, fields] : plans.entries) {
      checked(key, [&, &name = key] { check_key("the plan", name.text); });
      if (!is_mapping("plan " + key.text, fields)) continue;
      OrderedJson& plan = definitions_.plans[key.text] = OrderedJson::object();
      for (const auto& [name, value] : fields.entries) read_plan_field(plan, name, value);
    }
  }

  void read_plan_field(OrderedJson& plan, const YamlNode& name, const YamlNode& value) {
    const std::vector<std::string> limits = {"seats", "projects", "storage_bytes"};
    if (name.text == "name") {
      if (is_text_at("name", value)) plan["name"] = checked(value, [&] { check_display_name("the name", value.text); });
    } else if (name.text == "features") {
      read_features(plan, value);
    } else if (std::ranges::find(limits, name.text) == limits.end()) {
      complain(name, "unknown field '" + name.text + "'" +
                         did_you_mean(name.text, {"name", "seats", "projects", "storage_bytes", "features"}));
    } else {
      const OrderedJson limit = value.type == YamlNode::Type::scalar && is_plain_data(value)
                                    ? OrderedJson(to_json(value))
                                    : OrderedJson(false);
      const std::int64_t most = name.text == "storage_bytes" ? INT64_MAX : INT32_MAX;
      if (!limit.is_null() && (!limit.is_number_integer() || limit < 1 || limit > most)) {
        complain(value, name.text + " takes a whole number from 1, or null for no limit");
      }
      plan[name.text] = limit;
    }
  }

  void read_features(OrderedJson& plan, const YamlNode& features) {
    plan["features"] = OrderedJson::object();
    if (!is_mapping("features", features)) return;
    for (const auto& [name, value] : features.entries) {
      if (value.text == "true" || value.text == "false") {
        plan["features"][name.text] = value.text == "true";
      } else {
        complain(value, "the feature " + name.text + " takes true or false");
      }
    }
  }

  void read_mail(const YamlNode& key, const YamlNode& mail) {
    MailSettings settings;
    if (mail.is_null()) {
      definitions_.mail = settings;
      return;
    }
    if (!is_mapping("mail", mail)) return;
    std::vector<std::string> names;
    for (const MailField& field : mail_fields()) names.emplace_back(field.name);
    for (const auto& [name, value] : mail.entries) {
      const auto field = std::ranges::find(mail_fields(), name.text, &MailField::name);
      if (field == mail_fields().end()) {
        complain(name, "unknown field '" + name.text + "'" + did_you_mean(name.text, names));
      } else if (value.type != YamlNode::Type::scalar || value.is_null()) {
        complain(value, name.text + " takes text");
      } else {
        settings.*(field->member) = value.text;
      }
    }
    for (const auto& [field, problem] : find_mail_problems(settings)) {
      const YamlNode* at = mail.find(field);
      complain(at == nullptr ? key : *at, "mail." + field + " " + problem);
    }
    definitions_.mail = std::move(settings);
  }

  std::string file_;
  PlatformDefinitions definitions_;
  std::vector<Diagnostic> problems_;
};

}  // namespace

PlatformDefinitions read_platform_definitions(std::string_view text, const std::string& file) {
  return PlatformFileReader(file).read(read_yaml(text, file));
}

}  // namespace acctl
