#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provisioning/base/error.hpp"
#include "provisioning/database/connection.hpp"
#include "provisioning/local/cluster.hpp"
#include "provisioning/local/cluster_upgrade.sql.hpp"
#include "provisioning/local/folder_lock.hpp"

namespace acctl {

namespace {

// A copy of all data, read and written once: far more than any embedded platform needs, and not for ever.
constexpr std::chrono::hours upgrade_time{2};

void swap_folders(const std::string& one, const std::string& other) {
  if (renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0) return;
  throw Error(ErrorKind::failed, "cannot exchange " + one + " and " + other + ": " + errno_text());
}

}  // namespace

void LocalCluster::administer_roles() const {
  SessionOptions options;
  options.interrupted = interrupted_;
  Connection superuser(dsn().with("user", "postgres").with("dbname", "postgres"), options);
  superuser.script(sql::local_administration);
}

void LocalCluster::upgrade(const Installation& target) {
  const FolderLock lock(folder_, interrupted_);
  if (!exists()) {
    throw Error(ErrorKind::invalid, "there is no embedded server to upgrade", "Create one with 'acctl local up'.");
  }
  const Installation source = Installation::of_version(*status().version);
  stop();
  remove_remains();
  const Patience patience{.time = upgrade_time, .interrupted = interrupted_};
  std::string fresh;
  try {
    fresh = make_part_of_new_name();
    const std::optional<Account> account = server_account();
    make_empty_data_folder(target, account, fresh, Making::durable, patience);
    make_part(socket_folder());
    // Copies, and does not link: what is exchanged below stays whole until its copy has started.
    run_to_end({.words = {target.program("pg_upgrade"), "--old-bindir", source.folder, "--new-bindir", target.folder,
                          "--old-datadir", data_, "--new-datadir", fresh, "--username", "postgres", "--socketdir",
                          socket_folder()},
                .account = account,
                .folder = fresh},
               "", patience);
    copy_settings(account, data_, fresh);
  } catch (const Error&) {
    remove_remains();
    throw;
  }
  swap_folders(fresh, data_);
  try {
    start();
  } catch (const Error&) {
    if (unused()) {
      swap_folders(fresh, data_);
      remove_remains();
    }
    throw;
  }
  remove_remains();
  administer_roles();
  // pg_upgrade leaves the statistics of tables behind.
  run_to_end({.words = {target.program("vacuumdb"), "--all", "--analyze-only", "--username", "postgres", "--host",
                        socket_folder()},
              .account = server_account(),
              .folder = "/"},
             "", patience);
}

}  // namespace acctl
