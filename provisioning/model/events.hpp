// What the lower parts tell of their work to whoever listens (-v, --log-file). Telling costs nothing where nobody does.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace acctl {

// Holds names, places, times and counts; never a parameter of a statement, never a secret.
struct Event {
  enum class Weight { detail, warning };
  Weight weight = Weight::detail;
  std::string text;                                              // for people; not yet escaped
  std::vector<std::pair<std::string_view, std::string>> fields;  // the same for machines
};

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void hear(const Event& event) = 0;  // from any thread
};

// One at a time; nullptr: nobody. Not to be changed while other threads work.
void listen(Listener* listener);
bool is_heard();

void tell(const Event& event);  // only where is_heard() is anything done

// Whose work this thread does, for as long as it lives: the log names the tenant with whatever is told meanwhile.
class Concerning {
 public:
  explicit Concerning(std::string_view tenant);
  ~Concerning();
  Concerning(const Concerning&) = delete;
  Concerning& operator=(const Concerning&) = delete;

 private:
  std::string before_;
};

std::string_view concerned_tenant();  // "" where it is no tenant's

}  // namespace acctl
