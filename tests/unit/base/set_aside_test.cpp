#include "provisioning/base/set_aside.hpp"

#include <sys/resource.h>

#include <csignal>
#include <string>

#include "tests/support/catch.hpp"

using acctl::SetAside;

namespace {

std::string large() {
  std::string text;
  while (text.size() < 3u << 20) text += "line " + std::to_string(text.size()) + std::string("\0\n", 2);
  return text;
}

}  // namespace

TEST_CASE("a text that was set aside is read as it was, as often as it is asked for") {
  const std::string text = large();
  for (const std::string& one : {std::string(), std::string("small"), text}) {
    const SetAside aside(one);
    CHECK(aside.read() == one);
    CHECK(aside.read() == one);
  }
}

TEST_CASE("without room for a temporary file a text stays in memory") {
  struct Room {
    Room() {
      getrlimit(RLIMIT_FSIZE, &before);
      const rlimit none = {.rlim_cur = 4096, .rlim_max = before.rlim_max};
      setrlimit(RLIMIT_FSIZE, &none);
    }
    ~Room() {
      setrlimit(RLIMIT_FSIZE, &before);
      std::signal(SIGXFSZ, handler);
    }
    rlimit before{};
    void (*handler)(int) = std::signal(SIGXFSZ, SIG_IGN);
  };
  const std::string text = large();
  const Room room;
  CHECK(SetAside(text).read() == text);
}
