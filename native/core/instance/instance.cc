#include "core/instance/instance.h"

#include <algorithm>
#include <cstring>

#include "core/events/topic.h"
#include "core/host/host_slot.h"
#include "core/host/plugin_error.h"
#include "core/instance/single.h"
#include "core/json/check.h"
#include "core/threads/ledger.h"

namespace aisopod {
namespace {

// How much of text[0..n) is kept when `limit` is all there is room for: not half a character.
size_t cut_at(const char* text, size_t n, size_t limit) {
  if (n <= limit) return n;
  size_t at = limit;
  while (at > 0 && limit - at < 3 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

uint32_t next_instance_id() {
  static std::atomic<uint32_t> last{0};
  return ++last;
}

}  // namespace

uint64_t next_token() {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

std::shared_ptr<Instance> Instance::make(const std::shared_ptr<Environment>& environment,
                                         const aisopod_plugin_desc* desc, InstanceOptions options) {
  if (!claim_single(*desc)) return nullptr;
  std::shared_ptr<Instance> instance(new Instance(environment, desc, std::move(options)));
  instance->slot_->attach(instance);
  environment->adopt(instance);
  return instance;
}

Instance::Instance(const std::shared_ptr<Environment>& environment, const aisopod_plugin_desc* desc,
                   InstanceOptions options)
    : context(next_instance_id(), environment, options.limits),
      registrations(context, std::move(options.kinds)),
      calls(context, registrations, this,
            [this](uint64_t call, aisopod_status why) { asks.parent_ended(call, why); }),
      subscriptions(context, registrations, calls, this),
      asks(context, calls, this),
      posts(context, this),
      desc_(desc),
      config_(std::move(options.config)),
      slot_(HostSlot::make(options)),
      host_(slot_->host()),
      unread_logs_(std::make_shared<std::atomic<size_t>>(0)),
      lost_logs_(std::make_shared<std::atomic<size_t>>(0)),
      unread_events_(std::make_shared<std::atomic<size_t>>(0)) {
  calls.on_unstuck = [this] { subscriptions.resume(); };
  count_instance(+1);
}

Instance::~Instance() = default;

void Instance::log(aisopod_level level, const char* text, size_t len) {
  if (text == nullptr) return;
  if (unread_logs_->fetch_add(1, std::memory_order_relaxed) >= context.limits.queue) {
    unread_logs_->fetch_sub(1, std::memory_order_relaxed);
    if (lost_logs_->fetch_add(1, std::memory_order_relaxed) == 0) {
      Message m = context.message(MessageType::log_lost);
      m.counter = lost_logs_;
      context.push(std::move(m));
    }
    return;
  }
  const size_t limit = context.limits.log_line_bytes;
  const size_t n = len == AISOPOD_NTS ? strnlen(text, limit + 1) : len;
  Message m = context.message(MessageType::log);
  m.status = std::clamp<aisopod_level>(level, AISOPOD_LOG_TRACE, AISOPOD_LOG_HOST_MISBEHAVING);
  m.a.assign(text, cut_at(text, n, limit));
  if (n > limit) m.a += " [cut]";
  m.budget = unread_logs_;
  context.push(std::move(m));
}

aisopod_status Instance::emit(const char* topic, const char* json, size_t len) {
  std::string text, why;
  size_t topic_len = 0;
  aisopod_status status = check_topic(topic, why, topic_len);
  if (status != AISOPOD_OK) return status;
  status = take_json(json, len, context.limits.payload_bytes, text, why);
  if (status != AISOPOD_OK) return status;
  if (!context.may_ask()) return AISOPOD_E_STATE;
  if (unread_events_->fetch_add(1, std::memory_order_relaxed) >= context.limits.queue) {
    unread_events_->fetch_sub(1, std::memory_order_relaxed);
    return AISOPOD_E_AGAIN;
  }
  Message m = context.message(MessageType::event);
  m.a.assign(topic, topic_len);
  m.b = std::move(text);
  m.budget = unread_events_;
  context.push(std::move(m));
  return AISOPOD_OK;
}

}  // namespace aisopod
