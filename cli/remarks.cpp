#include "cli/remarks.hpp"

namespace acctl {

void Remarks::say(const std::string& remark) {
  std::size_t before = 0;
  {
    const std::lock_guard lock(mutex_);
    before = said_++;
  }
  if (before >= remarks_shown) {
    terminal_.verbose(remark);
  } else if (tone_ == Tone::warning) {
    terminal_.warn(remark);
  } else {
    terminal_.info(remark);
  }
}

Remarks::~Remarks() {
  if (said_ <= remarks_shown || terminal_.is_verbose()) return;
  const std::string rest = "and " + std::to_string(said_ - remarks_shown) + " more; --verbose shows all of them";
  tone_ == Tone::warning ? terminal_.warn(rest) : terminal_.info(rest);
}

}  // namespace acctl
