#include "tests/bench/sink.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string_view>

namespace acctl::test {

namespace {

sockaddr_in loopback() {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool say(int client, std::string_view line) {
  return send(client, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
}

}  // namespace

MailSink::MailSink() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback();
  socklen_t size = sizeof address;
  auto* const where = reinterpret_cast<sockaddr*>(&address);
  if (bind(socket_, where, size) != 0 || ::listen(socket_, 64) != 0 || getsockname(socket_, where, &size) != 0) {
    throw std::runtime_error("the sink cannot listen");
  }
  port_ = ntohs(address.sin_port);
  listener_ = std::jthread([this] { listen(); });
}

MailSink::~MailSink() {
  shutdown(socket_, SHUT_RDWR);
  listener_.join();
  close(socket_);
}

void MailSink::listen() {
  for (;;) {
    const int client = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const std::lock_guard lock(mutex_);
    clients_.emplace_back([this, client] { serve(client); });
  }
}

void MailSink::serve(int client) {
  const int on = 1;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  std::string unread;
  bool data = false;
  bool open = say(client, "220 sink\r\n");
  char buffer[65536];
  while (open) {
    const ssize_t got = recv(client, buffer, sizeof buffer, 0);
    if (got <= 0) break;
    unread.append(buffer, static_cast<std::size_t>(got));
    const std::string_view end = data ? "\r\n.\r\n" : "\r\n";
    const std::size_t at = unread.find(end);
    if (at == std::string::npos) continue;
    const bool quit = !data && unread.starts_with("QUIT");
    const bool begins = !data && unread.starts_with("DATA");
    if (data) ++taken_;
    data = begins;
    unread.erase(0, at + end.size());
    open = say(client, begins ? "354 go on\r\n" : quit ? "221 bye\r\n" : "250 fine\r\n") && !quit;
  }
  close(client);
}

}  // namespace acctl::test
