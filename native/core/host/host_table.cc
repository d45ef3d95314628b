// The C functions of aisopod_host. Each finds its instance and passes on; none lets an exception
// out. [any] unless the header says otherwise.
#include "core/host/host_slot.h"
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

// The payload of get_config(), with the text that it points to. The payload comes first, since
// payload_release() finds the rest by it.
struct OwnedPayload {
  aisopod_payload payload;
  std::string json;
};

aisopod_status AISOPOD_ABI log(const aisopod_host* host, const aisopod_log_record* record) {
  return with_instance(host, [&](Instance& i) { return i.log.write(record); });
}

const void* AISOPOD_ABI get_interface(const aisopod_host*, const char*) {
  return nullptr;  // none is defined yet
}

aisopod_status AISOPOD_ABI get_config(const aisopod_host* host, const aisopod_payload** out) {
  if (out != nullptr) *out = nullptr;
  return with_instance(host, [&](Instance& i) {
    if (out == nullptr) {
      return i.context.refusals.refuse("get_config", AISOPOD_E_INVALID, "out is NULL");
    }
    auto* const owned = new OwnedPayload{AISOPOD_INIT(aisopod_payload), i.config()};
    owned->payload.json = owned->json.c_str();
    owned->payload.len = owned->json.size();
    *out = &owned->payload;
    return aisopod_status{AISOPOD_OK};
  });
}

void AISOPOD_ABI payload_release(const aisopod_host*, const aisopod_payload* payload) {
  delete reinterpret_cast<const OwnedPayload*>(payload);
}

aisopod_status AISOPOD_ABI call_reply(const aisopod_host* host, aisopod_token call,
                                      const aisopod_payload* payload) {
  return with_instance(host, [&](Instance& i) { return i.calls.reply(call, payload); });
}

aisopod_status AISOPOD_ABI call_fail(const aisopod_host* host, aisopod_token call,
                                     const aisopod_failure* failure) {
  return with_instance(host, [&](Instance& i) { return i.calls.fail(call, failure); });
}

aisopod_status AISOPOD_ABI call_chunk(const aisopod_host* host, aisopod_token call,
                                      const aisopod_payload* payload, int64_t wait_ms) {
  return with_instance(host, [&](Instance& i) { return i.calls.chunk(call, payload, wait_ms); });
}

aisopod_status AISOPOD_ABI call_progress(const aisopod_host* host, aisopod_token call,
                                         const aisopod_progress* progress) {
  return with_instance(host, [&](Instance& i) { return i.calls.progress(call, progress); });
}

aisopod_status AISOPOD_ABI call_check(const aisopod_host* host, aisopod_token call) {
  return with_instance(host, [&](Instance& i) { return i.calls.check(call); });
}

int64_t AISOPOD_ABI call_remaining_ms(const aisopod_host* host, aisopod_token call) {
  int64_t left = 0;
  with_instance(host, [&](Instance& i) {
    left = i.calls.remaining_ms(call);
    return aisopod_status{AISOPOD_OK};
  });
  return left;
}

aisopod_status AISOPOD_ABI call_on_cancel(const aisopod_host* host, aisopod_token call,
                                          const aisopod_observer* observer) {
  return with_instance(host, [&](Instance& i) { return i.calls.on_cancel(call, observer); });
}

aisopod_status AISOPOD_ABI request(const aisopod_host* host, const aisopod_request* request,
                                   aisopod_token* out) {
  return with_instance(host, [&](Instance& i) { return i.requests.request(request, out); });
}

aisopod_status AISOPOD_ABI request_wait(const aisopod_host* host, aisopod_token request,
                                        int64_t wait_ms, const aisopod_response** out) {
  if (out != nullptr) *out = nullptr;
  return with_instance(host,
                       [&](Instance& i) { return i.requests.request_wait(request, wait_ms, out); });
}

void AISOPOD_ABI response_release(const aisopod_host*, const aisopod_response* response) {
  OwnedResponse::destroy(response);
}

aisopod_status AISOPOD_ABI publish(const aisopod_host* host,
                                   const aisopod_publication* publication) {
  return with_instance(host, [&](Instance& i) { return i.publisher.publish(publication); });
}

aisopod_status AISOPOD_ABI post(const aisopod_host* host, const aisopod_post* post,
                                aisopod_token* out) {
  return with_instance(host, [&](Instance& i) { return i.posts.post(post, out); });
}

aisopod_status AISOPOD_ABI cancel(const aisopod_host* host, aisopod_token token) {
  return with_instance(host, [&](Instance& i) { return i.cancel(token); });
}

}  // namespace

void fill_host_table(aisopod_host& host) {
  host.get_interface = get_interface;
  host.get_config = get_config;
  host.payload_release = payload_release;
  host.log = log;
  host.call_reply = call_reply;
  host.call_fail = call_fail;
  host.call_chunk = call_chunk;
  host.call_progress = call_progress;
  host.call_check = call_check;
  host.call_remaining_ms = call_remaining_ms;
  host.call_on_cancel = call_on_cancel;
  host.request = request;
  host.request_wait = request_wait;
  host.response_release = response_release;
  host.publish = publish;
  host.post = post;
  host.cancel = cancel;
}

}  // namespace aisopod
