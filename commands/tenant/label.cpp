#include "cli/builder.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/tenant/registry_edit.hpp"
#include "commands/tenant/tenant.hpp"

namespace acctl {

namespace {

struct LabelTenants {
  std::vector<std::string> words;
};

// A slug holds no = and does not end with -, so that what is a label can be told from it.
bool is_label_word(const std::string& word) { return word.find('=') != std::string::npos || word.ends_with('-'); }

void run(Session& session, const LabelTenants& options) {
  std::vector<std::string> slugs;
  SettingsPatch patch;
  for (const std::string& word : options.words) {
    if (!is_label_word(word)) {
      slugs.push_back(word);
      continue;
    }
    const std::size_t equals = word.find('=');
    const bool gone = equals == std::string::npos;
    const std::string key = word.substr(0, gone ? word.size() - 1 : equals);
    if (!gone && equals + 1 == word.size()) {
      throw Error(ErrorKind::invalid, "the value of label " + key + " is empty",
                  "Give a value, or " + key + "- to remove the label.");
    }
    if (!patch.emplace("label." + key, gone ? nlohmann::json() : nlohmann::json(word.substr(equals + 1))).second) {
      throw Error(ErrorKind::invalid, "label " + key + " is given twice", "Give each label once.");
    }
  }
  if (patch.empty()) {
    throw Error(ErrorKind::invalid, "no label is given", "Add KEY=VALUE to set a label, or KEY- to remove one.");
  }
  edit_registry(session, {.verb = "label", .slugs = slugs, .patch = patch});
}

}  // namespace

Command tenant_label_command() {
  return command<LabelTenants>("label", "set and remove labels of tenants", run)
      .describe(R"(
Sets the labels KEY=VALUE and removes the labels KEY-; the others stay. What is neither is the slug of a tenant; without
one, the tenants are those of --tenant, --match or --all. Labels are what --match selects by: --match tier=gold, or
--match label.tier=gold where the key is also a property.)")
      .argument("SLUG|LABEL...", "slugs, KEY=VALUE to set a label, KEY- to remove one", &LabelTenants::words)
      .values(Values::tenants)
      .formats(report_formats())
      .example("acctl tenant label acme tier=gold pilot-", "Set one label and remove another.")
      .example("acctl tenant label --match plan=enterprise tier=gold", "Many tenants at once.");
}

}  // namespace acctl
