#include "provisioning/base/events.hpp"

namespace acctl {

namespace {

Listener* listening = nullptr;
Interest interested = Interest::warnings;
thread_local std::string current_tenant;

}  // namespace

void listen(Listener* listener, Interest interest) {
  listening = listener;
  interested = interest;
}

bool is_heard() { return listening != nullptr && interested == Interest::details; }

void tell(const Event& event) {
  if (listening != nullptr) listening->hear(event);
}

Concerning::Concerning(std::string_view tenant) : before_(std::exchange(current_tenant, std::string(tenant))) {}
Concerning::~Concerning() { current_tenant = std::move(before_); }

std::string_view concerned_tenant() { return current_tenant; }

}  // namespace acctl
