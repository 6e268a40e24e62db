#include "provisioning/model/events.hpp"

namespace acctl {

namespace {

Listener* listening = nullptr;
thread_local std::string concerned;

}  // namespace

void listen(Listener* listener) { listening = listener; }

bool is_heard() { return listening != nullptr; }

void tell(const Event& event) {
  if (listening != nullptr) listening->hear(event);
}

Concerning::Concerning(std::string_view tenant) : before_(std::exchange(concerned, std::string(tenant))) {}
Concerning::~Concerning() { concerned = std::move(before_); }

std::string_view concerned_tenant() { return concerned; }

}  // namespace acctl
