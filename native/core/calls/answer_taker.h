// Who takes the answer of an inline call while its handler still runs: straight from the plugin's
// buffer to the embedder, without a copy in between.
#pragma once

#include <cstddef>

namespace aisopod {

class AnswerTaker {
 public:
  // [host's thread, within the handler] `json` has been checked and is gone when this returns;
  // `ascii` promises that every byte is below 0x80. False: it can't be taken in, and becomes a
  // message. What was taken counts only if Invoked::taken says so.
  virtual bool take(const char* json, size_t len, bool ascii) noexcept = 0;

 protected:
  ~AnswerTaker() = default;
};

}  // namespace aisopod
