#include "provisioning/base/events.hpp"

#include <cstdio>
#include <thread>

namespace acctl {

namespace {

Listener* listening = nullptr;
Interest interested = Interest::warnings;
std::thread::id followed;  // whose steps are told
thread_local std::string current_tenant;

}  // namespace

void listen(Listener* listener, Interest interest) {
  listening = listener;
  interested = interest;
  followed = std::this_thread::get_id();
}

bool is_heard() { return listening != nullptr && interested == Interest::details; }

void tell(const Event& event) {
  if (listening != nullptr) listening->hear(event);
}

Step::Step(std::string doing, std::size_t all, std::string counted)
    : doing_(std::move(doing)),
      counted_(std::move(counted)),
      all_(all),
      told_(listening != nullptr && followed == std::this_thread::get_id()) {
  if (told_) listening->begins(*this);
}

Step::~Step() {
  if (told_ && listening != nullptr) listening->ends(*this);
}

std::string elapsed_ms(std::chrono::steady_clock::time_point start) {
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", taken.count());
  return text;
}

Concerning::Concerning(std::string_view tenant) : before_(std::exchange(current_tenant, std::string(tenant))) {
  span_.emplace("tenant", tenant);
}

Concerning::~Concerning() {
  span_.reset();  // reported while the tenant is still the current one
  current_tenant = std::move(before_);
}

std::string_view concerned_tenant() { return current_tenant; }

}  // namespace acctl
