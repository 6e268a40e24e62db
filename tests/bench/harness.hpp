// What the benchmarks share: an embedded server on tmpfs, programs run on it, pairs measured in turn.
#pragma once

#include <sys/resource.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/support/program.hpp"

namespace acctl::test {

// A checkpoint, so that nobody pays for pages which the other one has left to be written.
enum class Before { nothing, checkpoint };

class Harness {
 public:
  explicit Harness(int rounds);
  ~Harness();
  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;

  int rounds() const { return rounds_; }
  const std::string& url() const { return url_; }         // of the control database
  const std::string& socket() const { return socket_; }   // the server's folder
  std::string url_of(const std::string& database) const;  // as superuser
  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }

  // Runs a program; throws with what it wrote where it fails.
  Result must(std::vector<std::string> words, const std::string& input = "");

  // The first line that the superuser gets; in the control database or another one.
  std::string sql(const std::string& statements, const std::string& database = "");

  // `ours` and `floor` in turn, each told the round from 0, which is a warm-up; one row of the table.
  void compare(const std::string& what, int rounds, const std::function<void(int)>& ours,
               const std::function<void(int)>& floor, const std::string& wanted, Before before = Before::nothing);

  // Sets the platform to `settings`, YAML.
  void settle(const std::string& settings);

  // What a process itself used; its output is thrown away.
  rusage resources(std::vector<std::string> words) const;

 private:
  int rounds_;
  TemporaryFolder folder_;
  Acctl acctl_;
  std::string url_;
  std::string socket_;
};

double median(std::vector<double> values);
double milliseconds(const std::function<void()>& work);
double cpu(const rusage& use);   // ms
double peak(const rusage& use);  // MiB

// The real program, not Debian's wrapper.
std::string binary_of_postgresql(const std::string& name);

// One row each of the table.
void measure_provisioning(Harness& bench);
void measure_definitions(Harness& bench);
void measure_people(Harness& bench);
void measure_mail(Harness& bench);
void measure_fleet(Harness& bench);
void measure_growth(Harness& bench);
void measure_scale(Harness& bench);

}  // namespace acctl::test
