// A new configuration for an instance that serves: proposed on the control thread, in force once
// the plugin has agreed.
#include <system_error>
#include <utility>

#include "core/host/plugin_error.h"
#include "core/instance/instance.h"
#include "core/process/process_state.h"
#include "core/process/stretch.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {

// Reports to the host how a proposal came out, or that it exceeds its limit: the first of the two
// to claim it reports. What comes after the limit is reported too, since then it is known what is
// in force.
class Instance::Proposal : public Timed {
 public:
  Proposal(std::shared_ptr<Instance> instance, int64_t limit_ms)
      : instance_(std::move(instance)), limit_ms_(limit_ms), begun_(now_ns()) {}

  void fire() override {
    if (claimed_.exchange(true)) return;
    report(MessageType::moment, AISOPOD_E_DEADLINE,
           "on_config_changed() has not returned after " + std::to_string(limit_ms_) + " ms", true);
  }

  void end(aisopod_status status, std::string message) {
    const bool late = claimed_.exchange(true);
    report(late ? MessageType::configured : MessageType::moment, status, std::move(message), false);
  }

 private:
  void report(MessageType type, aisopod_status status, std::string message, bool overdue) {
    Message m = instance_->context.message(type, static_cast<uint64_t>(Moment::configure));
    m.status = status;
    m.a = std::move(message);
    m.other = overdue ? 1 : 0;
    m.number = static_cast<double>(now_ns() - begun_) / kMillisecond;
    instance_->context.push(std::move(m));
  }

  const std::shared_ptr<Instance> instance_;
  const int64_t limit_ms_;
  const int64_t begun_;
  std::atomic<bool> claimed_{false};
};

std::string Instance::config() const {
  const std::lock_guard lock(config_mutex_);
  return config_;
}

void Instance::configure(std::string json, int64_t limit_ms) {
  const auto self = shared_from_this();
  const auto proposal = std::make_shared<Proposal>(self, limit_ms);
  Timer& timer = context.environment->timer;
  try {
    if (context.control.start()) {
      timer.arm(proposal, after_ms(limit_ms));
      const bool begun = context.control.push([self, proposal, json = std::move(json)] {
        std::string message;
        Stretch stretch(self->plugin_id_, "on_config_changed()");
        ProcessState process = process_state();
        const aisopod_status status = self->propose(json, message);
        self->tell_changes(Moment::configure, stretch, process, process_state());
        self->context.environment->timer.cancel(*proposal);
        stretch.end();
        proposal->end(status, std::move(message));
      });
      if (begun) return;
      timer.cancel(*proposal);
    }
    proposal->end(AISOPOD_E_STATE, "the instance has ended");
  } catch (const std::system_error& e) {
    timer.cancel(*proposal);
    proposal->end(AISOPOD_E_NOMEM, std::string("no thread can be started: ") + e.what());
  }
}

// [control] Meanwhile get_config() gives out the old one.
aisopod_status Instance::propose(const std::string& json, std::string& message) {
  const TagScope scope(Tag::control, this);
  if (context.closing.load() || context.phase.load() != Phase::serving) {
    message = "the instance does not serve";
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
    if (status < 0 && message.empty()) {
      message = !thrown.empty() ? "on_config_changed() " + thrown : message_of(err);
      if (message.empty())
        message = std::string("on_config_changed() returned ") + status_name(status);
    }
    if (status < 0) return status;
  }
  const std::lock_guard lock(config_mutex_);
  config_ = json;
  return AISOPOD_OK;
}

}  // namespace aisopod
