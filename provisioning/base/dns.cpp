#include "provisioning/base/dns.hpp"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

// A resolver of our own, for the one of the C library belongs to the whole process.
class Resolver {
 public:
  Resolver() {
    if (res_ninit(&state_) != 0) throw Error(ErrorKind::failed, "the resolver of this machine cannot be set up");
    state_.retrans = 2;  // seconds
    state_.retry = 2;
  }
  ~Resolver() { res_nclose(&state_); }
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  void ask_only(const std::string& server) {
    const std::size_t colon = server.find(':');
    std::uint16_t port = NS_DEFAULTPORT;
    bool valid = true;
    if (colon != std::string::npos) {
      const auto [end, error] = std::from_chars(server.data() + colon + 1, server.data() + server.size(), port);
      valid = error == std::errc() && end == server.data() + server.size();
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (!valid || inet_pton(AF_INET, server.substr(0, colon).c_str(), &address.sin_addr) != 1) {
      throw Error(ErrorKind::invalid, "'" + server + "' is not a name server",
                  "Write its IPv4 address, as in 10.0.0.53.");
    }
    state_.nscount = 1;
    state_.nsaddr_list[0] = address;
  }

  // The answer to a question for TXT records; empty if there are none.
  std::vector<unsigned char> ask(const std::string& name) {
    std::vector<unsigned char> answer(NS_MAXMSG);
    const int length =
        res_nquery(&state_, name.c_str(), ns_c_in, ns_t_txt, answer.data(), static_cast<int>(answer.size()));
    if (length >= 0) {
      answer.resize(std::min(answer.size(), static_cast<std::size_t>(length)));
      return answer;
    }
    if (state_.res_h_errno == HOST_NOT_FOUND || state_.res_h_errno == NO_DATA) return {};
    throw Error(ErrorKind::connection, "the DNS gives no answer about " + name, "Run the command again later.");
  }

 private:
  struct __res_state state_{};
};

// Walks through an answer, which comes from outside: whatever is cut ends the walk.
class Answer {
 public:
  explicit Answer(const std::vector<unsigned char>& bytes) : bytes_(bytes) {}

  std::vector<std::string> texts() {
    std::vector<std::string> all;
    at_ = 4;
    const std::size_t questions = number();
    const std::size_t records = number();
    at_ = NS_HFIXEDSZ;
    for (std::size_t i = 0; i < questions && skip_name(); ++i) at_ += NS_QFIXEDSZ;
    for (std::size_t i = 0; i < records && skip_name() && at_ + NS_RRFIXEDSZ <= bytes_.size(); ++i) {
      const std::size_t type = number();
      at_ += 6;  // class and time to live
      const std::size_t length = number();
      if (at_ + length > bytes_.size()) break;
      if (type == ns_t_txt) all.push_back(text(at_ + length));
      at_ += length;
    }
    return all;
  }

 private:
  std::size_t number() {
    if (at_ + 2 > bytes_.size()) return 0;
    at_ += 2;
    return (static_cast<std::size_t>(bytes_[at_ - 2]) << 8U) | bytes_[at_ - 1];
  }

  bool skip_name() {
    while (at_ < bytes_.size()) {
      const unsigned char length = bytes_[at_];
      if ((length & NS_CMPRSFLGS) == NS_CMPRSFLGS) {
        at_ += 2;
        return at_ <= bytes_.size();
      }
      at_ += 1U + length;
      if (length == 0) return at_ <= bytes_.size();
    }
    return false;
  }

  // The strings of one record, one after the other.
  std::string text(std::size_t end) const {
    std::string all;
    for (std::size_t at = at_; at < end;) {
      const std::size_t length = std::min<std::size_t>(bytes_[at], end - at - 1);
      all.append(bytes_.begin() + static_cast<std::ptrdiff_t>(at + 1),
                 bytes_.begin() + static_cast<std::ptrdiff_t>(at + 1 + length));
      at += 1 + length;
    }
    return all;
  }

  const std::vector<unsigned char>& bytes_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<std::string> find_txt_records(const std::string& name, const std::string& server) {
  Resolver resolver;
  if (!server.empty()) resolver.ask_only(server);
  const std::vector<unsigned char> answer = resolver.ask(name);
  return answer.size() < NS_HFIXEDSZ ? std::vector<std::string>() : Answer(answer).texts();
}

}  // namespace acctl
