#include "provisioning/delivery/transport.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "provisioning/base/duration.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/process.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/names.hpp"

namespace acctl {

namespace {

using Clock = std::chrono::steady_clock;

// `way` is "sendmail" or "maildir", `place` a path. What a program says is not logged: it may name addresses.
void tell_exchange(std::string_view way, const std::string& place, Clock::time_point start,
                   const std::string& outcome) {
  if (!is_heard()) return;
  const std::string ms = elapsed_ms(start);
  tell({.text = std::string(way) + " " + place + ": " + ms + " ms, " + outcome,
        .fields = {{way, place}, {"ms", ms}, {"outcome", outcome}},
        .since = start});
}

class Sendmail : public Transport {
 public:
  Sendmail(const MailSettings& settings, const std::function<bool()>* interrupted)
      : program_(settings.program), patience_{parse_duration("timeout", settings.timeout), interrupted} {}

  void check() override {
    if (access(program_.c_str(), X_OK) == 0 && std::filesystem::is_regular_file(program_)) return;
    throw Error(ErrorKind::invalid, "there is no program " + program_,
                "Install it, or name another one in mail.program: 'acctl platform apply -f'.");
  }

 private:
  SendResult hand_over(const Parcel& parcel) override {
    const Clock::time_point start = Clock::now();
    try {
      // -i: a line with a single dot is a line like others. --: what follows is an address, whatever it looks like.
      const Program program{
          .words = {program_, "-i", "-f", parcel.from, "--", parcel.to}, .account = {}, .folder = "/"};
      const Ended ended = run(program, parcel.text, patience_);
      tell_exchange("sendmail", program_, start, describe_ending(ended));
      return {classify_exit(ended.status), ended.status == 0 ? "" : describe_failure(ended)};
    } catch (const Error& error) {
      tell_exchange("sendmail", program_, start, error.what());
      if (error.kind() == ErrorKind::interrupted) return {SendResult::What::down, "interrupted"};
      return {error.kind() == ErrorKind::locked ? SendResult::What::broken : SendResult::What::down, error.what()};
    }
  }

  // Ends as in sysexits.h.
  static SendResult::What classify_exit(int status) {
    if (status == 0) return SendResult::What::sent;
    if (!WIFEXITED(status)) return SendResult::What::broken;
    switch (WEXITSTATUS(status)) {
      case EX_DATAERR:
      case EX_NOUSER:
      case EX_NOHOST:
        return SendResult::What::failed;
      case EX_TEMPFAIL:
        return SendResult::What::deferred;
      default:
        return SendResult::What::broken;
    }
  }

  static std::string describe_ending(const Ended& ended) {
    return WIFEXITED(ended.status) ? "exit code " + std::to_string(WEXITSTATUS(ended.status))
                                   : "signal " + std::to_string(WTERMSIG(ended.status));
  }

  std::string describe_failure(const Ended& ended) const {
    std::string output = ended.output;
    while (output.ends_with('\n')) output.pop_back();
    const std::string last = output.substr(output.rfind('\n') + 1);
    const std::string how = describe_ending(ended);
    return program_ + ": " + (last.empty() ? how : abbreviated(last) + " (" + how + ")");
  }

  std::string program_;
  Patience patience_;
};

// A message is a file, which appears whole in new/ (https://cr.yp.to/proto/maildir.html). Its name is that of the
// message: one that is sent again takes the place of itself. tmp/ exists for other programs: write_file() never shows
// half a file, and returns when file and name are on the disk.
class Maildir : public Transport {
 public:
  explicit Maildir(const MailSettings& settings) : folder_(settings.folder) {}

  void check() override { check_folder(folder_ + "/new"); }

 private:
  SendResult hand_over(const Parcel& parcel) override {
    const Clock::time_point start = Clock::now();
    try {
      make_folders();
      write_file(folder_ + "/new/" + parcel.id + ".acctl", parcel.text);
      tell_exchange("maildir", folder_, start, "written");
      return {};
    } catch (const Error& error) {
      tell_exchange("maildir", folder_, start, error.what());
      return {SendResult::What::down, error.what()};
    }
  }

  void make_folders() const {
    for (const char* part : {"/tmp", "/new", "/cur"}) make_folder(folder_ + part);
  }

  std::string folder_;
};

}  // namespace

SendResult Transport::send(const Parcel& parcel) {
  try {
    check_email("the sender", parcel.from);
    check_email("the recipient", parcel.to);
  } catch (const Error& error) {
    return {SendResult::What::failed, error.what()};
  }
  return hand_over(parcel);
}

std::unique_ptr<Transport> sendmail_transport(const MailSettings& settings, const std::function<bool()>* interrupted) {
  return std::make_unique<Sendmail>(settings, interrupted);
}

std::unique_ptr<Transport> maildir_transport(const MailSettings& settings) {
  return std::make_unique<Maildir>(settings);
}

std::unique_ptr<Transport> open_transport(const MailSettings& settings, const std::function<bool()>* interrupted) {
  if (settings.transport == "smtp") return smtp_transport(settings, interrupted);
  if (settings.transport == "sendmail") return sendmail_transport(settings, interrupted);
  return maildir_transport(settings);
}

}  // namespace acctl
