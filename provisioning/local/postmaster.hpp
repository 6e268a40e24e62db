// Finds the server processes of a data folder by /proc, because the folder's own note, postmaster.pid, outlives its
// writer.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace acctl {

struct Postmaster {
  int pid;
  bool ready;  // for connections; not while it starts, recovers or stops
};

// The postmaster that runs in `data`; nothing if the note is stale: left by a crash, its number used by another process
// since. A few system calls, no question to the server.
std::optional<Postmaster> running_postmaster(const std::string& data);

// Whether the note in `data` says that a server is ready for connections, whatever process it names: one of another
// container is not to be seen from here.
bool notes_ready(const std::string& data);

// All server processes in `data`, in no order: backends outlive a killed postmaster for a moment, and a new one must
// not start beside them.
std::vector<int> processes_in(const std::string& data);

// Removes the notes of a postmaster in `data` and `socket` that is gone, where PostgreSQL would be misled by another
// process that has its number now. Only to be called when there is no process in `data`.
void remove_misleading_notes(const std::string& data, const std::string& socket);

}  // namespace acctl
