// Mail: ten thousand that wait, to a bare libcurl program that sends the same over one connection.
#include <cstdio>
#include <stdexcept>

#include "provisioning/base/files.hpp"
#include "tests/bench/harness.hpp"
#include "tests/bench/sink.hpp"

namespace acctl::test {

namespace {

constexpr int many = 10'000;

std::string csv_of(int count) {
  std::string text = "email,name\n";
  for (int i = 0; i < count; ++i) {
    text += "person" + std::to_string(i) + "@bench.example,Person " + std::to_string(i) + "\n";
  }
  return text;
}

class MailBench {
 public:
  explicit MailBench(Harness& harness) : bench(harness) {}

  void run() {
    queue("letters", many);
    queue("few", many / 10);
    const std::string message = bench.path("message");
    write_file(message, sample());
    const MailSink sink;
    bench.settle("mail: {transport: smtp, url: '" + sink.url() + "', tls: none, from: no-reply@bench.example}");
    std::int64_t before = 0;
    const auto deliver = [&](int) {
      bench.sql("update app.outbox set status = 'queued', sent_at = null, not_before = now()", "letters");
      before = sink.taken();
    };
    deliver(0);
    bench.compare(
        "delivering 10,000 mails, to a bare libcurl program over one connection", 3,
        [&](int) {
          bench.must(words("letters"));
          if (sink.taken() - before < many) throw std::runtime_error("mails are missing");
        },
        [&](int round) {
          bench.must({BENCH_FLOOR, "mail", sink.url(), std::to_string(many), message});
          deliver(round);
        },
        "≤ 2");
    const double few = peak(bench.resources(words("few")));
    const double all = peak(bench.resources(words("letters")));
    std::printf("| the same: memory, to that of 1,000 mails | %.0f MiB | %.0f MiB | %.2f | ≤ 1.2 |\n", all, few,
                all / few);
    bench.settle("mail: ~");
  }

 private:
  static std::vector<std::string> words(const std::string& tenant) {
    return {ACCTL_PROGRAM, "outbox", "deliver", "-t", tenant, "-q", "--parallel", "1"};
  }

  void queue(const std::string& slug, int count) {
    const std::string csv = bench.path(slug + ".csv");
    write_file(csv, csv_of(count));
    bench.must({ACCTL_PROGRAM, "tenant", "create", slug, "--name", "Bench", "--admin-email", "admin@bench.example",
                "--plan", "enterprise", "-q"});
    bench.must({ACCTL_PROGRAM, "user", "invite", "--file", csv, "-t", slug, "-q"});
  }

  // One of them, as the Maildir has it.
  std::string sample() {
    const std::string folder = bench.path("sample");
    bench.settle("mail: {transport: maildir, folder: " + folder + ", from: no-reply@bench.example}");
    bench.must(
        {ACCTL_PROGRAM, "tenant", "create", "sample", "--name", "Bench", "--admin-email", "admin@bench.example", "-q"});
    const Result found = bench.must({"/usr/bin/find", folder + "/new", "-type", "f"});
    return read_file(found.out.substr(0, found.out.find('\n')), 1 << 20);
  }

  Harness& bench;
};

}  // namespace

void measure_mail(Harness& bench) { MailBench(bench).run(); }

}  // namespace acctl::test
