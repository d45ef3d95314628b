#include "core/instance/pause.h"

#include <exception>
#include <utility>

#include "core/instance/instance.h"
#include "core/instance/watch.h"
#include "core/threads/guard.h"

namespace aisopod {

// Reports that a pause is complete: nothing holds it any more.
class Instance::PauseEnd {
 public:
  explicit PauseEnd(std::shared_ptr<Watch> watch) : watch_(std::move(watch)) {}
  PauseEnd(const PauseEnd&) = delete;
  PauseEnd& operator=(const PauseEnd&) = delete;
  ~PauseEnd() {
    watch_->instance()->context.environment->timer.cancel(*watch_);
    if (watch_->claim()) watch_->report(AISOPOD_OK, "");
  }

 private:
  const std::shared_ptr<Watch> watch_;
};

void Instance::pause(int64_t limit_ms) {
  const auto watch = std::make_shared<Watch>();
  watch->start(shared_from_this(), Moment::pause, limit_ms, Reason::close);
  PauseHold end = std::make_shared<PauseEnd>(watch);
  end_pause(AISOPOD_E_CANCELLED, "another pause has begun");
  {
    const MutexLock lock(pause_mutex_);
    pause_ = watch;
  }
  if (context.closing.load() || context.phase.load() != Phase::serving) {
    return end_pause(AISOPOD_E_STATE, "the instance does not serve");
  }
  subscriptions.pause(end);
  posts.pause(end);
  calls.pause(end);
  end.reset();
  if (watch->is_claimed()) return;  // nothing ran, so that no limit, not even 0, is too short
  try {
    context.environment->timer.arm(watch, watch->deadline());
  } catch (const std::exception&) {
    end_pause(AISOPOD_E_NOMEM, kNoMemory);
  }
}

void Instance::resume() {
  end_pause(AISOPOD_E_CANCELLED, "the instance was resumed");
  subscriptions.resume();
  posts.resume();
  calls.resume();
}

// [host's thread, or control] Reports that a pause which is not complete ends.
void Instance::end_pause(aisopod_status status, const char* text) {
  std::shared_ptr<Watch> watch;
  {
    const MutexLock lock(pause_mutex_);
    watch = pause_.lock();
    pause_.reset();
  }
  if (watch == nullptr) return;
  context.environment->timer.cancel(*watch);
  if (!watch->claim()) return;
  std::string message;
  quietly([&] { message = text; });
  watch->report(status, std::move(message));
}

}  // namespace aisopod
