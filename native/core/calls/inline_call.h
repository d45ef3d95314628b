// A call whose inline handler runs, as its answer is mostly given there and then: on the stack of
// the host's thread, and no other thread can find it. A Call is made of it when its token is used
// for anything but that answer, on any thread, or when the handler returns without having answered.
#pragma once

#include <cstdint>
#include <memory>

#include "core/calls/answer_taker.h"
#include "core/clock.h"
#include "core/environment/message.h"
#include "core/threads/float_control.h"
#include "core/threads/mutex.h"

namespace aisopod {

class Call;
class Meta;
struct Registration;

struct InlineCall {
  const uint64_t token;
  Registration& registration;
  const uint32_t wants;
  const int64_t timeout_ms;
  const int64_t begun;  // ns; 0: the clock was not looked at
  const Meta& meta;
  const FloatControl float_control;  // of the thread, before the handler ran

  // Host's thread only: where the answer is put instead of the outbox.
  AnswerTaker* const taker;  // nullptr: always into the message
  Message& answer;
  bool claimed = false;  // only this thread may answer it now
  bool answered = false;
  bool taken = false;  // the taker has it

  Guarded<std::shared_ptr<Call>> call{};  // once it was made; by the mutex of Calls

  // Without a look at the clock before, the time begins when a thread asks: within a handler that
  // takes less than a millisecond, as others don't stay inline.
  int64_t deadline() const { return after_ms(timeout_ms, begun != 0 ? begun : now_ns()); }
};

}  // namespace aisopod
