// A tenant for histories: a few people, roles, teams and projects, and sessions of everybody who writes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "provisioning/plan/executor.hpp"
#include "tests/support/platform.hpp"

namespace acctl::test {

// A tenant that each history begins with: the same rows, an empty ledger.
class HistoryTenant {
 public:
  HistoryTenant();

  void reset();
  // As the application; how many rows the last statement touched. And as superuser without triggers.
  std::int64_t write(const std::string& sql) { return application_->script(sql).affected(); }
  void force(const std::string& sql);

  Connection& session() { return *session_; }
  Connection& eyes() { return *superuser_; }
  const Identity& identity() const { return identity_; }
  std::unique_ptr<Connection> connect() const;

 private:
  TestPlatform platform_;
  std::unique_ptr<Connection> session_;
  std::unique_ptr<Connection> application_;
  std::unique_ptr<Connection> superuser_;
  Identity identity_;
};

}  // namespace acctl::test
