#include "cli/trace.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "provisioning/base/files.hpp"
#include "provisioning/base/span.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

std::string find_event_field(const Event& event, std::string_view name) {
  const auto found = std::ranges::find(event.fields, name, &std::pair<std::string_view, std::string>::first);
  return found == event.fields.end() ? "" : found->second;
}

std::string lane_name(std::size_t lane) {
  if (lane == 0) return "main";
  return lane < first_free_lane ? "worker " + std::to_string(lane)
                                : "background " + std::to_string(lane - first_free_lane);
}

}  // namespace

Trace::Trace(std::string path) : path_(std::move(path)) {
  write_file(path_, "");
  work_in_lane(0);
}

void Trace::add(const Event& event) {
  if (event.since == std::chrono::steady_clock::time_point()) return;
  // As exact as the clock: a reader nests the slices of a lane by their times, and rounded ones would overlap.
  using Microseconds = std::chrono::duration<double, std::micro>;
  Slice slice;
  slice.start = Microseconds(event.since - started_).count();
  slice.duration = Microseconds(std::chrono::steady_clock::now() - event.since).count();
  slice.lane = lane();
  const std::string statement = find_event_field(event, "statement");
  slice.name = statement.empty() ? find_event_field(event, "name") : statement;
  if (slice.name.empty()) slice.name = event.text;
  slice.category = statement.empty() ? find_event_field(event, "span") : "round trip";
  if (!statement.empty()) slice.trip = find_event_field(event, "database") + " " + find_event_field(event, "trip");
  for (const auto& [name, value] : event.fields) {
    if (name != "ms" && name != "name" && name != "span") slice.details.emplace_back(name, value);
  }
  if (const std::string_view tenant = concerned_tenant(); !tenant.empty()) slice.details.emplace_back("tenant", tenant);

  const std::lock_guard lock(mutex_);
  // Statements of one round trip are told one behind the other, by one thread.
  if (!slice.trip.empty()) {
    const auto before =
        std::find_if(slices_.rbegin(), slices_.rend(), [&](const Slice& s) { return s.lane == slice.lane; });
    if (before != slices_.rend() && before->trip == slice.trip) {
      before->name += ", " + slice.name;
      return;
    }
  }
  slices_.push_back(std::move(slice));
}

std::string Trace::json() const {
  const std::lock_guard lock(mutex_);
  Json events = Json::array();
  std::set<std::size_t> lanes;
  for (const Slice& slice : slices_) lanes.insert(slice.lane);
  const auto describe = [&](std::size_t lane, const char* what, const Json& value) {
    events.push_back({{"ph", "M"}, {"pid", 1}, {"tid", lane}, {"name", what}, {"args", value}});
  };
  describe(0, "process_name", {{"name", "acctl"}});
  for (const std::size_t lane : lanes) {
    describe(lane, "thread_name", {{"name", lane_name(lane)}});
    describe(lane, "thread_sort_index", {{"sort_index", lane}});
  }
  for (const Slice& slice : slices_) {
    Json details = Json::object();
    for (const auto& [name, value] : slice.details) details[name] = value;
    events.push_back({{"ph", "X"},
                      {"pid", 1},
                      {"tid", slice.lane},
                      {"ts", slice.start},
                      {"dur", slice.duration},
                      {"name", slice.name},
                      {"cat", slice.category.empty() ? "acctl" : slice.category},
                      {"args", details}});
  }
  const Json document = {{"displayTimeUnit", "ms"}, {"traceEvents", events}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void Trace::write() const { write_file(path_, json()); }

}  // namespace acctl
