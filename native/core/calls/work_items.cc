// Work items: what runs in a lane without being a call. They are watched like handlers: one that
// exceeds its limit makes its lane stuck.
#include <utility>

#include "core/calls/calls.h"

namespace aisopod {

// It counts as answered, since it has no caller.
std::shared_ptr<Call> Calls::make_work_item(Registration& face, std::shared_ptr<Work> work) {
  auto item = std::make_shared<Call>(context_.id, next_token(), face, Stage::queued, true);
  item->lane = face.has(AISOPOD_F_PARALLEL) ? &parallel_ : &serial_;
  item->work = std::move(work);
  return item;
}

// [worker]
int64_t Calls::run_work_item(const std::shared_ptr<Call>& item) {
  {
    const MutexLock lock(item->mutex);
    item->stage = Stage::running;
    item->deadline = after_ms(context_.limits.event_ms);
  }
  watch_quietly(due_at(*item));
  const std::shared_ptr<Work> work = item->work;  // the item may end with it
  {
    const RunningScope here(*this, *item);
    work->run();
  }
  returned(item, AISOPOD_PENDING, {});
  work->finished(item);
  return 0;
}

}  // namespace aisopod
