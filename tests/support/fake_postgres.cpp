#include "tests/support/fake_postgres.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <utility>

namespace acctl::test {

namespace {

constexpr std::uint32_t tls_request = 80877103;
constexpr std::uint32_t gss_request = 80877104;

// False at the end of the connection.
bool read_bytes(int client, std::string& bytes, std::size_t count) {
  bytes.resize(count);
  for (std::size_t at = 0; at < count;) {
    pollfd wait{client, POLLIN, 0};
    if (poll(&wait, 1, 10'000) != 1) return false;
    const ssize_t got = recv(client, bytes.data() + at, count - at, 0);
    if (got <= 0) return false;
    at += static_cast<std::size_t>(got);
  }
  return true;
}

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

void say(int client, std::string_view bytes) { (void)!send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

}  // namespace

FakePostgres::FakePostgres(std::string version) : version_(std::move(version)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (listener_ < 0 || bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      listen(listener_, 8) != 0 || getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    throw std::runtime_error("the fake server cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

FakePostgres::~FakePostgres() {
  over_ = true;
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

void FakePostgres::serve() {
  while (!over_) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    talk(client);
    close(client);
  }
}

void FakePostgres::talk(int client) {
  std::string head;
  while (read_bytes(client, head, 8)) {
    const std::uint32_t code = number_at(head, 4);
    if (code == tls_request || code == gss_request) {
      note(code == tls_request ? "tls?" : "gss?");
      say(client, "N");
      continue;
    }
    note("startup");
    std::string rest;
    read_bytes(client, rest, number_at(head, 0) - 8);
    if (!version_.empty()) {
      welcome(client);
      continue;
    }
    say(client, std::string_view("R\0\0\0\x08\0\0\0\x03", 9));  // AuthenticationCleartextPassword
    if (!read_bytes(client, head, 5) || head[0] != 'p') return;
    read_bytes(client, rest, number_at(head, 1) - 4);
    note("password:" + rest.substr(0, rest.find('\0')));
    return;
  }
}

void FakePostgres::welcome(int client) const {
  using namespace std::string_literals;
  const auto message = [](char type, const std::string& body) {
    return std::string(1, type) + "\0\0\0"s + static_cast<char>(body.size() + 4) + body;
  };
  if (version_ < "14") {
    say(client, message('E',
                        "SFATAL\0VFATAL\0C42704\0"
                        "Munrecognized configuration parameter \"client_connection_check_interval\"\0\0"s));
    return;
  }
  say(client, message('R', "\0\0\0\0"s) + message('S', "server_version\0"s + version_ + "\0"s) +
                  message('K', "\0\0\0\1\0\0\0\1"s) + message('Z', "I"));
}

void FakePostgres::note(const std::string& word) {
  const std::scoped_lock lock(mutex_);
  heard_ += (heard_.empty() ? "" : " ") + word;
}

std::string FakePostgres::take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(heard_, {});
}

}  // namespace acctl::test
