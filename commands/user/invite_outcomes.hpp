// The outcomes of `user invite` in all tenants, collected and written together.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "provisioning/access/invitations.hpp"

namespace acctl {

class InviteOutcomes {
 public:
  // `many`: records name their tenant, because there can be several.
  InviteOutcomes(Session& session, bool many) : session_(session), many_(many) {}

  void add(const std::string& tenant, const Invited& outcome);

  // Writes the records to standard output and a summary to standard error; `links` adds a column.
  void write(bool links);

 private:
  void write_rows(bool links);
  void summarize(std::size_t invited, std::size_t unchanged);

  Session& session_;
  bool many_;
  nlohmann::ordered_json invited_ = nlohmann::ordered_json::array();
  nlohmann::ordered_json unchanged_ = nlohmann::ordered_json::array();
  std::vector<std::string> remarks_;
  std::int64_t messages_ = 0;
};

}  // namespace acctl
