// Texts that all formats of a report share. Outside text is returned unchanged unless a function says that it escapes:
// each format escapes in its own way.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "commands/reports/plan_output.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/change.hpp"

namespace acctl {

// Over all tenants: changes times tenants.
struct ReportCounts {
  std::size_t add = 0;
  std::size_t change = 0;
  std::size_t remove = 0;
  std::size_t adopt = 0;    // objects that nobody manages are taken over
  std::size_t tenants = 0;  // those of the groups
  std::size_t changing_tenants = 0;

  bool none() const { return add + change + remove + adopt == 0; }
};

ReportCounts count_changes(const FleetReport& report);

// Whether the report concerns more than one tenant, so that each must be named.
bool is_fleet(const FleetReport& report);

// "Plan: 3 to add, 1 to change, 0 to remove, 24 to take over." Nothing in it is from outside.
std::string summary_line(const FleetReport& report, const ReportStyle& style);

// Messages that leave, or are held, with what is written.
struct MessageTotals {
  std::size_t invitations = 0;
  std::size_t notifications = 0;
  std::size_t others = 0;  // whatever they are about: those that earlier runs have queued
};
MessageTotals sum_messages(const FleetReport& report);

// "1,276 invitations and 2 notifications will be sent", or "will be held"; "" for none.
std::string messages_words(const MessageTotals& messages, bool held);

// The same of a plan that was not carried out.
std::string messages_line(const FleetReport& report, const ReportStyle& style);

// "the same 3 changes", "the same change" of several tenants, "3 changes" of one; "2 objects to take over" where it
// does nothing else.
std::string group_changes(const PlanGroup& group);

// "a, b, c and 402 more": the first ten.
std::string shortened(const std::vector<std::string>& words);

// "24 objects without a manager are taken over", "" if there are none; to be followed by adopted_words().
std::string adoptions_line(const PlanGroup& group);

// "roles/agent", "teams/support members ana@acme.example": the first ten of what is taken over; as they came.
std::string adopted_words(const PlanGroup& group);

// "roles/old" for each object that is no longer declared, and in how many tenants if not in all of the group.
std::vector<std::string> prunable_words(const PlanGroup& group);

// "roles/old (manager hr), roles/new (manager hr) and 3 more": the first ten objects that are removed although another
// manager's last files declare them, likewise; "" if there are none.
std::string declared_elsewhere_words(const PlanGroup& group);

// "deleted with automations/close-old: 412 runs", "left without teams/tier-1: 40 tickets, 3 items"; by object.
std::vector<std::string> taken_along_words(const PlanGroup& group);

// "roles.yaml:12"; "" for a change that comes from no file.
std::string format_source(const Place& place);
std::string format_source(const Change& change);

// A value as JSON has it, on one line and escaped; "not set" for null.
std::string value_text(const nlohmann::json& value);

// "roles/agent", also of what is shown elsewhere than where it is kept: "guards.protect roles/admin".
std::string object_name(const Change& change);

// A member of a list: whose it is, and what a person calls it.
struct EdgeWords {
  std::string owner;   // "roles/agent"
  std::string list;    // "permissions"
  std::string member;  // "tickets.view"
  std::string level;   // "group", "group -> global", or "", escaped
};

bool is_edge(const Change& change);
EdgeWords edge_words(const Change& change);

// The fields that a person wants to read: of an addition those that are not the kind's default, of a change all that
// differ, of a removal none. "key" and "manager" only where they change.
std::vector<std::pair<std::string, FieldChange>> shown_fields(const Change& change);

// "roles/agent", "roles/agent permissions tickets.view (group)"; escaped.
std::string subject_words(const Change& change);

// "name: \"A\" -> \"B\"" of a change, "name: \"B\"" of an addition, a field each; escaped.
std::vector<std::string> field_words(const Change& change);

// Effects as sentences: of users whose access changes alike, more than three are counted, and one whose access changes
// alike in several tenants is named once.
struct EffectWords {
  std::string who;  // "ana@acme.example", "ana@acme.example (acme)", "ana@acme.example in 3 tenants", "312 users"
  bool one = true;  // gains or gain
  const Effect* effect = nullptr;
};

// "ana@acme.example gains a, b and loses c through role:agent"; escaped.
std::string sentence(const EffectWords& words);

std::vector<EffectWords> effect_words(const PlanGroup& group);

// Outside text as code of Markdown, escaped. A code span ends at a backtick, and a cell of a table at a bar: these two
// stand between spans, as entities.
std::string markdown_code(const std::string& text);

// The message, the diagnostics and the hint as one string.
std::string error_words(const Error& error);

// Whether the same call can succeed later without anything being mended.
bool is_retryable(const Error& error);

// One of each format; plan_*.cpp.
std::string report_table(const FleetReport& report, const ReportStyle& style, bool color);

// The same in parts of whole lines: of a hundred thousand changes it is tens of megabytes.
void write_report_table(const FleetReport& report, const ReportStyle& style, bool color,
                        const std::function<void(const std::string& lines)>& write);
nlohmann::ordered_json report_json(const FleetReport& report);
std::string report_markdown(const FleetReport& report, const ReportStyle& style);
std::string report_github(const FleetReport& report, const ReportStyle& style);
std::string report_junit(const FleetReport& report, const ReportStyle& style);

// An object of the plan, with the changes of its lists' members.
struct ChangeBlock {
  const Change* change = nullptr;  // null where only members change
  std::string owner;
  std::vector<const Change*> edges;

  Action action() const { return change == nullptr ? Action::change : change->action; }
};

// In the order in which the objects appear, for that is the order of execution. They refer to `changes`.
std::vector<ChangeBlock> change_blocks(const std::vector<Change>& changes);

}  // namespace acctl
