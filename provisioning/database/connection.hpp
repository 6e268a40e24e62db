// A session with one PostgreSQL server, on libpqxx. Every wait has a deadline and ends at an interrupt; a session that
// was lost is never reopened behind the caller's back.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/base/error.hpp"
#include "provisioning/database/dsn.hpp"

namespace acctl {

using Milliseconds = std::chrono::milliseconds;

// An error that the server reported. `sqlstate` as in appendix A of the PostgreSQL manual.
class SqlError : public Error {
 public:
  SqlError(ErrorKind kind, const std::string& message, std::string hint, std::string sqlstate, std::string constraint)
      : Error(kind, message, std::move(hint)), sqlstate_(std::move(sqlstate)), constraint_(std::move(constraint)) {}
  const std::string& sqlstate() const { return sqlstate_; }
  const std::string& constraint() const { return constraint_; }

 private:
  std::string sqlstate_;
  std::string constraint_;
};

// A text[] as a parameter: '{"a","b",NULL}'.
class TextArray {
 public:
  void add(std::string_view text);
  void add_null();
  void add_filled(std::string_view text) { text.empty() ? add_null() : add(text); }  // null for ""
  bool empty() const { return text_.size() == 1; }
  std::string literal() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

// The value of $1, $2 …; sent as text.
class Param {
 public:
  Param(std::nullopt_t) {}
  Param(std::string_view text) : text_(text) {}
  Param(const std::string& text) : text_(text) {}
  Param(const char* text) : text_(text) {}
  Param(bool value) : text_(value ? "t" : "f") {}
  Param(int value) : text_(std::to_string(value)) {}
  Param(std::int64_t value) : text_(std::to_string(value)) {}
  Param(const TextArray& array) : text_(array.literal()) {}
  template <class T>
  Param(const std::optional<T>& value) : Param(value ? Param(*value) : Param(std::nullopt)) {}

  const std::optional<std::string>& text() const { return text_; }
  bool operator==(const Param&) const = default;

 private:
  std::optional<std::string> text_;
};

// Null for "".
inline Param null_if_empty(const std::string& text) { return text.empty() ? Param(std::nullopt) : Param(text); }

class Row;

// What a statement returned, held in memory. Copies share it, and what text() and view() point to is theirs:
// `for (const Row row : tenant.query(…))` reads all of it and then lets it go.
class Rows {
 public:
  struct Iterator;
  Iterator begin() const;
  Iterator end() const;
  Row at(int row) const;
  int size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Columns count from 0 in the order of the select list.
  bool is_null(int row, int column) const { return text(row, column).data() == nullptr; }
  std::string_view text(int row, int column) const;  // "" for null
  std::int64_t integer(int row, int column) const;
  bool boolean(int row, int column) const { return text(row, column) == "t"; }
  std::optional<std::string> optional(int row, int column) const;
  std::optional<std::int64_t> optional_integer(int row, int column) const;
  std::vector<std::string> texts(int column = 0) const;  // of all rows
  // Rows that an insert, update or delete touched.
  std::int64_t affected() const { return affected_; }
  // From now on only their number is known.
  void forget_texts();

 private:
  friend class NativeSession;
  friend class Row;
  Rows() = default;

  int size_ = 0;
  int columns_ = 0;
  std::int64_t affected_ = 0;
  // Of libpqxx, row by row; nullptr for a null. No text has a zero within. Without them it is libpq's own result.
  std::shared_ptr<std::vector<const char*>> cells_;
  std::shared_ptr<const void> owner_;  // of the texts
};

// One of Rows, which outlive it; for what they say of its columns.
class Row {
 public:
  Row(const Rows& rows, int index) : rows_(rows), index_(index) {}

  bool is_null(int column) const { return rows_.is_null(index_, column); }
  std::string text(int column) const { return std::string(view(column)); }
  std::string_view view(int column) const { return rows_.text(index_, column); }
  std::int64_t integer(int column) const { return rows_.integer(index_, column); }
  bool boolean(int column) const { return rows_.boolean(index_, column); }
  std::optional<std::string> optional(int column) const { return rows_.optional(index_, column); }
  std::optional<std::int64_t> optional_integer(int column) const { return rows_.optional_integer(index_, column); }
  std::vector<std::string> list(int column) const;       // of texts, from an array of JSON; empty for null
  std::vector<std::int64_t> integers(int column) const;  // likewise
  int index() const { return index_; }
  std::size_t size() const { return static_cast<std::size_t>(rows_.columns_); }

 private:
  const Rows& rows_;
  int index_;
};

struct Rows::Iterator {
  const Rows* rows;
  int index;

  Row operator*() const { return {*rows, index}; }
  Iterator& operator++() {
    ++index;
    return *this;
  }
  bool operator==(const Iterator&) const = default;
};

inline Rows::Iterator Rows::begin() const { return {this, 0}; }
inline Rows::Iterator Rows::end() const { return {this, size_}; }
inline Row Rows::at(int row) const { return {*this, row}; }

struct Statement {
  std::string sql;
  std::vector<Param> parameters = {};
  bool operator==(const Statement&) const = default;
};

// What is done with the rows of one statement of many.
using Take = std::function<void(std::size_t place, const Rows& rows)>;

struct SessionOptions {
  std::string application = "acctl";
  Milliseconds connect_timeout{10'000};
  // A statement is given up by the server after this time, and by us a second later should the server be silent.
  Milliseconds statement_timeout{30'000};
  Milliseconds lock_timeout{10'000};
  // Asked while waiting, also by another thread; true ends the wait with Error(interrupted).
  const std::function<bool()>* interrupted = nullptr;
  // Messages that the session queues in a tenant's outbox are held until somebody releases them.
  bool hold_mail = false;
};

class Connection;
class NativeSession;

// What must hold of a database before a session does anything in it.
struct Door {
  // Asks the database to identify itself.
  Statement proof;
  // Called if the proof itself failed, with a session that can ask again: throws the reason.
  std::function<void(Connection&)> refuse;
  // Throws if the rows of the proof are not acceptable.
  std::function<void(const Rows&)> accept = nullptr;
};

// Whether the constructor waits for a new session, or its first use does, while the server starts it.
enum class Connect { wait, async };

// Whether the statements of a batch see one snapshot of the database, or each its own.
enum class Snapshot { one, each };

class Connection {
 public:
  // Throws Error(connection) naming the database and why; Error(conflict) if the server is not what `dsn` names. One
  // that is not waited for throws at its first use instead.
  Connection(const Dsn& dsn, const SessionOptions& options, Connect begin = Connect::wait);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The next statement is sent behind the proof of `door`, in one round trip and a read-only transaction; its rows are
  // returned, and a transaction that it begins continues, only if the proof is accepted.
  void require(Door door) { door_ = std::move(door); }

  // One statement with parameters, prepared when it comes a second time. Throws SqlError, or Error(connection) when the
  // session is lost.
  Rows query(const char* sql, const std::vector<Param>& parameters = {});

  // Many statements at once, in one round trip; their rows in the same order. Outside of a transaction they are one of
  // their own. Throws for the first that fails; none of them has had an effect then.
  std::vector<Rows> batch(const std::vector<Statement>& statements, Snapshot snapshot = Snapshot::one);

  // The same for large answers, which need not be held side by side: each goes to `take` as it comes, by the place of
  // its statement. What `take` throws is thrown at the end, and it is not called again.
  void batch(const std::vector<Statement>& statements, const Take& take);

  // Several statements without parameters, by the protocol in one transaction unless they say otherwise. The rows are
  // those of the last one.
  Rows script(const std::string& sql);

  // Lets the server parse a statement ahead that query() will run later.
  void prepare(const char* sql);

  // From now on interrupts do not end a wait: what happened outside of the database must be recorded.
  void ignore_interrupts() { heeds_interrupts_ = false; }

  Milliseconds lock_timeout() const { return options_.lock_timeout; }

  // False after the session was lost.
  bool usable() const;

  // Behind a pooler the pid that the protocol announces is not the backend's: locks would not be held.
  int announced_pid() const;
  const Dsn& dsn() const { return dsn_; }

  // Of the server: 150004 for 15.4. Waits for a session that was not waited for yet.
  int server_version();

 private:
  struct Attempt;

  void begin_connecting();
  void finish_connecting();
  void await(Attempt& attempt) const;
  bool waits_for_slot(std::chrono::steady_clock::time_point begun,
                      std::chrono::steady_clock::time_point deadline) const;
  void answer_greeting(std::shared_ptr<void> conn);
  void require_session();
  void begin();
  bool in_transaction() const;
  void pass_door();
  std::vector<Rows> send_batch(const std::vector<Statement>& statements, Snapshot snapshot, const Take& take);
  std::vector<Rows> send_together(const char* first, const std::vector<Statement>& statements, const char* last,
                                  const Take& take = nullptr);
  void collect_pipeline(std::vector<Rows>& all, const std::function<void(Rows&)>& look);
  void parse(const char* sql, std::string& name);
  const std::string& prepared_name(const char* sql);
  void watched(const std::function<void()>& action);
  // Of statements that were sent together at `start`, with the rows of those that succeeded.
  void tell_done(const std::vector<std::string_view>& statements, std::chrono::steady_clock::time_point start,
                 const std::vector<Rows>& all);
  [[noreturn]] void refuse(const Door& door, const SqlError& error);
  [[noreturn]] void lost(const std::string& why);

  friend class Transaction;

  Dsn dsn_;
  SessionOptions options_;
  bool heeds_interrupts_ = true;            // not while a commit is on its way: its outcome must be known
  std::vector<std::string> greetings_;      // what the server said while we connected
  std::unique_ptr<Attempt> attempt_;        // to connect; null once there is a session
  std::unique_ptr<NativeSession> session_;  // null before that, and after it was lost
  std::optional<Door> door_;
  int known_version_ = 0;                        // of the server, when the session was begun
  int server_version_ = 0;                       // as it says itself
  std::map<std::string, std::string> prepared_;  // text of a statement -> its name, "" before it came twice
  int names_ = 0;
  int trips_ = 0;  // to the server and back
};

// begin … commit; rolled back when it goes out of scope without commit().
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Rows query(const char* sql, const std::vector<Param>& parameters = {}) { return connection_.query(sql, parameters); }
  Connection& connection() { return connection_; }
  void commit();

  // The number in the ledger of the run that was recorded in this transaction.
  std::optional<std::int64_t> ledger_entry;

  // A statement for what a rollback does not take back; null for none.
  const char* after_rollback = nullptr;

 private:
  Connection& connection_;
  bool open_ = true;
};

// All of `words` as such a parameter.
std::string text_array(const auto& words) {
  TextArray array;
  for (const auto& word : words) array.add(word);
  return array.literal();
}

// `name` in double quotes, inner ones doubled; throws Error(failed) over 63 bytes, where PostgreSQL would cut it.
std::string quoted_identifier(std::string_view name);

// `text` as a literal of SQL, for statements that take no parameters (COMMENT, CREATE ROLE).
std::string quoted_literal(std::string_view text);

}  // namespace acctl
