// The moments of an instance, all on its control thread, and how each is undone.
#include <algorithm>
#include <system_error>

#include "core/host/host_slot.h"
#include "core/host/plugin_error.h"
#include "core/instance/instance.h"
#include "core/instance/single.h"
#include "core/process/process_state.h"
#include "core/process/stretch.h"
#include "core/threads/guard.h"
#include "core/threads/ledger.h"
#include "core/threads/thread_tag.h"

namespace aisopod {
namespace {

constexpr const char* kBoth = "create() or on_register()";
constexpr const char* kTooLate = "the instance is being shut down";

// The phase in which a moment is legal.
Phase phase_before(Moment moment) {
  switch (moment) {
    case Moment::create: return Phase::made;
    case Moment::on_register: return Phase::created;
    case Moment::on_init: return Phase::registered;
    case Moment::configure:       // begun by configure()
    case Moment::dispose: break;  // legal in every phase
  }
  return Phase::destroyed;
}

const char* name_of(Moment moment) {
  switch (moment) {
    case Moment::create: return "create()";
    case Moment::on_register: return "on_register()";
    case Moment::on_init: return "on_init()";
    case Moment::dispose: return "on_shutdown()";
    case Moment::configure: return "on_config_changed()";
  }
  return "";
}

}  // namespace

// Reports to the host when a moment exceeds its limit. The first to claim it, the limit or the end
// of the moment, is the one that reports.
class Instance::Watch : public Timed {
 public:
  Watch(std::shared_ptr<Instance> instance, Moment moment, int64_t limit_ms, Reason reason)
      : instance_(std::move(instance)),
        moment_(moment),
        reason_(reason),
        limit_ms_(limit_ms),
        begun_(now_ns()) {}

  Moment moment() const { return moment_; }
  Reason reason() const { return reason_; }
  int64_t deadline() const { return after_ms(limit_ms_, begun_); }
  bool claim() { return !claimed_.exchange(true); }

  void fire() override {
    if (!claim()) return;
    report(AISOPOD_E_DEADLINE,
           std::string(name_of(moment_)) + " has not returned after " + std::to_string(limit_ms_) +
               " ms",
           true);
  }

  void report(aisopod_status status, std::string message, bool overdue = false) {
    Message m = instance_->context.message(MessageType::moment, static_cast<uint64_t>(moment_));
    m.status = status;
    m.a = std::move(message);
    m.other = overdue ? 1 : 0;
    m.number = static_cast<double>(now_ns() - begun_) / kMillisecond;
    instance_->context.push(std::move(m));
  }

 private:
  const std::shared_ptr<Instance> instance_;
  const Moment moment_;
  const Reason reason_;
  const int64_t limit_ms_;
  const int64_t begun_;
  std::atomic<bool> claimed_{false};
};

void Instance::begin(Moment moment, int64_t limit_ms, Reason reason) {
  begin(moment, limit_ms, reason, nullptr);
}

void Instance::begin_both(int64_t create_ms, int64_t register_ms, unsigned umask) {
  const Following next{register_ms, umask};
  begin(Moment::create, create_ms, Reason::close, &next);
}

bool Instance::pass_init() {
  if (desc_->on_init != nullptr || context.closing.load()) return false;
  Phase now = Phase::registered;
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
  calls.stop();
  requests.begin_shutdown();
}

void Instance::begin(Moment moment, int64_t limit_ms, Reason reason, const Following* next) {
  const auto self = shared_from_this();
  const auto watch = std::make_shared<Watch>(self, moment, limit_ms, reason);
  if (moment == Moment::dispose) begin_shutdown();
  try {
    if (start(watch, after_ms(limit_ms), next)) return;
    context.environment->timer.cancel(*watch);  // destroyed already
    const bool good = moment == Moment::dispose;
    if (watch->claim()) watch->report(good ? AISOPOD_OK : AISOPOD_E_STATE, good ? "" : kTooLate);
  } catch (const std::system_error& e) {
    context.environment->timer.cancel(*watch);
    if (watch->claim()) {
      watch->report(AISOPOD_E_NOMEM, std::string("no thread can be started: ") + e.what());
    }
  }
}

// [host's thread] False: the control thread takes nothing any more, and nothing was started.
bool Instance::start(const std::shared_ptr<Watch>& watch, int64_t limit,
                     const Following* following) {
  const auto self = shared_from_this();
  if (!context.control.start()) return false;
  context.environment->timer.arm(watch, limit);
  if (following == nullptr) {
    return context.control.push([self, watch] {
      Stretch stretch(self->plugin_id_, name_of(watch->moment()));
      ProcessState process = process_state();
      self->carry_out(watch, stretch, process, false);
    });
  }
  return context.control.push([self, watch, next_ms = following->limit_ms,
                               mask = following->umask] {
    Stretch stretch(self->plugin_id_, kBoth);
    ProcessState process = process_state(mask);
    if (!self->carry_out(watch, stretch, process, true)) return;
    const auto next = std::make_shared<Watch>(self, Moment::on_register, next_ms, Reason::close);
    try {
      self->context.environment->timer.arm(next, after_ms(next_ms));
    } catch (const std::system_error&) {
      watch->report(AISOPOD_OK, "");  // it is tried once more, where that can be reported
      return;
    }
    self->carry_out(next, stretch, process, false);
  });
}

// [control] From a moment's start to its end. `process` is what the process was just before, and
// becomes what it is after. True: it went well and, as `quiet` wishes, nothing was reported, since
// there was nothing else. Then another moment follows at once, after which the umask is looked at.
bool Instance::carry_out(const std::shared_ptr<Watch>& watch, Stretch& stretch,
                         ProcessState& process, bool quiet) {
  const Moment moment = watch->moment();
  const bool before = torn_down_;
  std::string message;
  const aisopod_status status = run(*watch, message);
  const bool followed = quiet && status == AISOPOD_OK;
  bool changed = tell_changes(moment, stretch, process,
                              followed ? process_state(process.umask) : process_state());
  context.environment->timer.cancel(*watch);
  const bool in_time = watch->claim();
  if (followed && !in_time) {
    changed = tell_changes(moment, stretch, process, process_state()) || changed;
  }
  if (!in_time && moment != Moment::dispose) {
    tear_down(Reason::undo, kNever);  // it came back too late: the host goes on without it
  }
  if (torn_down_ && !before) {
    Message m = context.message(MessageType::disposed);
    m.self = shared_from_this();
    context.push(std::move(m));
  }
  if (quiet && in_time && status == AISOPOD_OK && !changed) return true;
  stretch.end();
  if (in_time && moment == Moment::on_init && status == AISOPOD_OK) start_serving();
  if (in_time) watch->report(status, std::move(message));
  return false;
}

// [control] Before the end of the moment is reported. Whether there was something to report.
bool Instance::tell_changes(Moment moment, const Stretch& stretch, ProcessState& process,
                            ProcessState after) const {
  if (after == process) return false;
  const bool since_create = moment == Moment::on_register && after.umask != process.umask;
  Message m = context.message(MessageType::process, static_cast<uint64_t>(moment));
  m.a = join_ran(since_create ? kBoth : name_of(moment), stretch.others());
  m.b = process.text();
  m.c = after.text();
  context.push(std::move(m));
  process = std::move(after);
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
  if (context.closing.load() || context.phase.load() != phase_before(moment)) {
    message = context.closing.load() ? kTooLate : std::string(name_of(moment)) + " is out of turn";
    return AISOPOD_E_STATE;
  }
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  std::string thrown;
  const aisopod_status status = guarded(thrown, [&] {
    switch (moment) {
      case Moment::create: return without_reserved(create(err), name_of(moment), message);
      case Moment::on_register: return without_reserved(on_register(err), name_of(moment), message);
      default: return without_reserved(on_init(err), name_of(moment), message);
    }
  });
  if (status == AISOPOD_OK) return status;
  context.phase.store(Phase::stopped);
  if (!thrown.empty()) message = std::string(name_of(moment)) + ' ' + thrown;
  if (message.empty()) message = message_of(err);
  if (message.empty()) message = std::string(name_of(moment)) + " returned " + status_name(status);
  return status;
}

aisopod_status Instance::create(aisopod_error& err) {
  aisopod_plugin* made = nullptr;  // what a failed create() leaves here is not looked at
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
    context.notice(AISOPOD_LOG_WARN, "destroy() " + what);
  }
  self_ = nullptr;
  context.phase.store(Phase::destroyed);
  slot_->detach();
  context.control.stop();
  release_single(*desc_);
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
  context.notice(AISOPOD_LOG_WARN, "on_shutdown() " + what);
}

void Instance::abandon() {
  begin_shutdown();
  requests.finish();  // the host responds no more
  try {
    context.control.push([self = shared_from_this()] { self->tear_down(Reason::close, kNever); });
  } catch (const std::system_error&) {
    return;  // no thread to be had, so none has run: there is nothing to undo
  }
  context.control.detach();
}

}  // namespace aisopod
