// A server that speaks as much of PostgreSQL's protocol as it takes to betray a client: it has no TLS and asks for the
// password in clear.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

namespace acctl::test {

class FakePostgres {
 public:
  // On 127.0.0.1, and on a port of its own. With a `version` it lets everybody in and says that this is its own; before
  // 14 it knows no setting that a session begins with.
  explicit FakePostgres(std::string version = "");
  ~FakePostgres();
  FakePostgres(const FakePostgres&) = delete;
  FakePostgres& operator=(const FakePostgres&) = delete;

  std::string port() const { return std::to_string(port_); }

  // What it was told since the last call, one word for each message: "tls?" for a request for TLS (refused), "gss?" for
  // one for GSSAPI (refused), "startup", "password:TEXT".
  std::string take();

 private:
  void serve();
  void talk(int client);
  void welcome(int client) const;
  void note(const std::string& word);

  std::string version_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> over_ = false;
  std::mutex mutex_;
  std::string heard_;
  std::thread thread_;
};

}  // namespace acctl::test
