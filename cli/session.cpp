#include "cli/session.hpp"

#include <algorithm>

#include "cli/pager.hpp"
#include "provisioning/base/duration.hpp"
#include "provisioning/base/encoding.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/random.hpp"

namespace acctl {

Session::Session(const Command& root, const Settings& settings, std::vector<std::string> words,
                 std::set<std::string> given)
    : root_(root),
      settings_(settings),
      words_(std::move(words)),
      given_(std::move(given)),
      run_(hex(random_bytes(6))),
      terminal_(settings, run_) {
  check_parallel("--parallel", settings_.parallel);
  check_timeout("--timeout", settings_.timeout);
}

RecordWriter Session::records(Shape shape, std::vector<Column> columns) {
  return RecordWriter(format(), shape, std::move(columns), layout());
}

void Session::write_record(std::vector<Column> columns, const nlohmann::ordered_json& record) {
  RecordWriter out = records(Shape::one, std::move(columns));
  out.add(record);
  out.finish();
}

RecordLayout Session::layout() {
  return {.columns = settings_.columns,
          .sort = settings_.sort,
          .headers = !settings_.no_headers,
          .wide = settings_.output == "wide",
          .lines = settings_.output == "jsonl",
          .width = screen().columns,
          .remark = [this](const std::string& text) { terminal_.info(text); }};
}

std::string Session::again(const std::vector<std::string>& more) const {
  // Behind `--` there are arguments only.
  const auto end_of_options = std::ranges::find(words_, "--");
  std::vector<std::string> all(words_.begin(), end_of_options);
  all.insert(all.end(), more.begin(), more.end());
  all.insert(all.end(), end_of_options, words_.end());
  std::string command = "acctl";
  for (const std::string& word : all) command += " " + shell_quoted(word);
  return command;
}

void Session::refuse_confirmation(const std::string& message, const std::string& hint) {
  wrongly_confirmed_ = true;
  throw Error(ErrorKind::invalid, message, hint);
}

std::chrono::milliseconds Session::timeout() const { return parse_duration("--timeout", settings_.timeout); }

}  // namespace acctl
