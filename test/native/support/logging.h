// A plugin that writes to its log.
#pragma once

#include <string>

#include "support/running.h"

namespace test {

// A record with this message, and with what a test sets of it.
inline aisopod_log_record record_of(const char* message, size_t len = AISOPOD_NTS) {
  aisopod_log_record r = AISOPOD_INIT(aisopod_log_record);
  r.level = AISOPOD_LOG_INFO;
  r.message = message;
  r.message_len = len;
  return r;
}

struct Logging {
  explicit Logging(Limits limits = patient_limits()) : running(embedder, plugin, limits) {}

  aisopod_status log(const aisopod_log_record& record) {
    return plugin.host->log(plugin.host, &record);
  }
  aisopod_status log(const char* message, size_t len = AISOPOD_NTS) {
    return log(record_of(message, len));
  }
  aisopod_status log_fields(const char* fields, size_t len = AISOPOD_NTS) {
    aisopod_log_record r = record_of("line");
    r.fields = fields;
    r.fields_len = len;
    return log(r);
  }
  Received line() { return embedder.take(MessageType::log); }

  Plugin plugin;
  Embedder embedder;
  Running running;
};

}  // namespace test
