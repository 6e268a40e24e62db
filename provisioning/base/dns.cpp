#include "provisioning/base/dns.hpp"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

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

// The texts of the TXT records of an answer, which comes from outside: whatever is cut ends the walk.
std::vector<std::string> read_texts(const std::vector<unsigned char>& answer) {
  std::vector<std::string> all;
  if (answer.size() < NS_HFIXEDSZ) return all;
  const auto number = [](const unsigned char* at) { return (at[0] << 8) | at[1]; };
  const unsigned char* at = answer.data() + NS_HFIXEDSZ;
  const unsigned char* const end = answer.data() + answer.size();
  const auto skip_name_and = [&](int more) {
    const int name = dn_skipname(at, end);
    if (name < 0 || end - at < name + more) return false;
    at += name + more;
    return true;
  };
  for (int questions = number(answer.data() + 4); questions > 0; --questions) {
    if (!skip_name_and(NS_QFIXEDSZ)) return all;
  }
  for (int records = number(answer.data() + 6); records > 0 && skip_name_and(NS_RRFIXEDSZ); --records) {
    const int length = number(at - 2);
    if (end - at < length) break;
    const std::string_view bytes(reinterpret_cast<const char*>(at), static_cast<std::size_t>(length));
    const bool is_text = number(at - NS_RRFIXEDSZ) == ns_t_txt;
    at += length;
    if (!is_text) continue;
    // The strings of one record, one after the other.
    std::string& text = all.emplace_back();
    for (std::size_t i = 0; i < bytes.size(); i += 1U + static_cast<unsigned char>(bytes[i])) {
      text += bytes.substr(i + 1, static_cast<unsigned char>(bytes[i]));
    }
  }
  return all;
}

}  // namespace

std::vector<std::string> find_txt_records(const std::string& name, const std::string& server) {
  Resolver resolver;
  if (!server.empty()) resolver.ask_only(server);
  return read_texts(resolver.ask(name));
}

}  // namespace acctl
