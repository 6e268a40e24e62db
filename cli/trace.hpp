// A trace of a run in the format of Chrome and Perfetto: what each worker did when, and what it waited for.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "provisioning/base/events.hpp"

namespace acctl {

class Trace {
 public:
  // Throws what write_file() throws if `path` cannot be written, before anything is done.
  explicit Trace(std::string path);

  // From any thread. Statements of one round trip become one slice.
  void add(const Event& event);

  // {"traceEvents":[…]} as far as it goes: times in microseconds since the start, a lane for each worker.
  std::string json() const;

  // Writes the file; throws what write_file() throws.
  void write() const;

 private:
  struct Slice {
    std::string name;
    std::string category;
    std::string trip;  // of a statement: database and number
    double start = 0;
    double duration = 0;
    std::size_t lane = 0;
    std::vector<std::pair<std::string, std::string>> details;
  };

  std::string path_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  mutable std::mutex mutex_;
  std::vector<Slice> slices_;
};

}  // namespace acctl
