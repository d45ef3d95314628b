// The moments of an instance, all on its control thread, and how each is undone.
#include <algorithm>
#include <exception>
#include <new>

#include "core/host/host_slot.h"
#include "core/host/plugin_error.h"
#include "core/instance/instance.h"
#include "core/instance/process_watch.h"
#include "core/instance/single.h"
#include "core/instance/watch.h"
#include "core/threads/guard.h"
#include "core/threads/ledger.h"
#include "core/threads/thread_tag.h"

namespace aisopod {
namespace {

constexpr const char* kBoth = "create() or on_register()";
constexpr const char* kTooLate = "the instance is being shut down";

bool is_turn_of(Moment moment, Phase phase) {
  switch (moment) {
    case Moment::create: return phase == Phase::made;
    case Moment::on_register: return phase == Phase::created;
    case Moment::restore_state: return phase == Phase::registered;
    case Moment::on_init: return phase == Phase::registered || phase == Phase::restored;
    case Moment::save_state: return phase == Phase::serving;
    case Moment::dispose: return true;
    case Moment::configure:     // begun by configure()
    case Moment::pause: break;  // and by pause()
  }
  return false;
}

}  // namespace

void Instance::begin(Moment moment, int64_t limit_ms, Reason reason) {
  begin(moment, limit_ms, reason, nullptr);
}

void Instance::begin_both(int64_t create_ms, int64_t register_ms, unsigned umask) {
  const Following next{register_ms, umask};
  begin(Moment::create, create_ms, Reason::close, &next);
}

bool Instance::pass_init() {
  if (desc_->on_init != nullptr || context.closing.load()) return false;
  Phase now = context.phase.load();
  if (!is_turn_of(Moment::on_init, now)) return false;
  if (!context.phase.compare_exchange_strong(now, Phase::serving)) return false;
  initialised_ = true;
  start_serving();
  return true;
}

// on_init() has returned in time: what has come since it began is delivered.
void Instance::start_serving() {
  subscriptions.open();
  posts.open();
}

// What waits for the host returns, so that on_shutdown() can join the plugin's threads.
void Instance::begin_shutdown() {
  context.closing.store(true);
  end_pause(AISOPOD_E_STATE, kTooLate);
  calls.stop();
  requests.begin_shutdown();
}

void Instance::begin(Moment moment, int64_t limit_ms, Reason reason, const Following* next,
                     SavedState state) {
  const bool first_dispose = moment == Moment::dispose && last_watch_ != nullptr;
  const std::shared_ptr<Watch> watch =
      first_dispose ? std::move(last_watch_) : std::make_shared<Watch>();
  auto job = first_dispose ? std::move(last_job_) : std::make_unique<MomentJob>();
  watch->start(shared_from_this(), moment, limit_ms, reason);
  watch->lend(std::move(state));
  job->start(watch, next);
  if (moment == Moment::dispose) begin_shutdown();
  start(watch, std::move(job));
}

// [host's thread]
void Instance::start(const std::shared_ptr<Watch>& watch, std::unique_ptr<MomentJob> job) {
  const bool dispose = watch->moment() == Moment::dispose;
  const auto end = [&](aisopod_status status, std::string text) {
    context.environment->timer.cancel(*watch);
    if (watch->claim()) watch->report(status, std::move(text));
  };
  bool has_thread = false;
  try {
    bool alive = context.control.start();
    has_thread = alive;
    if (alive) context.environment->timer.arm(watch, watch->deadline());
    if (alive) alive = context.control.push(std::unique_ptr<TaskThread::Job>(std::move(job)));
    if (!alive) end(dispose ? AISOPOD_OK : AISOPOD_E_STATE, dispose ? "" : kTooLate);
  } catch (const std::exception& e) {
    if (dispose && has_thread) {  // it goes on, but its limit is not watched
      const bool alive = context.control.push(std::unique_ptr<TaskThread::Job>(std::move(job)));
      if (!alive) end(AISOPOD_OK, "");
    } else if (dispose) {
      end_without_thread(watch->reason());
      end(AISOPOD_OK, "");
    } else {
      std::string text;
      quietly([&] { text = std::string("no thread can be started: ") + e.what(); });
      end(AISOPOD_E_NOMEM, std::move(text));
    }
  }
}

// [host's thread] No control thread was ever started, so nothing of the plugin has run: what the
// instance claimed and counted is undone here.
void Instance::end_without_thread(Reason reason) {
  tear_down(reason, kNever);
  report_disposed();
}

void Instance::report_disposed() noexcept {
  try {
    Message m = context.message(MessageType::disposed);
    m.self = shared_from_this();
    context.push(std::move(m));
  } catch (const std::bad_alloc&) {
    owes_disposed_ = true;
    context.environment->outbox.owe(shared_from_this());
  }
}

// [control] Where another moment follows, the umask was read for both.
void Instance::run_job(const std::shared_ptr<Watch>& watch, const Following* following) {
  if (following == nullptr) {
    // The host has gone on without the state: an earlier one was late, and this one with it.
    if (watch->moment() == Moment::save_state && watch->is_claimed()) return;
    ProcessWatch process(context.plugin, name_of(watch->moment()));
    carry_out(watch, process, false);
    return;
  }
  ProcessWatch process(context.plugin, kBoth, following->umask);
  if (!carry_out(watch, process, true)) return;
  std::shared_ptr<Watch> next;
  try {
    next = std::make_shared<Watch>();
    next->start(shared_from_this(), Moment::on_register, following->limit_ms, Reason::close);
    context.environment->timer.arm(next, next->deadline());
  } catch (const std::exception&) {
    process.end();
    watch->report(AISOPOD_OK, "");  // it is tried once more, where that can be reported
    return;
  }
  carry_out(next, process, false);
}

// [control] From a moment's start to its end. True: it went well and, as `quiet` wishes, nothing
// was reported, since there was nothing else. Then another moment follows at once, after which the
// umask is looked at.
bool Instance::carry_out(const std::shared_ptr<Watch>& watch, ProcessWatch& process, bool quiet) {
  const Moment moment = watch->moment();
  const bool before = torn_down_;
  std::string message;
  const aisopod_status status = run(*watch, message);
  const bool followed = quiet && status == AISOPOD_OK;
  bool changed = report_changes(moment, process, followed);
  context.environment->timer.cancel(*watch);
  const bool in_time = watch->claim();
  if (followed && !in_time) changed = report_changes(moment, process, false) || changed;
  if (!in_time && moment == Moment::save_state) {
    drop_saved();
  } else if (!in_time && moment != Moment::dispose) {
    tear_down(Reason::undo, kNever);  // it came back too late: the host goes on without it
  }
  if (torn_down_ && !before) report_disposed();
  if (quiet && in_time && status == AISOPOD_OK && !changed) return true;
  process.end();
  if (in_time && moment == Moment::on_init && status == AISOPOD_OK) start_serving();
  if (in_time) watch->report(status, std::move(message));
  return false;
}

// [control] Before the end of the moment is reported. Whether there was something to report.
bool Instance::report_changes(Moment moment, ProcessWatch& process, bool without_umask) const {
  const char* const umask_moment = moment == Moment::on_register ? kBoth : name_of(moment);
  std::optional<ProcessChange> change =
      process.changes(name_of(moment), umask_moment, without_umask);
  if (!change) return false;
  quietly([&] {
    Message m = context.message(MessageType::process, static_cast<uint64_t>(moment));
    Fields<MessageType::process> fields(m);
    fields.ran() = std::move(change->ran);
    fields.before() = std::move(change->before);
    fields.after() = std::move(change->after);
    context.push(std::move(m));
  });
  return true;
}

// [control]
aisopod_status Instance::run(const Watch& watch, std::string& message) {
  const Moment moment = watch.moment();
  const TagScope scope(Tag::control, this);
  if (moment == Moment::dispose) {
    tear_down(watch.reason(), watch.deadline());
    return AISOPOD_OK;
  }
  if (context.closing.load() || !is_turn_of(moment, context.phase.load())) {
    quietly([&] {
      message =
          context.closing.load() ? kTooLate : std::string(name_of(moment)) + " is out of turn";
    });
    return AISOPOD_E_STATE;
  }
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  std::string thrown;
  const aisopod_status status = guarded(
      thrown, [&] { return without_reserved(call_moment(watch, err), name_of(moment), message); });
  if (status == AISOPOD_OK) return status;
  if (moment != Moment::save_state) context.phase.store(Phase::stopped);
  quietly([&] {
    if (!thrown.empty()) message = std::string(name_of(moment)) + ' ' + thrown;
    if (message.empty()) message = message_of(err);
    if (message.empty()) {
      message = std::string(name_of(moment)) + " returned " + status_name(status);
    }
  });
  return status;
}

aisopod_status Instance::call_moment(const Watch& watch, aisopod_error& err) {
  switch (watch.moment()) {
    case Moment::create: return create(err);
    case Moment::on_register: return on_register(err);
    case Moment::restore_state: return restore_state(watch.state(), err);
    case Moment::save_state: return save_state(err);
    default: return on_init(err);
  }
}

aisopod_status Instance::create(aisopod_error& err) {
  aisopod_plugin* made = nullptr;  // what a failed create() writes here is not read
  const aisopod_status status = desc_->create(slot_->host(), &made, &err);
  if (status != AISOPOD_OK) return status;
  if (made == nullptr) {
    return fill(&err, AISOPOD_E_FAIL, "create() returned OK but left the instance NULL");
  }
  self_ = made;
  context.phase.store(Phase::created);
  return AISOPOD_OK;
}

aisopod_status Instance::on_register(aisopod_error& err) {
  context.phase.store(Phase::registering);
  const aisopod_status status = desc_->on_register(self_, slot_->api(), &err);
  if (status == AISOPOD_OK && registrations.out_of_memory()) {
    return fill(&err, AISOPOD_E_NOMEM, "there was no memory for what it registered");
  }
  if (status == AISOPOD_OK) context.phase.store(Phase::registered);
  return status;
}

aisopod_status Instance::on_init(aisopod_error& err) {
  context.phase.store(Phase::initialising);
  const aisopod_status status =
      desc_->on_init != nullptr ? desc_->on_init(self_, &err) : AISOPOD_OK;
  if (status != AISOPOD_OK) return status;
  initialised_ = true;
  context.phase.store(Phase::serving);
  return AISOPOD_OK;
}

// [control] on_shutdown, every release, destroy: as much of it as there is something to undo.
void Instance::tear_down(Reason reason, int64_t deadline) {
  if (torn_down_) return;
  torn_down_ = true;
  const TagScope scope(Tag::control, this);
  std::string what;
  begin_shutdown();
  subscriptions.close();
  if (initialised_) call_on_shutdown(reason, deadline);
  context.phase.store(Phase::stopped);
  requests.finish();  // what waits for a response or for a posted function is woken first,
  posts.finish();
  calls.finish();  // so that the handlers that still run can return
  context.reply.stop();
  context.reply.join();
  registrations.release_all();
  if (self_ != nullptr && !guarded_void(what, [&] { desc_->destroy(self_); })) {
    context.notice(AISOPOD_LOG_WARN, "destroy() ", what);
  }
  self_ = nullptr;
  context.phase.store(Phase::destroyed);
  slot_->detach();
  context.control.stop();
  release_single(desc_);
  count_instance(-1);
}

void Instance::call_on_shutdown(Reason reason, int64_t deadline) {
  context.phase.store(Phase::stopping);
  if (desc_->on_shutdown == nullptr) return;
  aisopod_shutdown shutdown = AISOPOD_INIT(aisopod_shutdown);
  shutdown.reason = static_cast<int32_t>(reason);
  shutdown.timeout_ms =
      deadline == kNever ? -1 : std::max<int64_t>(0, (deadline - now_ns()) / kMillisecond);
  std::string what;
  if (guarded_void(what, [&] { desc_->on_shutdown(self_, &shutdown); })) return;
  context.notice(AISOPOD_LOG_WARN, "on_shutdown() ", what);
}

void Instance::abandon() {
  begin_shutdown();
  requests.finish();           // the host responds no more
  if (last_job_ != nullptr) {  // else it is being disposed of already
    const std::shared_ptr<Watch> watch = std::move(last_watch_);
    watch->start(shared_from_this(), Moment::dispose, -1, Reason::close);
    last_job_->start(watch, nullptr);
    try {
      context.control.push(std::unique_ptr<TaskThread::Job>(std::move(last_job_)));
    } catch (const std::exception&) {
      end_without_thread(Reason::close);
    }
  }
  context.control.detach();
}

}  // namespace aisopod
