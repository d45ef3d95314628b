// One moment of an instance from its beginning to its end: what carries it out, and what watches
// how long it takes.
#pragma once

#include <atomic>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "core/instance/instance.h"
#include "core/threads/guard.h"

namespace aisopod {

// "create()"
inline const char* name_of(Moment moment) {
  switch (moment) {
    case Moment::create: return "create()";
    case Moment::on_register: return "on_register()";
    case Moment::on_init: return "on_init()";
    case Moment::dispose: return "on_shutdown()";
    case Moment::configure: return "on_config_changed()";
    case Moment::save_state: return "save_state()";
    case Moment::restore_state: return "restore_state()";
    case Moment::pause: return "an event function, a task or a handler";
  }
  return "";
}

// Reports to the host when a moment exceeds its limit. The first to claim it, the limit or the end
// of the moment, is the one that reports.
class Instance::Watch : public Timed, public Owed, public std::enable_shared_from_this<Watch> {
 public:
  void start(std::shared_ptr<Instance> instance, Moment moment, int64_t limit_ms, Reason reason) {
    instance_ = std::move(instance);
    moment_ = moment;
    reason_ = reason;
    limit_ms_ = limit_ms;
    begun_ = now_ns();
  }
  // Holds what restore_state() is given until this is gone.
  void lend(SavedState state) { state_ = std::move(state); }

  const std::shared_ptr<Instance>& instance() const { return instance_; }
  Moment moment() const { return moment_; }
  Reason reason() const { return reason_; }
  int64_t deadline() const { return after_ms(limit_ms_, begun_); }
  const SavedState& state() const { return state_; }
  bool claim() { return !claimed_.exchange(true); }
  bool is_claimed() const { return claimed_.load(); }

  void fire() override {
    if (!claim()) return;
    std::string text;
    quietly([&] {
      text = std::string(name_of(moment_)) + " has not returned after " +
             std::to_string(limit_ms_) + " ms";
    });
    report(AISOPOD_E_DEADLINE, std::move(text), true);
  }

  void report(aisopod_status status, std::string message, bool overdue = false) {
    status_ = status;
    overdue_ = overdue;
    try {
      Message m;
      fill(m);
      Fields<MessageType::moment>(m).message() = std::move(message);
      instance_->context.push(std::move(m));
    } catch (const std::bad_alloc&) {
      owes_ = true;
      instance_->context.environment->outbox.owe(shared_from_this());
    }
  }

  bool take_next(Message& message) noexcept override {
    if (!owes_.exchange(false)) return false;
    fill(message);
    if (status_ != AISOPOD_OK) Fields<MessageType::moment>(message).message() = kNoMemory;
    return true;
  }

 private:
  void fill(Message& m) const {
    m.instance = instance_->id();
    Fields<MessageType::moment> fields(m);
    fields.moment() = static_cast<uint64_t>(moment_);
    fields.status() = status_;
    fields.overdue() = overdue_ ? 1 : 0;
    fields.took_ms() = static_cast<double>(now_ns() - begun_) / kMillisecond;
  }

  std::shared_ptr<Instance> instance_;
  Moment moment_ = Moment::dispose;
  Reason reason_ = Reason::close;
  int64_t limit_ms_ = 0;
  int64_t begun_ = 0;
  SavedState state_;
  std::atomic<bool> claimed_{false};

  // Of the one report; written before owes_.
  aisopod_status status_ = AISOPOD_OK;
  bool overdue_ = false;
  std::atomic<bool> owes_{false};
};

// Carries out a moment, and what follows. [control]
class Instance::MomentJob : public TaskThread::Job {
 public:
  void start(std::shared_ptr<Watch> watch, const Following* following) {
    watch_ = std::move(watch);
    if (following != nullptr) following_ = *following;
  }

  void run() override { watch_->instance()->run_job(watch_, following_ ? &*following_ : nullptr); }

 private:
  std::shared_ptr<Watch>
      watch_;  // holds the instance: the control thread may be the last that does
  std::optional<Following> following_;
};

}  // namespace aisopod
