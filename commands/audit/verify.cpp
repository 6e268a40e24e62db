#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/audit/audit.hpp"
#include "commands/shared/connect_platform.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/words.hpp"
#include "provisioning/platform/audit.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct VerifyTrail {
  std::string head;  // path of a file
};

// Reads a kept head in any of its forms, each of which holds one number and one hash: what 'audit head' printed in any
// format, or the last line of a run with -v. Throws Error(invalid) for anything else.
AuditHead read_head(const std::string& path) {
  const std::string text = path == "-" ? read_standard_input(4096) : read_file(path, 4096);
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  std::vector<std::string> ids;
  std::vector<std::string> hashes;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    const std::string word = text.substr(at, end - at);
    const bool hexadecimal = word.find_first_not_of("0123456789abcdef") == std::string::npos;
    const bool number = word.find_first_not_of("0123456789") == std::string::npos;
    if (word.size() == 64 && hexadecimal) {
      hashes.push_back(word);
    } else if (!word.empty() && word.size() <= 18 && number) {
      ids.push_back(word);
    }
    at = std::max(end, at + 1);
  }
  if (ids.size() == 1 && hashes.size() == 1) return {std::stoll(ids.front()), hashes.front()};
  throw Error(ErrorKind::invalid, "--head: " + path + " does not contain the id and the hash of one entry",
              "Use a file that 'acctl audit head' has printed.");
}

std::string name_entries(const AuditProblem& problem) {
  if (problem.first == problem.last) return "entry " + std::to_string(problem.first);
  return "entries " + std::to_string(problem.first) + " to " + std::to_string(problem.last);
}

std::string describe_problem(const AuditProblem& problem) {
  const bool one = problem.first == problem.last;
  switch (problem.what) {
    case AuditProblem::What::changed:
      return name_entries(problem) + " was changed";
    case AuditProblem::What::missing:
      return name_entries(problem) + (one ? " is missing" : " are missing");
    case AuditProblem::What::cut:
      return name_entries(problem) + (one ? " is" : " are") + " missing at the end: the trail was cut";
    case AuditProblem::What::unknown:
      return name_entries(problem) + (one ? " comes" : " come") +
             " after the last entry that the database has recorded";
    case AuditProblem::What::rewritten:
      return name_entries(problem) + " differs from the kept head: this entry, or one before it, was rewritten";
  }
  return "";
}

std::string_view to_string(AuditProblem::What what) {
  using enum AuditProblem::What;
  return find_word(
      what, {{changed, "changed"}, {missing, "missing"}, {cut, "cut"}, {unknown, "unknown"}, {rewritten, "rewritten"}});
}

Json to_json(const AuditCheck& check) {
  Json problems = Json::array();
  for (const AuditProblem& problem : check.problems) {
    problems.push_back({{"problem", to_string(problem.what)}, {"first", problem.first}, {"last", problem.last}});
  }
  return {{"verified", check.problems.empty()},
          {"entries", check.entries},
          {"head", {{"id", check.head.id}, {"hash", check.head.hash}}},
          {"problems", problems}};
}

void run(Session& session, const VerifyTrail& options) {
  const std::optional<AuditHead> kept = options.head.empty() ? std::nullopt : std::optional(read_head(options.head));
  Platform platform = open_platform(session);
  const AuditCheck check = check_audit(platform.control(), kept);
  session.write_record({"verified", "entries", {"head id", "/head/id"}, {"head hash", "/head/hash"}}, to_json(check));
  if (check.problems.empty()) return;
  std::vector<Diagnostic> problems;
  for (const AuditProblem& problem : check.problems) problems.push_back({"", 0, 0, describe_problem(problem)});
  if (check.more_problems) problems.push_back({"", 0, 0, "further entries are wrong"});
  throw Error(ErrorKind::conflict, "the audit trail has been altered",
              "Compare it with a backup of the control database. Only a superuser of its server can alter it.",
              std::move(problems));
}

}  // namespace

Command audit_verify_command() {
  return command<VerifyTrail>("verify", "verify that the audit trail is unaltered", run)
      .describe(R"(
Recomputes the hash of every entry and follows the chain from the first entry to the last. Lists each entry that was
changed or is missing, and then exits with 7. Entries that were removed from the end, or a trail that was rewritten as
a whole, can only be detected with a head that was kept elsewhere: see --head. The trail is read in parts, so memory
use does not grow with it.)")
      .option("--head FILE", "head kept from before, as 'acctl audit head' printed it; - is standard input",
              &VerifyTrail::head)
      .values(Values::file)
      .exits(7, "an entry was changed or is missing")
      .example("acctl audit verify", "Against the head in the database.")
      .example("acctl audit verify --head head.txt", "Against a head that nobody could alter.")
      .trail(Trail::nothing);
}

}  // namespace acctl
