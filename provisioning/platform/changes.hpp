// Reads and applies the settings of the platform from a file: base domain, storage, plans, mail.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/platform/platform.hpp"

namespace acctl {

struct PlatformDefinitions {
  std::string base_domain;   // "": not spoken of
  std::string storage_root;  // "": not spoken of
  // By key: the fields that the file has of name, seats, projects, storage_bytes, features; null takes a limit away.
  std::map<std::string, nlohmann::ordered_json> plans;
  std::optional<MailSettings> mail;  // without a transport: messages wait
};

// Reads a file of the form that `acctl platform apply --help` shows. Throws Error(invalid) with all problems and their
// places.
PlatformDefinitions read_platform_definitions(std::string_view text, const std::string& file);

struct PlatformChange {
  std::string what;               // "base_domain", "mail", "plans/pro"
  nlohmann::ordered_json before;  // null for a plan that is new
  nlohmann::ordered_json after;
};

// Applies the file in one transaction with an audit entry for each change; settings that it does not mention stay.
// Returns what was changed. A rehearsal is rolled back; `look` is called in the transaction, on what it is then.
std::vector<PlatformChange> change_platform(Platform& platform, const PlatformDefinitions& wanted, Mode mode,
                                            const std::function<void(Connection&)>& look = nullptr);

}  // namespace acctl
