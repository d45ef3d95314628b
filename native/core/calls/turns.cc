// What takes its turn in a lane without being a call. It is watched like a handler: one that
// exceeds its limit makes its lane stuck.
#include <utility>

#include "core/calls/calls.h"

namespace aisopod {

std::shared_ptr<Call> Calls::make_turn(Registration& face, std::shared_ptr<Turns> turns) {
  // As if it were answered, since it has no caller.
  auto turn = std::make_shared<Call>(context_.id, next_token(), face, Stage::queued, true);
  turn->lane = face.has(AISOPOD_F_PARALLEL) ? &parallel_ : &serial_;
  turn->turns = std::move(turns);
  return turn;
}

// [worker]
void Calls::run_turn(const std::shared_ptr<Call>& turn) {
  {
    const MutexLock lock(turn->mutex);
    turn->stage = Stage::running;
    turn->deadline = after_ms(context_.limits.event_ms);
  }
  watch_quietly(due_at(*turn));
  const std::shared_ptr<Turns> turns = turn->turns;  // a turn may end with it
  {
    const RunningScope here(*this, *turn);
    turns->take_turn();
  }
  returned(turn, AISOPOD_PENDING, {});
  turns->end_turn(turn);
}

}  // namespace aisopod
