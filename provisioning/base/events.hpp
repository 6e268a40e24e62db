// Reports what the lower folders do to a listener (-v, --log-file). Reporting costs nothing without a listener.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioning/base/span.hpp"
#include "provisioning/base/step.hpp"

namespace acctl {

// Holds names, places, times and counts; never a parameter of a statement, never a secret.
struct Event {
  enum class Weight { detail, warning };
  Weight weight = Weight::detail;
  std::string text;                                              // for people; not yet escaped
  std::vector<std::pair<std::string_view, std::string>> fields;  // the same for machines
  std::chrono::steady_clock::time_point since = {};              // of what has lasted until now: when it began
};

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void hear(const Event& event) = 0;  // from any thread

  // A step lives between the two calls; of several the one that began last ends first.
  virtual void begins(const Step&) {}
  virtual void ends(const Step&) {}
};

// One at a time; nullptr: nobody. Not to be changed while other threads work.
enum class Interest { warnings, details };
void listen(Listener* listener, Interest interest);

void tell(const Event& event);
bool is_heard();  // whether there is somebody for details

// Milliseconds since `start`, as events give them: "12.3".
std::string elapsed_ms(std::chrono::steady_clock::time_point start);

// Names the tenant for which this thread works, for its own lifetime: the log adds it to every event of the thread.
class Concerning {
 public:
  explicit Concerning(std::string_view tenant);
  ~Concerning();
  Concerning(const Concerning&) = delete;
  Concerning& operator=(const Concerning&) = delete;

 private:
  std::string before_;
  std::optional<Span> span_;
};

std::string_view concerned_tenant();  // "" if it is no tenant's

}  // namespace acctl
