// A connected session of libpqxx, and beneath it that of libpq for what libpqxx has no words for. Included by sources
// of this folder only.
#pragma once

#include <libpq-events.h>
#include <libpq-fe.h>

#include <pqxx/pqxx>

#include "provisioning/database/connection.hpp"

namespace acctl {

// How often a deadline is looked at. An interrupt by a signal is noticed at once.
constexpr Milliseconds watch_interval{200};

using Texts = std::vector<const char*>;

// The texts of `parameters`, null for null. Throws Error(invalid) for one that PostgreSQL cannot store.
Texts texts(const std::vector<Param>& parameters);

// The connection that libpqxx is given, and never another one: 6.4 would begin a new session when one is lost, and its
// locks and settings would be gone unnoticed. Who gives it closes it.
#if PQXX_VERSION_MAJOR < 7  // Debian 12 has 6.4, Debian 13 has 7.10
struct Policy : pqxx::connectionpolicy {
  explicit Policy(PGconn* conn) : connectionpolicy({}), given(conn) {}
  handle do_startconnect(handle) override { return given; }
  handle do_disconnect(handle) noexcept override { return nullptr; }
  PGconn* given;
};

struct Adopted : private Policy, pqxx::connection_base {
  explicit Adopted(PGconn* conn) : Policy(conn), connection_base(static_cast<Policy&>(*this)) { init(); }

  void parse(const std::string& name, const char* sql) {
    prepare(name, sql);
    prepare_now(name);
  }
  static pqxx::result run(pqxx::nontransaction& session, const char* sql, const std::string& prepared,
                          const Texts& texts) {
    const auto parameters = pqxx::prepare::make_dynamic_params(texts);
    return prepared.empty() ? session.exec_params(sql, parameters) : session.exec_prepared(prepared, parameters);
  }
};
#else
struct Adopted : pqxx::connection {
  explicit Adopted(PGconn* conn) : connection(seize_raw_connection(conn)) {}
  ~Adopted() { std::move(*this).release_raw_connection(); }

  void parse(const std::string& name, const char* sql) { prepare(name, sql); }
  static pqxx::result run(pqxx::nontransaction& session, const char* sql, const std::string& prepared,
                          const Texts& texts) {
    pqxx::params parameters;
    for (const char* text : texts) text == nullptr ? parameters.append() : parameters.append(pqxx::zview(text));
    return prepared.empty() ? session.exec(sql, parameters) : session.exec(pqxx::prepped(prepared), parameters);
  }
};
#endif

// Statements throw pqxx::failure. A wait of libpqxx is one inside libpq, which nothing but the end of the conversation
// ends: another thread watches it and shuts the socket down.
class NativeSession {
 public:
  enum class End { none, late, interrupted };

  explicit NativeSession(std::shared_ptr<PGconn> conn);
  ~NativeSession();
  NativeSession(const NativeSession&) = delete;
  NativeSession& operator=(const NativeSession&) = delete;

  // Of this program, with whatever server.
  static std::size_t count();

  PGconn* libpq() const { return conn_.get(); }
  bool is_open() const { return PQstatus(conn_.get()) == CONNECTION_OK; }

  // Runs the statement that was prepared as `prepared`, or `sql` if that is empty.
  Rows execute(const char* sql, const std::string& prepared, const Texts& texts);
  Rows execute(const std::string& script) { return rows(statements_.exec(script)); }
  void prepare(const std::string& name, const char* sql) { pqxx_.parse(name, sql); }
  static Rows rows(PGresult* result);  // takes it

  // From now on ends the conversation if no result comes within `limit`, or when `interrupted` (null: never) says so.
  void watch(Milliseconds limit, const std::function<bool()>* interrupted);
  // Whether and how that came to pass; no longer watched.
  End unwatch();
  // The first error that the server reported since watch().
  const std::optional<SqlError>& failure() const { return failure_; }

 private:
  friend struct Watchman;
  static int on_result(PGEventId id, void* event, void* session);
  static Rows rows(pqxx::result result);
  void look();

  std::shared_ptr<PGconn> conn_;
  Adopted pqxx_;
  // Statements are their own transactions, or in one that a statement begins: that of a door comes with its proof.
  pqxx::nontransaction statements_;
  int socket_;
  std::optional<SqlError> failure_;
  Milliseconds limit_{0};
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
  const std::function<bool()>* interrupted_ = nullptr;
  End end_ = End::none;
};

}  // namespace acctl
