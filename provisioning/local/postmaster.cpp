#include "provisioning/local/postmaster.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>

namespace acctl {

namespace {

// A link of /proc, "" if the process is gone (or a zombie) or not ours to see.
std::string process_link(int pid, const char* name) {
  std::error_code none;
  return std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/" + name, none).string();
}

// Every server process has its data folder as working directory. The program is compared too: a shell may be there.
bool works_in(int pid, const struct stat& data) {
  struct stat folder = {};
  if (stat(("/proc/" + std::to_string(pid) + "/cwd").c_str(), &folder) != 0) return false;
  if (folder.st_dev != data.st_dev || folder.st_ino != data.st_ino) return false;
  // "postgres (deleted)" after an upgrade of the package.
  return std::filesystem::path(process_link(pid, "exe")).filename().string().starts_with("postgres");
}

int whole_number(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

// The first line of a postmaster.pid or of the lock file of a socket; 0 if there is none.
int noted_pid(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return whole_number(line);
}

// The lines of postmaster.pid; the eighth is how far the server is.
std::vector<std::string> note_in(const std::string& data) {
  std::ifstream file(data + "/postmaster.pid");
  std::vector<std::string> lines;
  for (std::string line; lines.size() < 8 && std::getline(file, line);) lines.push_back(line);
  return lines;
}

bool says_ready(const std::vector<std::string>& note) { return note.size() == 8 && note[7].starts_with("ready"); }

}  // namespace

bool notes_ready(const std::string& data) { return says_ready(note_in(data)); }

std::optional<Postmaster> running_postmaster(const std::string& data) {
  const std::vector<std::string> lines = note_in(data);
  const int pid = lines.empty() ? 0 : whole_number(lines[0]);
  struct stat folder = {};
  if (pid <= 0 || stat(data.c_str(), &folder) != 0 || !works_in(pid, folder)) return std::nullopt;
  return Postmaster{pid, says_ready(lines)};
}

std::vector<int> processes_in(const std::string& data) {
  struct stat folder = {};
  if (stat(data.c_str(), &folder) != 0) return {};
  std::vector<int> found;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", none)) {
    const int pid = whole_number(entry.path().filename().string());
    if (pid > 0 && works_in(pid, folder)) found.push_back(pid);
  }
  return found;
}

void remove_misleading_notes(const std::string& data, const std::string& socket) {
  for (const std::string& path : {data + "/postmaster.pid", socket + ".lock"}) {
    const int pid = noted_pid(path);
    // Where no process has the number, PostgreSQL sees by itself that the note is stale, and makes more checks with it
    // than we can.
    if (pid > 0 && kill(pid, 0) == 0) unlink(path.c_str());
  }
}

}  // namespace acctl
