#include "provisioning/base/events.hpp"

#include <cstdio>
#include <memory>

#include "provisioning/base/span.hpp"

namespace acctl {

namespace {

Listener* listening = nullptr;
Interest interested = Interest::warnings;
thread_local std::string current_tenant;
thread_local std::vector<std::unique_ptr<Span>> tenant_spans;

}  // namespace

void listen(Listener* listener, Interest interest) {
  listening = listener;
  interested = interest;
}

bool is_heard() { return listening != nullptr && interested == Interest::details; }

void tell(const Event& event) {
  if (listening != nullptr) listening->hear(event);
}

std::string elapsed_ms(std::chrono::steady_clock::time_point start) {
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", taken.count());
  return text;
}

Concerning::Concerning(std::string_view tenant) : before_(std::exchange(current_tenant, std::string(tenant))) {
  tenant_spans.push_back(std::make_unique<Span>("tenant", tenant));
}

Concerning::~Concerning() {
  tenant_spans.pop_back();
  current_tenant = std::move(before_);
}

std::string_view concerned_tenant() { return current_tenant; }

}  // namespace acctl
