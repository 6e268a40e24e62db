#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/subject.hpp"
#include "provisioning/access/permission_query.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

namespace {

struct ExplainPermission {
  std::string email;
  std::string permission;
};

std::string_view to_string(const WayStep& step) {
  if (step.kind == "user_roles") return "role granted";
  if (step.kind == "users") return "template assigned";
  if (step.kind == "role_permissions") return "permission in the role";
  return step.kind == "role_template_permissions" ? "permission in the template" : "permission granted";
}

std::string_view describe_origin(const WayStep& step) {
  if (!step.run.empty()) return "run";
  return step.seeded ? "seeded" : "outside acctl";
}

nlohmann::ordered_json to_json(const WayStep& step) {
  return {{"what", to_string(step)},
          {"address", step.kind + "/" + step.key},
          {"since", step.since},
          {"origin", describe_origin(step)},
          {"run", or_null(step.run)},
          {"at", or_null(step.at)},
          {"command", or_null(step.command)},
          {"actor", or_null(step.actor)},
          {"reason", or_null(step.reason)},
          {"commit", or_null(step.commit)}};
}

nlohmann::ordered_json to_json(const Way& way) {
  nlohmann::ordered_json json = {{"via", way.via},
                                 {"permission", way.permission},
                                 {"level", or_null(way.level)},
                                 {"until", or_null(way.until)},
                                 {"ended", way.ended},
                                 {"changes", nlohmann::ordered_json::array()}};
  for (const WayStep& step : way.steps) json["changes"].push_back(to_json(step));
  return json;
}

nlohmann::ordered_json to_json(const Reasons& reasons, const std::string& email, const AskedPermission& asked) {
  nlohmann::ordered_json json = {{"email", email},
                                 {"status", reasons.verdict.status},
                                 {"permission", asked.permission},
                                 {"asked_level", or_null(asked.level)},
                                 {"allowed", reasons.verdict.allowed},
                                 {"level", or_null(reasons.verdict.level)},
                                 {"ways", nlohmann::ordered_json::array()},
                                 {"why_not", objections(reasons, email, asked)},
                                 {"given_by", nlohmann::ordered_json::array()}};
  for (const Way& way : reasons.ways) json["ways"].push_back(to_json(way));
  for (const Giver& giver : reasons.givers) {
    json["given_by"].push_back({{"via", giver.via}, {"level", or_null(giver.level)}});
  }
  return json;
}

std::string describe_step(const WayStep& step) {
  const std::string what(to_string(step));
  if (step.run.empty()) return what + ": " + std::string(describe_origin(step)) + ", " + step.since;
  return what + ": run " + step.run + " (" + step.command + ") by " + step.actor + ", " + step.at +
         (step.reason.empty() ? "" : ", reason: " + step.reason) +
         (step.commit.empty() ? "" : ", commit " + step.commit);
}

// For people: the answer, then each way with the changes that made it.
void write_story(const Reasons& reasons, const std::string& email, const AskedPermission& asked) {
  const auto line = [](const std::string& text) { write_text(escaped(text) + "\n"); };
  const Verdict& verdict = reasons.verdict;
  if (verdict.allowed) {
    line(email + " has " + with_level(asked.permission, verdict.level) +
         (verdict.status == "active" ? "" : " once signed up (status: " + verdict.status + ")"));
  } else {
    line(email + " does not have " + with_level(asked.permission, asked.level));
    for (const std::string& reason : objections(reasons, email, asked)) line("  " + reason);
  }
  for (const Way& way : reasons.ways) {
    line("  via " + way.via + (way.permission == asked.permission ? "" : ", which gives every permission") +
         (way.level.empty() ? "" : ", level " + way.level) +
         (way.until.empty() ? "" : (way.ended ? ", expired " : ", until ") + way.until));
    for (const WayStep& step : way.steps) line("    " + describe_step(step));
  }
  flush_output();
}

// One record per change, for CSV and names.
void write_rows(Session& session, const Reasons& reasons) {
  RecordWriter out = session.records(Shape::many, {"VIA", "PERMISSION", "LEVEL", "UNTIL", "WHAT", "ADDRESS", "SINCE",
                                                   "ORIGIN", "RUN", "AT", "ACTOR", "REASON", "COMMIT"});
  for (const Way& way : reasons.ways) {
    nlohmann::ordered_json record = to_json(way);
    record.erase("changes");
    for (const WayStep& step : way.steps) {
      nlohmann::ordered_json row = record;
      row.update(to_json(step));
      out.add(row);
    }
  }
  out.finish();
}

void run(Session& session, const ExplainPermission& options) {
  const AskedPermission asked = parse_asked(options.permission);
  const AccessSubject subject = open_subject(session, options.email);
  const Reasons reasons = reasons_for(subject.database, subject.email, asked);
  if (session.format() == OutputFormat::table) {
    write_story(reasons, subject.email, asked);
  } else if (session.wants_values()) {
    session.write_record({"email"}, to_json(reasons, subject.email, asked));
  } else {
    write_rows(session, reasons);
  }
}

}  // namespace

Command why_command() {
  return command<ExplainPermission>("why", "explain why a user has a permission, and which changes led to it", run)
      .describe(R"(
Lists every way in which a user obtains a permission: role, role template or direct grant, with level and expiry. For
each step of a way it names the run that made the change, with actor, time, reason and commit. A step that no run in the
ledger has made was seeded with the tenant or made outside acctl. If the user does not have the permission, the output
says what prevents it, and which roles and role templates would give it.)")
      .argument("EMAIL", "user to explain", &ExplainPermission::email)
      .argument("PERMISSION", "such as tickets.view, or tickets.view:group for at least that level",
                &ExplainPermission::permission)
      .example("acctl why ana@acme.example tickets.delete -t acme", "Explain a permission in words.")
      .example("acctl why ana@acme.example tickets.view:global -t acme -o json", "Explain a permission to a script.")
      .trail(Trail::nothing);
}

}  // namespace acctl
