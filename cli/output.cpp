#include "cli/output.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include "cli/pager.hpp"
#include "provisioning/base/csv.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/interrupt.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

std::vector<std::function<void()>> below_held;  // when_shown()
std::function<void()> announced;                // before_writing()
bool written = false;
bool reader_gone = false;
bool paging = false;  // page_output()
std::string pending;
constexpr std::size_t buffer_size = 65536;

bool is_regular_file(int descriptor) {
  struct stat status = {};
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

std::FILE* held_file = nullptr;  // of the HeldOutput

[[noreturn]] void fail_writing(const char* where) {
  throw Error(ErrorKind::failed, std::string("cannot write to ") + where + ": " + std::strerror(errno));
}

std::string csv_cell(std::string text) {
  text = defused(std::move(text));
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  return '"' + with_spellings(text, {{'"', "\"\""}}) + '"';
}

}  // namespace

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& text : cells) line += (&text == &cells.front() ? "" : ",") + csv_cell(text);
  return line + "\r\n";
}

bool has_written() { return written; }

bool has_lost_reader() { return reader_gone; }

void before_writing(std::function<void()> call) { announced = std::move(call); }

void page_output() { paging = screen().rows > 0; }

void write_text(std::string_view text) {
  if (held_file != nullptr) {
    if (std::fwrite(text.data(), 1, text.size(), held_file) != text.size()) fail_writing("a temporary file");
    return;
  }
  written = true;
  pending += text;
  // Whether a pager is needed is known at the end.
  if (pending.size() >= buffer_size && !paging) flush_output();
}

bool is_output_held() { return held_file != nullptr; }

void when_shown(std::function<void()> call) {
  if (held_file == nullptr) return call();
  below_held.push_back(std::move(call));
}

void flush_output() {
  if (held_file != nullptr) return;
  const std::string text = std::exchange(pending, {});
  std::string_view left = reader_gone ? std::string_view() : text;
  if (announced && !left.empty()) announced();
  if (paging && is_long(left, screen()) && show_in_pager(left)) return;
  const bool file = is_regular_file(STDOUT_FILENO);
  while (!left.empty()) {
    // A pipe that is ready takes a page without blocking, and no more is certain: a write that blocks would not notice
    // a signal that another thread takes.
    if (!file) wait_for(STDOUT_FILENO, Direction::write);
    const ssize_t put =
        write(STDOUT_FILENO, left.data(), file ? left.size() : std::min<std::size_t>(left.size(), 4096));
    if (put >= 0) {
      left.remove_prefix(static_cast<std::size_t>(put));
    } else if (errno == EPIPE) {
      reader_gone = true;
      return;
    } else if (errno != EINTR && errno != EAGAIN) {
      fail_writing("standard output");
    }
  }
}

HeldOutput::HeldOutput() {
  held_file = std::tmpfile();
  if (held_file == nullptr) fail_writing("a temporary file");
}

HeldOutput::~HeldOutput() {
  if (held_file != nullptr) std::fclose(held_file);
  held_file = nullptr;
  below_held.clear();
}

void HeldOutput::release() {
  if (std::fflush(held_file) != 0 || std::fseek(held_file, 0, SEEK_SET) != 0) fail_writing("a temporary file");
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> from(std::exchange(held_file, nullptr), close);
  char block[65'536];
  for (std::size_t size = 0; (size = std::fread(block, 1, sizeof block, from.get())) > 0;) write_text({block, size});
  if (std::ferror(from.get()) != 0) throw Error(ErrorKind::failed, "cannot read a temporary file");
  flush_output();
  for (const std::function<void()>& call : std::exchange(below_held, {})) call();
}

}  // namespace acctl
