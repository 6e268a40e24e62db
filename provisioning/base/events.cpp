#include "provisioning/base/events.hpp"

namespace acctl {

namespace {

Listener* listening = nullptr;
Interest interested = Interest::warnings;
thread_local std::string concerned;

}  // namespace

void listen(Listener* listener, Interest interest) {
  listening = listener;
  interested = interest;
}

bool is_heard() { return listening != nullptr && interested == Interest::details; }

void tell(const Event& event) {
  if (listening != nullptr) listening->hear(event);
}

Concerning::Concerning(std::string_view tenant) : before_(std::exchange(concerned, std::string(tenant))) {}
Concerning::~Concerning() { concerned = std::move(before_); }

std::string_view concerned_tenant() { return concerned; }

}  // namespace acctl
