// A record sink collects the records of one tenant of several, and writes them in the order of the tenants.
#pragma once

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "cli/output.hpp"
#include "provisioning/base/parallel.hpp"

namespace acctl {

class RecordSink {
 public:
  // `out` is shared by all tenants, and used in their turn only.
  RecordSink(RecordWriter& out, const InOrder& in_order) : out_(out), in_order_(in_order) {}
  RecordSink(const RecordSink&) = delete;
  RecordSink& operator=(const RecordSink&) = delete;

  void add(nlohmann::ordered_json record) {
    records_.push_back(std::move(record));
    if (records_.size() == most) flush();
  }

  // Once the tenant is read. A tenant that fails before loses what it has not handed over.
  void flush() {
    if (records_.empty()) return;
    in_order_([&out = out_, records = std::exchange(records_, {})] {
      for (const nlohmann::ordered_json& record : records) out.add(record);
    });
  }

 private:
  static constexpr std::size_t most = 64;

  RecordWriter& out_;
  const InOrder& in_order_;
  std::vector<nlohmann::ordered_json> records_;
};

}  // namespace acctl
