// The meta of a call: the JSON that its caller gave, or one with nothing but a new trace id, which
// is by far the most common and therefore made without an allocation.
#pragma once

#include <cstring>
#include <string>
#include <utility>

#include "core/calls/trace_id.h"

namespace aisopod {

class Meta {
 public:
  // `given`: JSON, or empty.
  explicit Meta(std::string given) : given_(std::move(given)) {
    if (!given_.empty()) return;
    std::memcpy(made_, kBefore, kBeforeLength);
    write_trace_id(made_ + kBeforeLength);
    std::memcpy(made_ + kBeforeLength + kTraceIdLength, "\"}", 3);
  }

  const char* text() const { return given_.empty() ? made_ : given_.c_str(); }
  size_t size() const { return given_.empty() ? kMadeLength : given_.size(); }

 private:
  static constexpr const char* kBefore = "{\"traceId\":\"";
  static constexpr size_t kBeforeLength = 12;
  static constexpr size_t kMadeLength = kBeforeLength + kTraceIdLength + 2;

  const std::string given_;
  char made_[kMadeLength + 1];  // set when given_ is empty
};

}  // namespace aisopod
