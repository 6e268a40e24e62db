#include "provisioning/database/native_session.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>
#include <thread>

#include "provisioning/base/interrupt.hpp"
#include "provisioning/database/connect_errors.hpp"

#ifdef __SANITIZE_ADDRESS__
// libpqxx 6.4 forgets the last result of libpq when a session is lost; the sanitizer asks for this function by name.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:pqxx::connection_base::"; }  // NOLINT
#endif

namespace acctl {

namespace {

struct Cause {
  ErrorKind kind;
  const char* hint;
};

// What the classes of SQLSTATE mean to a person at acctl; anything else is a plain failure.
Cause cause(std::string_view sqlstate) {
  if (sqlstate == "55P03" || sqlstate == "55006" || sqlstate == "40P01" || sqlstate == "40001") {
    return {ErrorKind::locked, "Another session holds it; run the command again."};
  }
  if (sqlstate == "57014") return {ErrorKind::locked, "Run the command again, or allow more time with --timeout."};
  if (sqlstate == "2BP01")
    return {ErrorKind::conflict,
            "Something in a database of this server still belongs to it, perhaps in one that was renamed or restored: "
            "'acctl tenant doctor' names databases that are not their tenants'."};
  if (sqlstate == "25006") return {ErrorKind::connection, "The server is read-only; connect to the primary."};
  if (sqlstate == "53300")
    return {ErrorKind::connection,
            "The server has no free connection; lower --parallel, or run the command again later."};
  if (sqlstate == "53100") return {ErrorKind::failed, "Free space on the server's disk, then run the command again."};
  if (sqlstate == "42501") {
    return {ErrorKind::connection, "This database role lacks the privilege; connect as the role that provisions."};
  }
  if (sqlstate.starts_with("08") || sqlstate.starts_with("57P") || sqlstate.starts_with("28")) {
    return {ErrorKind::connection, "Run the command again when the server is available."};
  }
  return {ErrorKind::failed, ""};
}

// libpqxx 6.4 drops the sqlstate of many errors, and none tells a constraint's name.
SqlError read_error(const PGresult* result) {
  const auto field = [&](int code) {
    const char* text = PQresultErrorField(result, code);
    return std::string(text == nullptr ? "" : text);
  };
  const std::string sqlstate = field(PG_DIAG_SQLSTATE);
  std::string message = field(PG_DIAG_MESSAGE_PRIMARY);
  if (message.empty()) message = one_line(PQresultErrorMessage(result));
  if (const std::string detail = field(PG_DIAG_MESSAGE_DETAIL); !detail.empty()) message += ": " + detail;
  const Cause why = cause(sqlstate);
  // The rules of a tenant's database say the way out by themselves.
  const std::string hint = sqlstate == "53400" ? field(PG_DIAG_MESSAGE_HINT) : why.hint;
  return SqlError(why.kind, message, hint, sqlstate, field(PG_DIAG_CONSTRAINT_NAME));
}

}  // namespace

Texts texts(const std::vector<Param>& parameters) {
  Texts texts;
  texts.reserve(parameters.size());
  for (const Param& parameter : parameters) {
    // The protocol's text format ends at a NUL: what follows would vanish without a word.
    if (parameter.text() && parameter.text()->find('\0') != std::string::npos) {
      throw Error(ErrorKind::invalid, "a value holds a NUL character, which PostgreSQL cannot store");
    }
    texts.push_back(parameter.text() ? parameter.text()->c_str() : nullptr);
  }
  return texts;
}

// Watches all sessions, from the first of them to the end of the program: nobody waits for its thread.
struct Watchman {
  static Watchman& only() {
    static Watchman& watchman = *new Watchman;
    return watchman;
  }

  void run() {
    pollfd interrupt{interrupt_descriptor(), POLLIN, 0};
    for (;;) {
      poll(&interrupt, 1, static_cast<int>(watch_interval.count()));
      if (interrupt.revents != 0) interrupt.fd = -1;  // it stays readable, and a new wait begins by asking
      const std::scoped_lock lock(mutex);
      for (NativeSession* session : sessions) session->look();
    }
  }

  std::mutex mutex;  // of what it looks at
  std::vector<NativeSession*> sessions;
  std::jthread thread{[this] { run(); }};
};

NativeSession::NativeSession(std::shared_ptr<PGconn> conn)
    : conn_(std::move(conn)),
      pqxx_(conn_.get()),
      statements_(pqxx_),
      // Of our own: libpq closes its descriptor when a session is lost, and the number may be another session's then.
      socket_(fcntl(PQsocket(conn_.get()), F_DUPFD_CLOEXEC, 0)) {
  if (socket_ < 0) throw Error(ErrorKind::failed, "cannot watch a session: " + errno_text());
  if (PQregisterEventProc(conn_.get(), on_result, "acctl", this) == 0) throw std::bad_alloc();
  const std::scoped_lock lock(Watchman::only().mutex);
  Watchman::only().sessions.push_back(this);
}

NativeSession::~NativeSession() {
  const std::scoped_lock lock(Watchman::only().mutex);
  std::erase(Watchman::only().sessions, this);
  close(socket_);
}

std::size_t NativeSession::count() {
  const std::scoped_lock lock(Watchman::only().mutex);
  return Watchman::only().sessions.size();
}

Rows NativeSession::execute(const char* sql, const std::string& prepared, const Texts& texts) {
  return rows(Adopted::run(statements_, sql, prepared, texts));
}

void NativeSession::watch(Milliseconds limit, const std::function<bool()>* interrupted) {
  failure_.reset();
  const std::scoped_lock lock(Watchman::only().mutex);
  limit_ = limit;
  deadline_ = std::chrono::steady_clock::now() + limit;
  interrupted_ = interrupted;
  look();
}

NativeSession::End NativeSession::unwatch() {
  const std::scoped_lock lock(Watchman::only().mutex);
  deadline_ = std::chrono::steady_clock::time_point::max();
  interrupted_ = nullptr;
  return end_;
}

void NativeSession::look() {
  if (end_ != End::none) return;
  if (interrupted_ != nullptr && (*interrupted_)()) {
    end_ = End::interrupted;
  } else if (std::chrono::steady_clock::now() >= deadline_) {
    end_ = End::late;
  }
  if (end_ != End::none) shutdown(socket_, SHUT_RDWR);
}

// Called by libpq with each result, before libpqxx makes an exception of it.
int NativeSession::on_result(PGEventId id, void* event, void* pointer) {
  if (id != PGEVT_RESULTCREATE) return 1;
  auto& session = *static_cast<NativeSession*>(pointer);
  const PGresult* result = static_cast<PGEventResultCreate*>(event)->result;
  if (!session.failure_ && PQresultStatus(result) == PGRES_FATAL_ERROR) session.failure_ = read_error(result);
  const std::scoped_lock lock(Watchman::only().mutex);
  session.deadline_ = std::chrono::steady_clock::now() + session.limit_;
  return 1;
}

// Fields are found once, and by iterators: a pqxx::row or pqxx::field copies two shared pointers.
Rows NativeSession::rows(pqxx::result result) {
  Rows rows;
  rows.size_ = static_cast<int>(result.size());
  rows.columns_ = static_cast<int>(result.columns());
  rows.affected_ = static_cast<std::int64_t>(result.affected_rows());
  rows.cells_ = std::make_shared<std::vector<const char*>>();
  rows.cells_->reserve(static_cast<std::size_t>(rows.size_) * static_cast<std::size_t>(rows.columns_));
  for (auto row = result.begin(), end = result.end(); row != end; ++row) {
    auto field = row->begin();
    for (int column = 0; column < rows.columns_; ++column, ++field) {
      rows.cells_->push_back(field->is_null() ? nullptr : field->c_str());
    }
  }
  rows.owner_ = std::make_shared<pqxx::result>(std::move(result));
  return rows;
}

Rows NativeSession::rows(PGresult* result) {
  Rows rows;
  rows.owner_ = std::shared_ptr<PGresult>(result, PQclear);
  rows.size_ = PQntuples(result);
  rows.columns_ = PQnfields(result);
  rows.affected_ = std::strtoll(PQcmdTuples(result), nullptr, 10);
  return rows;
}

}  // namespace acctl
