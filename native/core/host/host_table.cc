// The C functions of aisopod_host. Each finds its instance and passes on; none lets an exception
// out. [any] unless the header says otherwise.
#include "core/host/host_slot.h"
#include "core/host/plugin_error.h"
#include "core/instance/instance.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {
namespace {

// Runs f(instance). After destroy() there is no instance: AISOPOD_E_STATE. Out of memory is the
// one exception our own code can meet here.
template <class F>
aisopod_status with_instance(const aisopod_host* host, F&& f) {
  try {
    // A thread that we called the plugin on holds its instance already.
    Instance* const calling = thread_tag().instance;
    if (calling != nullptr && calling->owns(host)) return f(*calling);
    const std::shared_ptr<Instance> instance = HostSlot::instance_of(host);
    if (instance == nullptr) return AISOPOD_E_STATE;
    return f(*instance);
  }
#if defined(__GLIBCXX__)
  catch (const abi::__forced_unwind&) {  // the plugin's thread is being cancelled while it waits
    throw;
  }
#endif
  catch (...) {
    return AISOPOD_E_NOMEM;
  }
}

void give(std::string text, aisopod_buf& out) {
  auto* const owner = new std::string(std::move(text));
  out.data = owner->c_str();
  out.len = owner->size();
  out.owner = owner;
}

void AISOPOD_ABI log(const aisopod_host* host, aisopod_level level, const char* msg, size_t len) {
  with_instance(host, [&](Instance& instance) {
    instance.log(level, msg, len);
    return AISOPOD_OK;
  });
}

const void* AISOPOD_ABI get_interface(const aisopod_host*, const char*) {
  return nullptr;  // none is defined yet
}

void AISOPOD_ABI buf_release(const aisopod_host*, aisopod_buf* buf) {
  if (buf == nullptr) return;
  delete static_cast<std::string*>(buf->owner);
  *buf = aisopod_buf();
}

aisopod_status AISOPOD_ABI config(const aisopod_host* host, aisopod_buf* out) {
  if (out == nullptr) return AISOPOD_E_INVALID;
  return with_instance(host, [&](Instance& instance) {
    give(instance.config(), *out);
    return AISOPOD_OK;
  });
}

aisopod_status AISOPOD_ABI call_reply(const aisopod_host* host, aisopod_call call, const char* json,
                                      size_t len) {
  return with_instance(host, [&](Instance& i) { return i.calls.reply(call, json, len); });
}

aisopod_status AISOPOD_ABI call_fail(const aisopod_host* host, aisopod_call call,
                                     aisopod_status code, const char* msg, const char* details,
                                     size_t len) {
  return with_instance(host,
                       [&](Instance& i) { return i.calls.fail(call, code, msg, details, len); });
}

aisopod_status AISOPOD_ABI call_chunk(const aisopod_host* host, aisopod_call call, const char* json,
                                      size_t len, int64_t wait_ms) {
  return with_instance(host, [&](Instance& i) { return i.calls.chunk(call, json, len, wait_ms); });
}

aisopod_status AISOPOD_ABI call_progress(const aisopod_host* host, aisopod_call call,
                                         double fraction, const char* note) {
  return with_instance(host, [&](Instance& i) { return i.calls.progress(call, fraction, note); });
}

aisopod_status AISOPOD_ABI call_check(const aisopod_host* host, aisopod_call call) {
  return with_instance(host, [&](Instance& i) { return i.calls.check(call); });
}

int64_t AISOPOD_ABI call_remaining_ms(const aisopod_host* host, aisopod_call call) {
  int64_t left = 0;
  with_instance(host, [&](Instance& i) {
    left = i.calls.remaining_ms(call);
    return AISOPOD_OK;
  });
  return left;
}

aisopod_status AISOPOD_ABI call_on_cancel(const aisopod_host* host, aisopod_call call,
                                          aisopod_cancel_fn fn, void* user,
                                          aisopod_release release) {
  return with_instance(host,
                       [&](Instance& i) { return i.calls.on_cancel(call, fn, user, release); });
}

aisopod_status AISOPOD_ABI emit(const aisopod_host* host, const char* topic, const char* json,
                                size_t len) {
  return with_instance(host, [&](Instance& i) { return i.emit(topic, json, len); });
}

aisopod_status AISOPOD_ABI request(const aisopod_host* host, const aisopod_ask* ask,
                                   uint64_t* out) {
  return with_instance(host, [&](Instance& i) { return i.asks.request(ask, out); });
}

aisopod_status AISOPOD_ABI request_wait(const aisopod_host* host, const aisopod_ask* ask,
                                        aisopod_buf* out, aisopod_error* err) {
  if (out == nullptr) return AISOPOD_E_INVALID;
  return with_instance(host, [&](Instance& i) {
    std::string json;
    const aisopod_status status = i.asks.request_wait(ask, json, err);
    if (status == AISOPOD_OK) give(std::move(json), *out);
    return status;
  });
}

aisopod_status AISOPOD_ABI request_cancel(const aisopod_host* host, uint64_t ask) {
  return with_instance(host, [&](Instance& i) { return i.asks.cancel(ask); });
}

aisopod_status AISOPOD_ABI post(const aisopod_host* host, aisopod_task_fn fn, void* user,
                                aisopod_release release, int64_t delay_ms) {
  return with_instance(host,
                       [&](Instance& i) { return i.posts.post(fn, user, release, delay_ms); });
}

}  // namespace

void fill_host_table(aisopod_host& host) {
  host.log = log;
  host.get_interface = get_interface;
  host.buf_release = buf_release;
  host.config = config;
  host.call_reply = call_reply;
  host.call_fail = call_fail;
  host.call_chunk = call_chunk;
  host.call_progress = call_progress;
  host.call_check = call_check;
  host.call_remaining_ms = call_remaining_ms;
  host.call_on_cancel = call_on_cancel;
  host.emit = emit;
  host.request = request;
  host.request_wait = request_wait;
  host.request_cancel = request_cancel;
  host.post = post;
}

}  // namespace aisopod
