// Rows become records: the members of a struct are the columns of a query, in the order of its select list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "provisioning/base/error.hpp"
#include "provisioning/database/connection.hpp"

namespace acctl {

// The value of one column, read as the type of the member that it initializes; see Row for what becomes of nulls.
// The conversions are not const: an optional would be made of the value of one that is null.
class ColumnValue {
 public:
  ColumnValue(const Row& row, std::size_t column) : row_(row), column_(static_cast<int>(column)) {}

  operator std::string() { return row_.text(column_); }
  operator bool() { return row_.boolean(column_); }
  operator std::int64_t() { return row_.integer(column_); }
  operator std::optional<std::string>() { return row_.optional(column_); }
  operator std::optional<std::int64_t>() { return row_.optional_integer(column_); }
  operator std::vector<std::string>() { return row_.list(column_); }
  operator std::vector<std::int64_t>() { return row_.integers(column_); }

 private:
  const Row& row_;
  int column_;
};

template <class Record, std::size_t... column>
Record read_columns(const Row& row, std::index_sequence<column...>)
  requires requires { Record{ColumnValue(row, column)...}; }
{
  return Record{ColumnValue(row, column)...};
}

// How many columns a Record takes: members of members count by themselves.
template <class Record, std::size_t count = 1>
consteval std::size_t count_columns() {
  if constexpr (requires(const Row& row) { read_columns<Record>(row, std::make_index_sequence<count + 1>()); }) {
    return count_columns<Record, count + 1>();
  }
  return count;
}

// Throws Error(failed) if the query has more or fewer columns than the record: nothing would be where it belongs.
template <class Record>
Record read_record(const Row& row) {
  constexpr std::size_t count = count_columns<Record>();
  if (row.size() != count) throw Error(ErrorKind::failed, "a query does not have the columns of its record");
  return read_columns<Record>(row, std::make_index_sequence<count>());
}

template <class Record>
std::vector<Record> read_records(const Rows& rows) {
  std::vector<Record> records;
  for (const Row row : rows) records.push_back(read_record<Record>(row));
  return records;
}

}  // namespace acctl
