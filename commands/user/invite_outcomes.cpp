#include "commands/user/invite_outcomes.hpp"

#include <algorithm>
#include <utility>

#include "commands/shared/imperative.hpp"

namespace acctl {

void InviteOutcomes::add(const std::string& tenant, const Invited& outcome) {
  for (const Invited::Person& person : outcome.invited) {
    nlohmann::ordered_json record = {{"email", person.email}, {"status", "invited"}};
    if (!person.link.empty()) record["link"] = person.link;
    if (many_) record["tenant"] = tenant;
    invited_.push_back(std::move(record));
  }
  for (const Invited::Present& person : outcome.unchanged) {
    nlohmann::ordered_json record = {{"email", person.email}, {"status", or_null(person.status)}};
    if (many_) record["tenant"] = tenant;
    unchanged_.push_back(std::move(record));
    if (!person.remark.empty()) remarks_.push_back(person.email + " " + person.remark);
  }
  messages_ += outcome.queued_mails;
}

void InviteOutcomes::write(bool links) {
  const std::size_t invited = invited_.size();
  const std::size_t unchanged = unchanged_.size();
  if (session_.wants_values()) {
    RecordWriter out = session_.records(Shape::one, {});
    out.add({{"invited", std::move(invited_)}, {"unchanged", std::move(unchanged_)}, {"queued_mails", messages_}});
    out.finish();
  } else {
    write_rows(links);
  }
  summarize(invited, unchanged);
}

void InviteOutcomes::write_rows(bool links) {
  std::vector<Column> columns = {"EMAIL", "OUTCOME", "STATUS"};
  if (many_) columns.push_back("TENANT");
  if (links) columns.push_back("LINK");
  RecordWriter out = session_.records(Shape::many, columns);
  for (auto [records, outcome] : {std::pair(&invited_, "invited"), {&unchanged_, "unchanged"}}) {
    for (nlohmann::ordered_json& record : *records) {
      record["outcome"] = outcome;
      out.add(record);
    }
  }
  out.finish();
}

void InviteOutcomes::summarize(std::size_t invited, std::size_t unchanged) {
  constexpr std::size_t most = 10;
  for (std::size_t i = 0; i < std::min(remarks_.size(), most); ++i) session_.terminal().warn(remarks_[i]);
  if (remarks_.size() > most) {
    session_.terminal().warn("and " + counted(remarks_.size() - most, "more user") + " who differ from the request");
  }
  const std::string start = session_.settings().dry_run ? "dry run, rolled back: " : "";
  session_.terminal().info(start + std::to_string(invited) + " invited, " + std::to_string(unchanged) +
                           " already present");
}

}  // namespace acctl
