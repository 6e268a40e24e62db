#include "man/selection.hpp"

#include "man/roff.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/tenant_condition.hpp"

namespace acctl {

namespace {

std::string comparisons_of(const TenantProperty& property) {
  using Type = TenantProperty::Type;
  return property.type == Type::name || property.type == Type::word ? "= !=" : "< <= > >=";
}

std::string describe_property(const TenantProperty& property) {
  std::string text = std::string(property.help) + " (" + comparisons_of(property) + ")";
  if (!property.words.empty()) {
    text += ": " + join({property.words.begin(), property.words.end()});
  }
  return text;
}

}  // namespace

std::string selection_section() {
  std::string text = ".Sh SELECTING TENANTS\n";
  text += roff_prose(
      "A condition of --match is a key, a comparison and a value: plan=pro,enterprise, label.tier!=gold, created>30d, "
      "seats>=90%, trial_ends<14d. Several values are separated by commas: one of them, or with != none of them; * stands "
      "for any. A duration counts from now: created>30d is more than 30 days ago. Several conditions hold together, but "
      "those with = on the same key are alternatives. In definitions the same conditions stand in a list under "
      "`tenants: match:`.");
  text += ".Bl -tag -width subscription\n";
  for (const TenantProperty& property : tenant_properties())
    text += ".It Li " + roff_argument(std::string(property.name)) + "\n" + roff_prose(describe_property(property));
  text += ".It Li " + roff_argument("label.KEY") + "\n" +
          roff_prose("value of a label (= !=); KEY alone means the same if it is no other key");
  return text + ".El\n";
}

}  // namespace acctl
