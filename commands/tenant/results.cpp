#include "commands/tenant/results.hpp"

#include <map>

#include "cli/exit_codes.hpp"
#include "cli/report.hpp"
#include "provisioning/fleet/plans.hpp"

namespace acctl {

namespace {

const std::string& describe_result(const TenantResult& result) {
  return result.words.empty() ? result.result : result.words;
}

// For people a table says what became of the tenant; programs rely on the words of the other formats.
nlohmann::ordered_json to_json(const TenantResult& result, bool for_people) {
  const std::string words = describe_result(result) + (result.until.empty() ? "" : " until " + result.until);
  nlohmann::ordered_json record = {{"slug", result.slug},  {"result", for_people ? words : result.result},
                                   {"error", nullptr},     {"kind", nullptr},
                                   {"exit_code", nullptr}, {"hint", nullptr}};
  if (result.error) {
    record["error"] = result.error->what();
    record["kind"] = exit_code(result.error->kind()).name;
    record["exit_code"] = exit_status(*result.error);
    record["hint"] = result.error->hint();
  }
  record.update(result.more);
  return record;
}

}  // namespace

void write_results(Session& session, const std::vector<TenantResult>& results) {
  RecordWriter out = session.records(Shape::many, {"SLUG", "RESULT", "ERROR", {"EXIT", "/exit_code"}, "HINT"});
  for (const TenantResult& result : results) {
    if (result.error && session.format() == OutputFormat::name) continue;
    out.add(to_json(result, session.format() == OutputFormat::table));
  }
  out.finish();
}

std::string count_results(const std::vector<TenantResult>& results) {
  std::map<std::string, int> counts;
  for (const TenantResult& result : results) ++counts[describe_result(result)];
  std::string words;
  for (const auto& [result, count] : counts) {
    words += (words.empty() ? "" : ", ") + std::to_string(count) + " " + result;
  }
  return words;
}

void throw_failed(const std::vector<TenantResult>& results, bool rehearsed) {
  FleetReport report;
  for (const TenantResult& result : results) {
    if (result.error) report.failures.push_back({result.slug, *result.error});
    report.unchanged += result.error ? 0 : 1;
  }
  const std::string done = rehearsed ? "would fail" : report.unchanged > 0 ? "failed; the others are done" : "failed";
  throw_failures(report, Reported::yes, done);
}

}  // namespace acctl
