// A plugin with the one tool "tool", and what its handler, or the test in its place, does with a
// call.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "support/running.h"

namespace test {

using Handler = std::function<aisopod_status(const aisopod_call*)>;

// A handler that leaves every call pending, so that the test itself plays the plugin.
inline aisopod_status stay_pending(const aisopod_call*) { return AISOPOD_PENDING; }

struct OneTool {
  explicit OneTool(Handler handler, uint32_t flags = 0, Limits limits = patient_limits())
      : tool(plugin.tool("tool", flags, std::move(handler))), running(embedder, plugin, limits) {}

  aisopod_status reply(aisopod_token call, const char* json = "1", size_t len = AISOPOD_NTS) {
    return aisopod_reply(plugin.host, call, json, len);
  }
  aisopod_status fail(aisopod_token call, aisopod_status status = AISOPOD_E_FAIL,
                      const char* message = nullptr, const char* details = nullptr,
                      size_t len = 0) {
    return aisopod_fail_with(plugin.host, call, status, message, details, len);
  }
  aisopod_status chunk(aisopod_token call, const std::string& json = "1", int64_t wait_ms = 0) {
    return aisopod_chunk(plugin.host, call, json.data(), json.size(), wait_ms);
  }
  aisopod_status progress(aisopod_token call, double fraction = 0.5, const char* note = nullptr) {
    return aisopod_report_progress(plugin.host, call, fraction, note);
  }
  aisopod_status check(aisopod_token call) { return plugin.host->call_check(plugin.host, call); }
  int64_t remaining_ms(aisopod_token call) {
    return plugin.host->call_remaining_ms(plugin.host, call);
  }
  // The caller cancels.
  void cancel(aisopod_token call) { running->calls.cancel(call, AISOPOD_E_CANCELLED); }

  Plugin plugin;
  Tool& tool;
  Embedder embedder;
  Running running;
};

}  // namespace test
