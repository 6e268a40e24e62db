#include "cli/log.hpp"

#define FMT_HEADER_ONLY  // the shared libraries of spdlog and fmt cost each start a millisecond
#include <fcntl.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <nlohmann/json.hpp>

#include "cli/table.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/json_text.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

constexpr auto utc = spdlog::pattern_time_type::utc;

// A file that several runs write to and logrotate moves: spdlog's own keeps to the file that it opened.
class SharedFile final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit SharedFile(std::string path) : path_(std::move(path)) {
    if (!open()) {
      throw Error(ErrorKind::invalid, "--log-file: cannot write to " + path_ + ": " + std::strerror(errno),
                  "Give a file in a folder that you may write to, or syslog.");
    }
  }
  ~SharedFile() override { close(descriptor_); }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (was_moved()) open();
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    std::string_view rest(line.data(), line.size());
    while (!rest.empty()) {
      const ssize_t count = write(descriptor_, rest.data(), rest.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return complain(std::strerror(errno));
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void flush_() override {}

 private:
  bool open() {
    const int opened = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
    if (opened < 0) return false;
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = opened;
    struct stat status = {};
    fstat(descriptor_, &status);
    device_ = status.st_dev;
    inode_ = status.st_ino;
    return true;
  }

  bool was_moved() const {
    struct stat status = {};
    return stat(path_.c_str(), &status) != 0 || status.st_dev != device_ || status.st_ino != inode_;
  }

  // The run continues without its log; one warning is enough.
  void complain(const char* why) {
    if (!std::exchange(complained_, true)) {
      std::fprintf(stderr, "warning: --log-file: cannot write to %s: %s\n", path_.c_str(), why);
    }
  }

  std::string path_;
  int descriptor_ = -1;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  bool complained_ = false;
};

// A level as spdlog and syslog(3) have it, in the order of Level.
struct LevelForms {
  spdlog::level::level_enum level;
  const char* priority;
};
constexpr std::array level_forms = {LevelForms{spdlog::level::debug, "<7>"}, LevelForms{spdlog::level::info, "<6>"},
                                    LevelForms{spdlog::level::warn, "<4>"}, LevelForms{spdlog::level::err, "<3>"}};

const LevelForms& find_forms(Level level) { return level_forms.at(static_cast<std::size_t>(level)); }

// Whether standard error leads to systemd's journal, which takes a priority at the start of a line. See
// systemd.exec(5), JOURNAL_STREAM.
bool is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat status = {};
  if (stream == nullptr || fstat(STDERR_FILENO, &status) != 0) return false;
  return stream == std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

std::string in_quotes(std::string_view text) { return json_text(nlohmann::json(text)); }

std::string as_members(std::string_view message, const Fields& fields) {
  std::string text;
  if (!concerned_tenant().empty()) text += "\"tenant\":" + in_quotes(concerned_tenant()) + ",";
  text += "\"message\":" + in_quotes(message);
  for (const auto& [name, value] : fields) text += ",\"" + std::string(name) + "\":" + in_quotes(value);
  return text;
}

// As in logfmt: a value that is not a plain word is quoted.
std::string as_pairs(std::string_view message, const Fields& fields) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:/@+";
  const auto word = [&](std::string_view value) {
    return !value.empty() && value.find_first_not_of(plain) == std::string_view::npos ? std::string(value)
                                                                                      : in_quotes(value);
  };
  std::string text;
  if (!concerned_tenant().empty()) text += "tenant=" + word(concerned_tenant()) + " ";
  text += "message=" + in_quotes(message);
  for (const auto& [name, value] : fields) text += " " + std::string(name) + "=" + word(value);
  return text;
}

Level lowest_shown(const Settings& settings) {
  if (settings.quiet) return Level::error;
  if (settings.verbose) return Level::debug;
  // With -o json standard error holds one object at most, that of an error.
  return settings.output == "json" ? Level::error : Level::info;
}

spdlog::sink_ptr file_sink(const std::string& where) {
  if (where == "syslog") {
    return std::make_shared<spdlog::sinks::syslog_sink_mt>("acctl", LOG_PID, LOG_USER, true);
  }
  return std::make_shared<SharedFile>(where);
}

}  // namespace

struct Log::Sinks {
  bool json;
  bool journal = is_journal();
  spdlog::logger shown{"acctl", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
  std::unique_ptr<spdlog::logger> file;

  std::string line(std::string_view message, const Fields& fields) const {
    return json ? as_members(message, fields) : as_pairs(message, fields);
  }
};

Log::Log(const Settings& settings, const std::string& run)
    : sinks_(std::make_unique<Sinks>(Sinks{.json = settings.log_format == "json"})) {
  const std::string time = "%Y-%m-%dT%H:%M:%S.%eZ";
  const std::string object = R"({"time":")" + time + R"(","level":"%l","run":")" + run + R"(",%v})";
  sinks_->shown.set_pattern(sinks_->json ? object : "%v", utc);
  sinks_->shown.set_level(find_forms(lowest_shown(settings)).level);
  if (settings.log_file.empty()) return;
  const bool syslog = settings.log_file == "syslog";  // which knows time and level by itself
  const std::string pairs = (syslog ? "" : "time=" + time + " ") + "level=%l run=" + run + " %v";
  sinks_->file = std::make_unique<spdlog::logger>("acctl", file_sink(settings.log_file));
  sinks_->file->set_pattern(sinks_->json ? object : pairs, utc);
  sinks_->file->set_level(spdlog::level::debug);
}

Log::~Log() = default;

bool Log::keeps() const { return sinks_->file != nullptr; }

bool Log::shows(Level level) const { return sinks_->shown.should_log(find_forms(level).level); }

void Log::say(Level level, std::string_view message, const Fields& fields, std::size_t width) {
  keep(level, message, fields);
  if (!shows(level)) return;
  std::string text =
      sinks_->json ? as_members(message, fields) : (level == Level::warning ? "warning: " : "") + escaped(message);
  if (width > 0 && !sinks_->json) text = folded(text, 0, width);
  if (sinks_->journal && !sinks_->json) text = find_forms(level).priority + text;
  sinks_->shown.log(find_forms(level).level, text);
}

void Log::keep(Level level, std::string_view message, const Fields& fields) {
  if (sinks_->file) sinks_->file->log(find_forms(level).level, sinks_->line(message, fields));
}

}  // namespace acctl
