// A user with an embedded server of their own.
#pragma once

#include <signal.h>
#include <sys/stat.h>

#include <string>

#include "provisioning/database/connection.hpp"
#include "provisioning/local/postmaster.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

namespace acctl::test {

// The server is gone at the end.
class Local {
 public:
  Local() : acctl(temporary_.path()), folder(temporary_.path() + "/data/acctl/local") {
    chmod(temporary_.path().c_str(), 0711);  // where root runs the tests, another account runs the server
  }
  ~Local() {
    try {
      acctl({"local", "destroy", "--yes"});
    } catch (const std::exception&) {
      // Fall through to what cannot fail.
    }
    for (const int pid : processes_in(folder + "/data")) kill(pid, SIGKILL);
    // Before the folder is removed, or they would write on in it.
    eventually([&] { return processes_in(folder + "/data").empty(); });
  }
  Local(const Local&) = delete;
  Local& operator=(const Local&) = delete;

  const std::string& home() const { return temporary_.path(); }
  std::string data() const { return folder + "/data"; }
  Dsn dsn() const { return Dsn::parse(first_line(acctl({"local", "url"}).out)); }
  nlohmann::ordered_json status() const { return acctl({"local", "status", "-o", "json"}).json(); }
  bool connects() const {
    Connection connection(dsn(), {});
    return connection.query("select current_user = 'acctl' and current_database() = 'acctl'").boolean(0, 0);
  }

 private:
  static std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }
  TemporaryFolder temporary_;

 public:
  Acctl acctl;
  std::string folder;
};

}  // namespace acctl::test
