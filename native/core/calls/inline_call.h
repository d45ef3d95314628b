// A call whose inline handler runs, as its answer is mostly given there and then: on the stack of
// the host's thread, and no other thread can find it. A Call is made of it when its token is used
// for anything but that answer, on any thread, or when the handler returns without having answered.
#pragma once

#include <cstdint>
#include <memory>

#include "core/environment/message.h"
#include "core/threads/mutex.h"

namespace aisopod {

class Call;
class Meta;
struct Registration;

struct InlineCall {
  const uint64_t token;
  Registration& registration;
  const uint32_t wants;
  const int64_t deadline;
  const Meta& meta;

  // Host's thread only: where the answer is put instead of the outbox.
  Message& answer;
  bool answered = false;

  Guarded<std::shared_ptr<Call>> call{};  // once it was made; by the mutex of Calls
};

}  // namespace aisopod
