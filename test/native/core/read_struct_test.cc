// Every struct that a plugin passes is read by the same steps: its size, what the host does not
// know of it, its reserved members, its flags. Each copy has exactly the bytes that may be read, so
// that a sanitizer sees one that is read too far.
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/harness.h"
#include "support/logging.h"
#include "support/one_tool.h"

namespace {

using namespace test;

// How one struct is passed.
template <class T>
struct Way {
  T good;
  std::function<aisopod_status(const T*)> pass;
  aisopod_status null = AISOPOD_E_INVALID;  // what NULL is
};

template <class T>
aisopod_status pass_bytes(const Way<T>& way, uint32_t struct_size, size_t bytes,
                          size_t set_byte = 0) {
  const std::unique_ptr<unsigned char[]> copy(new unsigned char[bytes]());
  std::memcpy(copy.get(), &way.good, std::min(bytes, sizeof(T)));
  std::memcpy(copy.get(), &struct_size, sizeof struct_size);
  if (set_byte != 0) copy[set_byte] = 1;
  return way.pass(reinterpret_cast<const T*>(copy.get()));
}

template <class T>
void check_sizes(const Way<T>& way) {
  constexpr auto size = static_cast<uint32_t>(sizeof(T));
  CHECK_EQ(way.pass(nullptr), way.null);
  CHECK_EQ(pass_bytes(way, size, size), AISOPOD_OK);
  for (const uint32_t small : {0u, 4u, 8u, size - 8, size - 4}) {  // below the size in 1.0
    CHECK_EQ(pass_bytes(way, small, std::max(small, 4u)), AISOPOD_E_INVALID);
  }
  for (const uint32_t odd : {size - 1, size + 1, size + 2, size + 3}) {  // no multiple of 4
    CHECK_EQ(pass_bytes(way, odd, odd), AISOPOD_E_INVALID);
  }
  for (const uint32_t huge : {65537u, 65540u, 0x80000000u, 0xFFFFFFFCu}) {  // above 65536
    CHECK_EQ(pass_bytes(way, huge, size), AISOPOD_E_INVALID);
  }
  for (const uint32_t longer : {size + 4, size + 8, 4096u, 65536u}) {
    CHECK_EQ(pass_bytes(way, longer, longer), AISOPOD_OK);
    for (const uint32_t at : {size, size + 3, longer - 1}) {
      CHECK_EQ(pass_bytes(way, longer, longer, at), AISOPOD_E_UNSUPPORTED);
    }
  }
}

template <class T>
void check_flags(const Way<T>& way, uint32_t known) {
  for (uint32_t bit = 1; bit != 0; bit <<= 1) {
    T with = way.good;
    with.flags = bit;
    if ((known & bit) == 0) CHECK_EQ(way.pass(&with), AISOPOD_E_UNSUPPORTED);
    else CHECK_EQ(way.pass(&with), AISOPOD_OK);
  }
  T with = way.good;
  with.flags = ~0u;
  CHECK_EQ(way.pass(&with), AISOPOD_E_UNSUPPORTED);
}

// A reserved member is judged before the flags, and after the size.
template <class T>
void check_reserved(const Way<T>& way) {
  T with = way.good;
  with.reserved0 = &with;
  CHECK_EQ(way.pass(&with), AISOPOD_E_INVALID);
  with.flags = ~0u;
  CHECK_EQ(way.pass(&with), AISOPOD_E_INVALID);
  const Way<T> both{with, way.pass};
  CHECK_EQ(pass_bytes(both, sizeof(T) + 8, sizeof(T) + 8, sizeof(T)), AISOPOD_E_UNSUPPORTED);
}

// A plugin whose calls stay pending, and the structs that are passed to its host.
struct Passing : OneTool {
  Passing() : OneTool(stay_pending, AISOPOD_F_INLINE), host(plugin.host) {}
  uint64_t call() { return running.invoke("tool").token; }

  Way<aisopod_payload> payload(std::function<aisopod_status(const aisopod_payload*)> pass) const {
    return {aisopod_payload_of("1", 1), std::move(pass), AISOPOD_OK};  // NULL is null
  }
  Way<aisopod_observer> observer() {
    Way<aisopod_observer> way{AISOPOD_INIT(aisopod_observer), [this](const aisopod_observer* o) {
                                return host->call_on_cancel(host, call(), o);
                              }};
    way.good.fn = [](void*, const aisopod_cancellation*) {};
    return way;
  }
  Way<aisopod_request> request() {
    Way<aisopod_request> way{AISOPOD_INIT(aisopod_request), [this](const aisopod_request* r) {
                               uint64_t token = 0;
                               return host->request(host, r, &token);
                             }};
    way.good.method = "m";
    return way;
  }
  Way<aisopod_publication> publication() {
    Way<aisopod_publication> way{
        AISOPOD_INIT(aisopod_publication),
        [this](const aisopod_publication* p) { return host->publish(host, p); }};
    way.good.topic = "t";
    return way;
  }
  Way<aisopod_post> post() {
    Way<aisopod_post> way{AISOPOD_INIT(aisopod_post),
                          [this](const aisopod_post* p) { return host->post(host, p, nullptr); }};
    way.good.fn = [](void*, const aisopod_task*) {};
    return way;
  }
  Way<aisopod_progress> progress() {
    return {AISOPOD_INIT(aisopod_progress), [this, one = call()](const aisopod_progress* p) {
              return host->call_progress(host, one, p);
            }};
  }

  const aisopod_host* const host;
};

CASE("a payload of call_reply() is read so") {
  Passing p;
  const auto way = p.payload(
      [&](const aisopod_payload* one) { return p.host->call_reply(p.host, p.call(), one); });
  check_sizes(way);
  check_flags(way, 0);
}

CASE("a payload of call_chunk() is read so") {
  Passing p;
  const auto way = p.payload(
      [&](const aisopod_payload* one) { return p.host->call_chunk(p.host, p.call(), one, 0); });
  check_sizes(way);
  check_flags(way, 0);
}

CASE("the payload of a publication is read so") {
  Passing p;
  const auto way = p.payload([&](const aisopod_payload* one) {
    aisopod_publication publication = p.publication().good;
    publication.payload = one;
    return p.host->publish(p.host, &publication);
  });
  check_sizes(way);
  check_flags(way, 0);
}

CASE("the params of a request are read so") {
  Passing p;
  const auto way = p.payload([&](const aisopod_payload* one) {
    aisopod_request request = p.request().good;
    request.params = one;
    return p.host->request(p.host, &request, nullptr);
  });
  check_sizes(way);
  check_flags(way, 0);
}

CASE("a failure is read so") {
  Passing p;
  const Way<aisopod_failure> way{AISOPOD_INIT(aisopod_failure), [&](const aisopod_failure* f) {
                                   return p.host->call_fail(p.host, p.call(), f);
                                 }};
  check_sizes(way);
}

CASE("a progress is read so") {
  Passing p;
  check_sizes(p.progress());
  check_flags(p.progress(), 0);
}

CASE("an observer is read so") {
  Passing p;
  check_sizes(p.observer());
  check_flags(p.observer(), 0);
  check_reserved(p.observer());
}

CASE("a request is read so") {
  Passing p;
  check_sizes(p.request());
  check_flags(p.request(), AISOPOD_REQUEST_STREAM);
  check_reserved(p.request());
}

CASE("a publication is read so") {
  Passing p;
  check_sizes(p.publication());
  check_flags(p.publication(), 0);
}

CASE("a post is read so") {
  Passing p;
  check_sizes(p.post());
  check_flags(p.post(), AISOPOD_F_PARALLEL | AISOPOD_F_CONTROL);
}

CASE("a log record is read so") {
  Passing p;
  check_sizes(Way<aisopod_log_record>{
      record_of("line"), [&](const aisopod_log_record* r) { return p.host->log(p.host, r); }});
}

// Runs `check` in on_register(), where alone the builder may be used.
void in_on_register(const std::function<void(const aisopod_api*)>& check) {
  Plugin plugin;
  plugin.on_register = [&](const aisopod_api* api, aisopod_error*) {
    check(api);
    return AISOPOD_OK;
  };
  Embedder embedder;
  Running running(embedder, plugin);
}

aisopod_status ignore(void*, const aisopod_call*) { return AISOPOD_E_FAIL; }

// A registration under a name of its own each time.
Way<aisopod_registration> registering(const aisopod_api* api, std::vector<std::string>& names) {
  Way<aisopod_registration> way{AISOPOD_INIT(aisopod_registration),
                                [api, &names](const aisopod_registration* r) {
                                  if (r == nullptr || r->struct_size < sizeof *r)
                                    return api->add(api, r, nullptr, nullptr);
                                  names.push_back("tool" + std::to_string(names.size()));
                                  const_cast<aisopod_registration*>(r)->name = names.back().c_str();
                                  return api->add(api, r, nullptr, nullptr);
                                }};
  way.good.kind = AISOPOD_KIND_TOOL;
  way.good.name = "tool";
  way.good.fn = ignore;
  return way;
}

CASE("a registration is read so") {
  in_on_register([](const aisopod_api* api) {
    std::vector<std::string> names;
    const auto way = registering(api, names);
    check_sizes(way);
    check_flags(way, AISOPOD_F_PARALLEL | AISOPOD_F_INLINE);
  });
}

CASE("the spec of a registration is read so") {
  in_on_register([](const aisopod_api* api) {
    std::vector<std::string> names;
    const auto way = registering(api, names);
    const Way<aisopod_payload> spec{aisopod_payload_of("{}", 2),
                                    [&](const aisopod_payload* one) {
                                      aisopod_registration with = way.good;
                                      with.spec = one;
                                      return way.pass(&with);
                                    },
                                    AISOPOD_OK};
    check_sizes(spec);
    check_flags(spec, 0);
  });
}

CASE("a subscription is read so") {
  in_on_register([](const aisopod_api* api) {
    Way<aisopod_subscription> way{
        AISOPOD_INIT(aisopod_subscription),
        [api](const aisopod_subscription* s) { return api->subscribe(api, s, nullptr, nullptr); }};
    way.good.pattern = "t";
    way.good.fn = [](void*, const aisopod_event*) {};
    check_sizes(way);
    check_flags(way, AISOPOD_F_PARALLEL);
  });
}

CASE("what is refused for its struct is not read, and nothing is done") {
  Passing p;
  aisopod_log_record record = record_of("line");
  record.struct_size = 0;
  record.message = reinterpret_cast<const char*>(uintptr_t{1});  // reading it would crash
  CHECK_EQ(p.host->log(p.host, &record), AISOPOD_E_INVALID);
  CHECK_EQ(p.embedder.count(MessageType::log), 0u);
}

CASE("the log says which struct was refused, and how it starts") {
  Passing p;
  aisopod_progress progress = AISOPOD_INIT(aisopod_progress);
  const uint64_t call = p.call();
  progress.struct_size = 6;
  p.host->call_progress(p.host, call, &progress);
  CHECK_EQ(p.embedder.take(MessageType::notice).a,
           "call_progress(): the struct_size of aisopod_progress is 6; it starts as "
           "AISOPOD_INIT(aisopod_progress)");
  progress.struct_size = sizeof progress;
  progress.flags = 5;
  p.host->call_progress(p.host, call, &progress);
  CHECK_EQ(p.embedder.take(MessageType::notice).a,
           "call_progress(): the flags of aisopod_progress have the unknown bits 5");
}

}  // namespace
