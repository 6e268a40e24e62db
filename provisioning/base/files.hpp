// Reads and writes files safely: whole or not at all, and never through a link or a device.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acctl {

// The whole file. Throws Error(invalid) naming it if it cannot be read, is not a regular file (a FIFO would block,
// /dev/zero never ends) or holds more than `limit` bytes.
std::string read_file(const std::string& path, std::size_t limit);

// The same for what others must not know. Throws Error(invalid) for a link, another account's file, and one that others
// may read.
std::string read_secret_file(const std::string& path, std::size_t limit);

// All of standard input, to `limit` bytes. Throws Error(interrupted) when the program is asked to stop meanwhile.
std::string read_standard_input(std::size_t limit);

// One line of standard input, for the answer to a question, with the line break unless the input ends before it; what
// comes behind it is left unread.
std::string read_line_of_input();

// Writes `path` whole or not at all: an unnamed file, fsync, its name, fsync of the folder. What it returns from is on
// the disk; a kill leaves nothing beside `path` that the next call does not use up. A new file has mode 0600; an
// existing one keeps its owner and mode, and is not written if that is impossible. Throws Error(invalid) if something
// else than a file is there, such as a link or a device, which a rename would destroy.
void write_file(const std::string& path, std::string_view text);

// The same for a new file; an existing one stays unchanged.
void create_file(const std::string& path, std::string_view text);

// The same for an existing file; a link stays a link to it.
void replace_file(const std::string& path, std::string_view text);

// Where a file stands that is to become `path`, if it needs a name before: in the same folder, hidden. Always the same
// name, so that what a killed run has left is used up by the next one; abandoned_files() knows it.
std::string make_unfinished_path(const std::string& path);

// Puts the name of the file or folder `path` on the disk. Throws Error(failed).
void sync_parent_folder(const std::string& path);

// What killed runs have left in `folder` of files that they were writing: the paths, sorted; none if there is no such
// folder. What was touched within the last hour may be somebody's work still and is not among them, nor is what belongs
// to another account.
std::vector<std::string> abandoned_files(const std::string& folder);

// Removes one of them. False if it is gone, or somebody has begun to use it up.
bool remove_abandoned_file(const std::string& path);

// Creates `path` with mode 0700, and what is missing above it with 0711: another account that owns a folder beside it
// must be able to pass.
void make_folder(const std::string& path);

// Looks whether files can be written into the folder `path`, or make_folder() could make it; makes nothing. Throws
// Error(failed) naming what is in the way.
void check_folder(const std::string& path);

}  // namespace acctl
