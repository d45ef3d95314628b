// What a plugin publishes: handed to the host, which finds the subscribers.
#pragma once

#include <memory>

#include "core/environment/budget.h"
#include "core/instance/context.h"

namespace aisopod {

class Instance;

class Publisher {
 public:
  Publisher(Context& context, Instance* instance) : context_(context), instance_(instance) {}

  // [any thread] aisopod_host.publish
  aisopod_status publish(const aisopod_publication* publication);

 private:
  Context& context_;
  Instance* const instance_;
  const std::shared_ptr<Budget> unread_ = std::make_shared<Budget>();
};

}  // namespace aisopod
