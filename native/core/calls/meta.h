// The meta of a call: the JSON that its caller gave, or one with nothing but a new trace id, which
// is by far the most common and therefore made without an allocation.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
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

  // Ends with a NUL, which is not counted.
  std::string_view text() const {
    return given_.empty() ? std::string_view(made_, kMadeLength) : std::string_view(given_);
  }

  // One that was made, as a string.
  static std::string made() { return std::string(Meta({}).text()); }

 private:
  static constexpr const char* kBefore = "{\"traceId\":\"";
  static constexpr size_t kBeforeLength = 12;
  static constexpr size_t kMadeLength = kBeforeLength + kTraceIdLength + 2;

  const std::string given_;
  char made_[kMadeLength + 1];  // set when given_ is empty
};

}  // namespace aisopod
