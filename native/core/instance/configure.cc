// A new configuration for an instance that serves: proposed on the control thread, in force once
// the plugin has agreed.
#include <exception>
#include <new>
#include <utility>

#include "core/host/plugin_error.h"
#include "core/instance/instance.h"
#include "core/instance/process_watch.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {

// Reports to the host how a proposal came out, or that it exceeds its limit: the first of the two
// to claim it reports. What comes after the limit is reported too, since then it is known what is
// in force.
class Instance::Proposal : public Timed,
                           public Owed,
                           public std::enable_shared_from_this<Proposal> {
 public:
  Proposal(std::shared_ptr<Instance> instance, int64_t limit_ms)
      : instance_(std::move(instance)), limit_ms_(limit_ms), begun_(now_ns()) {}

  void fire() override {
    if (claimed_.exchange(true)) return;
    std::string text;
    quietly([&] {
      text = "on_config_changed() has not returned after " + std::to_string(limit_ms_) + " ms";
    });
    report(first_, AISOPOD_E_DEADLINE, std::move(text), true);
  }

  void end(aisopod_status status, std::string message) {
    const bool late = claimed_.exchange(true);
    report(late ? last_ : first_, status, std::move(message), false);
  }

  bool take_next(Message& message) noexcept override {
    for (Report* const each : {&first_, &last_}) {
      if (!each->owed.exchange(false)) continue;
      fill(*each, each->status == AISOPOD_OK ? "" : kNoMemory, message);
      return true;
    }
    return false;
  }

 private:
  // One that says how it came out or that it is late, and one that follows upon "late".
  struct Report {
    const MessageType type;
    aisopod_status status = AISOPOD_OK;
    bool overdue = false;
    std::atomic<bool> owed{false};  // written after the others
  };

  void report(Report& to, aisopod_status status, std::string message, bool overdue) {
    to.status = status;
    to.overdue = overdue;
    try {
      Message m;
      fill(to, std::move(message), m);
      instance_->context.push(std::move(m));
    } catch (const std::bad_alloc&) {
      to.owed = true;
      instance_->context.environment->outbox.owe(shared_from_this());
    }
  }

  // `configured` has the same fields as `moment`.
  void fill(const Report& from, std::string message, Message& m) const {
    m.instance = instance_->id();
    Fields<MessageType::moment> fields(m);
    fields.moment() = static_cast<uint64_t>(Moment::configure);
    fields.status() = from.status;
    fields.message() = std::move(message);
    fields.took_ms() = static_cast<double>(now_ns() - begun_) / kMillisecond;
    fields.overdue() = from.overdue ? 1 : 0;
    m.type = from.type;
  }

  const std::shared_ptr<Instance> instance_;
  const int64_t limit_ms_;
  const int64_t begun_;
  std::atomic<bool> claimed_{false};
  Report first_{MessageType::moment};
  Report last_{MessageType::configured};
};

std::string Instance::config() const {
  const MutexLock lock(config_mutex_);
  return config_;
}

void Instance::configure(std::string json, int64_t limit_ms) {
  const auto self = shared_from_this();
  const auto proposal = std::make_shared<Proposal>(self, limit_ms);
  Timer& timer = context.environment->timer;
  try {
    if (context.control.start()) {
      timer.arm(proposal, after_ms(limit_ms));
      const bool begun = context.control.push([self, proposal, json = std::move(json)]() mutable {
        std::string message;
        ProcessWatch process(self->context.plugin, "on_config_changed()");
        const aisopod_status status = self->propose(std::move(json), message);
        self->report_changes(Moment::configure, process, false);
        self->context.environment->timer.cancel(*proposal);
        process.end();
        proposal->end(status, std::move(message));
      });
      if (begun) return;
      timer.cancel(*proposal);
    }
    proposal->end(AISOPOD_E_STATE, "the instance has ended");
  } catch (const std::exception& e) {
    timer.cancel(*proposal);
    std::string text;
    quietly([&] { text = std::string("no thread can be started: ") + e.what(); });
    proposal->end(AISOPOD_E_NOMEM, std::move(text));
  }
}

// [control] Meanwhile get_config() gives out the old one.
aisopod_status Instance::propose(std::string json, std::string& message) {
  const TagScope scope(Tag::control, this);
  if (context.closing.load() || context.phase.load() != Phase::serving) {
    quietly([&] { message = "the instance does not serve"; });
    return AISOPOD_E_STATE;
  }
  if (desc_->on_config_changed == nullptr) {
    context.notice(AISOPOD_LOG_INFO,
                   "it has no on_config_changed(): the new configuration is there when it asks");
  } else {
    aisopod_error err = AISOPOD_INIT(aisopod_error);
    std::string thrown;
    aisopod_payload config = AISOPOD_INIT(aisopod_payload);
    config.json = json.c_str();
    config.len = json.size();
    aisopod_status status =
        guarded(thrown, [&] { return desc_->on_config_changed(self_, &config, &err); });
    status = without_reserved(status, "on_config_changed()", message);
    quietly([&] {
      if (status < 0 && message.empty()) {
        message = !thrown.empty() ? "on_config_changed() " + thrown : message_of(err);
        if (message.empty())
          message = std::string("on_config_changed() returned ") + status_name(status);
      }
    });
    if (status < 0) return status;
  }
  const MutexLock lock(config_mutex_);
  config_.swap(json);
  return AISOPOD_OK;
}

}  // namespace aisopod
