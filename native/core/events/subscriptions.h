// The subscriptions of one instance: checks each subscribe(), and passes events on.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "core/events/subscription.h"

namespace aisopod {

class Subscriptions {
 public:
  Subscriptions(Context& context, Registrations& registrations, Calls& calls, Instance* instance)
      : context_(context), registrations_(registrations), calls_(calls), instance_(instance) {}

  // [control] aisopod_api.subscribe. What is accepted is released with the registrations.
  aisopod_status add(const aisopod_subscription* def, aisopod_token* out, aisopod_error* err);

  // [host's thread] After on_register has returned. Unknown tokens are passed over. Never waits. An
  // event that there is no memory for counts as dropped.
  void deliver(const std::vector<uint64_t>& tokens, Event event) noexcept;
  // [host's thread] There was an event for this one, and no memory to make it.
  void drop(uint64_t token) noexcept;

  // [control], or [host's thread] where there is no on_init: it has returned in time, and what has
  // come since it began is delivered.
  void open();
  // [any thread] No event function begins after this.
  void close();

  // [host's thread] See Instance::pause(); the hold is kept by each that has something to deliver.
  void pause(const PauseHold& hold);
  void resume();

 private:
  aisopod_status check(const aisopod_subscription& def, std::string& why) const;

  Context& context_;
  Registrations& registrations_;
  Calls& calls_;
  Instance* const instance_;
  std::unordered_map<uint64_t, std::unique_ptr<Subscription>> items_;
};

}  // namespace aisopod
