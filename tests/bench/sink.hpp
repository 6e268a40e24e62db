// A mail server that takes everything and keeps nothing: as fast as one can be.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace acctl::test {

class MailSink {
 public:
  MailSink();
  ~MailSink();
  MailSink(const MailSink&) = delete;
  MailSink& operator=(const MailSink&) = delete;

  std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  std::int64_t taken() const { return taken_; }  // messages

 private:
  void listen();
  void serve(int client);

  int socket_ = -1;
  int port_ = 0;
  std::atomic<std::int64_t> taken_ = 0;
  std::mutex mutex_;
  std::vector<std::jthread> clients_;
  std::jthread listener_;
};

}  // namespace acctl::test
