// What an inline handler does to the floating point of the host's thread is put right after it.
#include "core/threads/float_control.h"

#include <cfenv>

#include "support/harness.h"
#include "support/running.h"

namespace {

using namespace test;
using aisopod::MessageType;

aisopod_status answer(const Plugin& plugin, const aisopod_call* call) {
  return aisopod_reply(plugin.host, call->token, "1", 1);
}

CASE("the rounding of the host's thread is the same after an inline handler that changed it") {
  Plugin plugin;
  plugin.tool("tool", AISOPOD_F_INLINE, [&](const aisopod_call* call) {
    std::fesetround(FE_UPWARD);
    return answer(plugin, call);
  });
  Embedder embedder;
  Running running(embedder, plugin);
  const volatile double one = 1, three = 3;
  const double before = one / three;
  running.invoke("tool");
  CHECK_EQ(std::fegetround(), FE_TONEAREST);
  CHECK(one / three == before);
}

#if defined(__SSE2__)
CASE("tiny numbers are not flushed to zero after an inline handler that wanted it") {
  Plugin plugin;
  plugin.tool("tool", AISOPOD_F_INLINE, [&](const aisopod_call* call) {
    _mm_setcsr(_mm_getcsr() | 0x8040);  // flush to zero, denormals are zero
    return answer(plugin, call);
  });
  Embedder embedder;
  Running running(embedder, plugin);
  running.invoke("tool");
  const volatile double tiny = 5e-324, one = 1;
  CHECK(tiny * one > 0);
}
#endif

CASE("it is reported once for each registration") {
  Plugin plugin;
  plugin.tool("tool", AISOPOD_F_INLINE, [&](const aisopod_call* call) {
    std::fesetround(FE_DOWNWARD);
    return answer(plugin, call);
  });
  Embedder embedder;
  Running running(embedder, plugin);
  running.invoke("tool");
  running.invoke("tool");
  const auto notice = embedder.take(MessageType::notice);
  CHECK(notice.a.find("'tool'") != std::string::npos);
  CHECK(notice.a.find("floating point") != std::string::npos);
  embedder.drain();
  CHECK_EQ(embedder.count(MessageType::notice), size_t{0});
}

CASE("a handler that only computes changes nothing that is reported") {
  Plugin plugin;
  plugin.tool("tool", AISOPOD_F_INLINE, [&](const aisopod_call* call) {
    const volatile double zero = 0, one = 1;
    (void)(one / zero);  // records an exception, which is no change of control
    return answer(plugin, call);
  });
  Embedder embedder;
  Running running(embedder, plugin);
  running.invoke("tool");
  embedder.drain();
  CHECK_EQ(embedder.count(MessageType::notice), size_t{0});
}

}  // namespace
