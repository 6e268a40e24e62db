// Fuzz target: reading saved plans. Whatever the bytes, there is a plan or an Error that says why not; what was altered
// is refused unless somebody signs it anew, and then what is nonsense is refused all the same. Run as
//   build/fuzz/tests/fuzz/plan_fuzz tests/fuzz/seeds/plan
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "commands/definitions/saved_plan.hpp"
#include "provisioning/base/digest.hpp"
#include "provisioning/base/error.hpp"

namespace {

using Json = nlohmann::json;

// Whether it is a plan.
bool read(const std::string& text) {
  try {
    const acctl::SavedPlan plan = acctl::parse_plan(text, "plan");
    for (const acctl::SavedPlan::Target& target : plan.tenants) acctl::saved_edit(plan, target.tenant, {});
    return true;
  } catch (const acctl::Error& error) {
    if (error.kind() != acctl::ErrorKind::invalid || error.hint().empty()) std::abort();
    return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read(text);
  // Most of what a fuzzer makes fails at the checksum; this shows it the rest.
  Json content = Json::parse(text, nullptr, false);
  if (!content.is_object()) return 0;
  content.erase("checksum");
  content["acctl"] = ACCTL_VERSION;
  if (!content.contains("signature")) content["signature"] = "";  // only a platform can tell whether it is one
  acctl::Digest digest;
  digest.add(content.dump(-1, ' ', false, Json::error_handler_t::replace));
  content["checksum"] = digest.hex();
  const std::string made = content.dump(2, ' ', false, Json::error_handler_t::replace);
  if (read(made) && read(made.substr(0, made.size() - 2))) std::abort();
  return 0;
}
