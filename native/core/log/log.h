// What a plugin writes to its log: bounded, since JavaScript may be busy while it writes.
#pragma once

#include <atomic>
#include <memory>

#include "core/environment/budget.h"
#include "core/instance/context.h"

namespace aisopod {

class Instance;

class Log {
 public:
  Log(Context& context, Instance* instance) : context_(context), instance_(instance) {}

  // [any thread] aisopod_host.log
  aisopod_status write(const aisopod_log_record* record);

 private:
  aisopod_status drop();

  Context& context_;
  Instance* const instance_;
  const std::shared_ptr<Budget> unread_ = std::make_shared<Budget>();
  const std::shared_ptr<std::atomic<size_t>> lost_ =
      std::make_shared<std::atomic<size_t>>(0);  // since it was last reported
  std::atomic<bool> unreported_{false};          // there was no memory for the message
};

}  // namespace aisopod
