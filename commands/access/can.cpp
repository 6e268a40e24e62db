// can, why and user permissions: what one person may do.
#include <nlohmann/json.hpp>

#include "commands/commands.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/tenant_target.hpp"
#include "commands/user/reports.hpp"
#include "provisioning/access/impersonation.hpp"
#include "provisioning/access/permission_query.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct Question {
  std::string email;
  std::string permission;
};

struct Opened {
  TenantTarget at;
  std::string email;
};

Opened opened(Session& session, const std::string& email) {
  const std::string normal = emails_of({email}).front();
  Opened all{open_tenant(session), normal};
  require_sight(all.at.database, session.settings().as);
  return all;
}

int can(Session& session, const Question& question) {
  const AskedPermission asked = parse_asked(question.permission);
  const auto [at, email] = opened(session, question.email);
  const Verdict verdict = verdict_on(at.database, email, asked);
  RecordWriter out = session.records(Shape::one, {{"allowed", "/allowed"}, {"level", "/level"}});
  out.add({{"allowed", verdict.allowed}, {"level", or_null(verdict.level)}});
  out.finish();
  if (verdict.status != "active") session.terminal().info(email + " is " + verdict.status + ", and cannot sign in");
  return verdict.allowed ? 0 : 1;
}

std::string_view to_string(const WayStep& step) {
  if (step.kind == "user_roles") return "role granted";
  if (step.kind == "users") return "template assigned";
  if (step.kind == "role_permissions") return "permission in the role";
  return step.kind == "role_template_permissions" ? "permission in the template" : "permission granted";
}

std::string_view origin_of(const WayStep& step) {
  if (!step.run.empty()) return "run";
  return step.seeded ? "seeded" : "outside acctl";
}

Json to_json(const WayStep& step) {
  return {{"what", to_string(step)},
          {"address", step.kind + "/" + step.key},
          {"since", step.since},
          {"origin", origin_of(step)},
          {"run", or_null(step.run)},
          {"at", or_null(step.at)},
          {"command", or_null(step.command)},
          {"actor", or_null(step.actor)},
          {"reason", or_null(step.reason)},
          {"commit", or_null(step.commit)}};
}

Json to_json(const Way& way) {
  Json json = {{"via", way.via},
               {"permission", way.permission},
               {"level", or_null(way.level)},
               {"until", or_null(way.until)},
               {"ended", way.ended},
               {"changes", Json::array()}};
  for (const WayStep& step : way.steps) json["changes"].push_back(to_json(step));
  return json;
}

Json to_json(const Reasons& reasons, const std::string& email, const AskedPermission& asked) {
  Json json = {{"email", email},
               {"status", reasons.verdict.status},
               {"permission", asked.permission},
               {"asked_level", or_null(asked.level)},
               {"allowed", reasons.verdict.allowed},
               {"level", or_null(reasons.verdict.level)},
               {"ways", Json::array()},
               {"why_not", objections(reasons, email, asked)},
               {"given_by", Json::array()}};
  for (const Way& way : reasons.ways) json["ways"].push_back(to_json(way));
  for (const Giver& giver : reasons.givers) {
    json["given_by"].push_back({{"via", giver.via}, {"level", or_null(giver.level)}});
  }
  return json;
}

std::string with_level(const std::string& permission, const std::string& level) {
  return level.empty() ? permission : permission + ":" + level;
}

std::string story_of(const WayStep& step) {
  const std::string what(to_string(step));
  if (step.run.empty()) return what + ": " + std::string(origin_of(step)) + ", " + step.since;
  return what + ": run " + step.run + " (" + step.command + ") by " + step.actor + ", " + step.at +
         (step.reason.empty() ? "" : ", reason: " + step.reason) +
         (step.commit.empty() ? "" : ", commit " + step.commit);
}

// For people: the answer, then each way with what made it.
void write_story(const Reasons& reasons, const std::string& email, const AskedPermission& asked) {
  const auto line = [](const std::string& text) { write_text(escaped(text) + "\n"); };
  const Verdict& verdict = reasons.verdict;
  if (verdict.allowed) {
    line(email + " may " + with_level(asked.permission, verdict.level) +
         (verdict.status == "active" ? "" : ", once signed up: " + email + " is " + verdict.status));
  } else {
    line(email + " may not " + with_level(asked.permission, asked.level));
    for (const std::string& reason : objections(reasons, email, asked)) line("  " + reason);
  }
  for (const Way& way : reasons.ways) {
    line("  through " + way.via + (way.permission == asked.permission ? "" : ", which gives everything") +
         (way.level.empty() ? "" : ", level " + way.level) +
         (way.until.empty() ? "" : (way.ended ? ", ended " : ", until ") + way.until));
    for (const WayStep& step : way.steps) line("    " + story_of(step));
  }
  flush_output();
}

// A change a record.
void write_rows(const Session& session, const Reasons& reasons) {
  RecordWriter out = session.records(Shape::many, {{"VIA", "/via"},
                                                   {"PERMISSION", "/permission"},
                                                   {"LEVEL", "/level"},
                                                   {"UNTIL", "/until"},
                                                   {"WHAT", "/what"},
                                                   {"ADDRESS", "/address"},
                                                   {"SINCE", "/since"},
                                                   {"ORIGIN", "/origin"},
                                                   {"RUN", "/run"},
                                                   {"AT", "/at"},
                                                   {"ACTOR", "/actor"},
                                                   {"REASON", "/reason"},
                                                   {"COMMIT", "/commit"}});
  for (const Way& way : reasons.ways) {
    Json record = to_json(way);
    record.erase("changes");
    for (const WayStep& step : way.steps) {
      Json row = record;
      row.update(to_json(step));
      out.add(row);
    }
  }
  out.finish();
}

int why(Session& session, const Question& question) {
  const AskedPermission asked = parse_asked(question.permission);
  const auto [at, email] = opened(session, question.email);
  const Reasons reasons = reasons_for(at.database, email, asked);
  if (session.format() == OutputFormat::table) {
    write_story(reasons, email, asked);
  } else if (wants_values(session)) {
    RecordWriter out = session.records(Shape::one, {{"email", "/email"}});
    out.add(to_json(reasons, email, asked));
    out.finish();
  } else {
    write_rows(session, reasons);
  }
  return 0;
}

int permissions(Session& session, const std::string& word) {
  const auto [at, email] = opened(session, word);
  const std::vector<EffectivePermission> all = permissions_of_user(at.database, email);
  const bool values = wants_values(session);
  RecordWriter out = session.records(values ? Shape::one : Shape::many,
                                     {{"PERMISSION", "/permission"}, {"LEVEL", "/level"}, {"VIA", "/via"}});
  Json list = Json::array();
  for (const EffectivePermission& held : all) {
    Json record = {{"permission", held.permission}, {"level", or_null(held.level)}, {"via", held.via}};
    if (values) {
      list.push_back(std::move(record));
    } else {
      out.add(record);
    }
  }
  if (values) out.add({{"email", email}, {"permissions", list}});
  out.finish();
  if (all.empty()) session.terminal().info(email + " may do nothing");
  return 0;
}

std::vector<Argument> question_arguments(Question& target) {
  return {{.name = "EMAIL", .help = "the user", .target = &target.email},
          {.name = "PERMISSION",
           .help = "such as tickets.view, or tickets.view:group for at least that level",
           .target = &target.permission}};
}

}  // namespace

Command can_command() {
  auto question = std::make_shared<Question>();
  return {
      .name = "can",
      .summary = "say whether a user may do something",
      .description =
          "Answers by the rules that the application goes by: roles that have not ended, role template, direct "
          "permissions, CRM access; a suspended user may do nothing. The exit code is 0 for yes and 1 for no. What an "
          "invited user may do is what will count after signing up.",
      .arguments = question_arguments(*question),
      .examples = {{"acctl can ana@acme.example tickets.edit -t acme", "Exit code 0 or 1."},
                   {"acctl can ana@acme.example tickets.view:global -t acme -o json", "At that level or wider."}},
      .trail = Trail::nothing,
      .run = [question](Session& session) { return can(session, *question); },
      .storage = question,
  };
}

Command why_command() {
  auto question = std::make_shared<Question>();
  return {
      .name = "why",
      .summary = "say through what a user may do something, and which change made it so",
      .description =
          "Tells each way by which a user comes to a permission: role, role template or direct grant, at which level "
          "and until when; and for each edge on that way the run that made it what it is, with actor, time, reason "
          "and commit. An edge that no run of the ledger has made was seeded with the tenant, or made outside acctl. "
          "Where the user may not, it tells what is in the way, and which roles and role templates would give it.",
      .arguments = question_arguments(*question),
      .examples = {{"acctl why ana@acme.example tickets.delete -t acme", "For people."},
                   {"acctl why ana@acme.example tickets.view:global -t acme -o json", "For scripts."}},
      .trail = Trail::nothing,
      .run = [question](Session& session) { return why(session, *question); },
      .storage = question,
  };
}

Command user_permissions_command() {
  auto email = std::make_shared<std::string>();
  return {
      .name = "permissions",
      .summary = "show all that a user may do",
      .description =
          "Shows the effective permissions of a user: the union of roles, role template and direct permissions, each "
          "at the widest level of all ways, with the ways. An admin has all of the catalogue.",
      .arguments = {{.name = "EMAIL", .help = "the user", .target = email.get()}},
      .examples = {{"acctl user permissions ana@acme.example -t acme", "With level and ways."}},
      .trail = Trail::nothing,
      .run = [email](Session& session) { return permissions(session, *email); },
      .storage = email,
  };
}

}  // namespace acctl
