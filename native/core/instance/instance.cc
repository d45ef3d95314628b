#include "core/instance/instance.h"

#include "core/host/host_slot.h"
#include "core/instance/single.h"
#include "core/instance/watch.h"
#include "core/threads/ledger.h"
#include "core/threads/thread_tag.h"

namespace aisopod {

uint32_t next_id() {
  static std::atomic<uint32_t> last{0};
  return ++last;
}

uint64_t next_token() {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

std::shared_ptr<Instance> Instance::make(const std::shared_ptr<Environment>& environment,
                                         const aisopod_plugin_desc* from, InstanceOptions options,
                                         std::string* holder) {
  const auto desc = std::make_shared<const Descriptor>(*from);
  if (!claim_single(*desc, options.plugin_dir, holder)) return nullptr;
  std::shared_ptr<Instance> instance;
  try {
    auto slot = std::make_unique<HostSlot>(options);
    instance.reset(new Instance(environment, desc, slot.get(), std::move(options)));
    environment->adopt(instance);
    HostSlot::keep(std::move(slot));
  } catch (...) {
    release_single(*desc);
    throw;
  }
  instance->slot_->attach(instance);
  count_instance(+1);
  return instance;
}

Instance::Instance(const std::shared_ptr<Environment>& environment,
                   std::shared_ptr<const Descriptor> desc, HostSlot* slot, InstanceOptions options)
    : context(next_id(), options.plugin_id, environment, options.limits),
      registrations(context, std::move(options.kinds)),
      calls(context, registrations, this,
            [this](uint64_t call, aisopod_status why) { requests.parent_ended(call, why); }),
      subscriptions(context, registrations, calls, this),
      publisher(context, this),
      requests(context, calls, this),
      posts(context, calls, this),
      log(context, this),
      writer(context),
      descriptor_(std::move(desc)),
      desc_(*descriptor_),
      config_(std::move(options.config)),
      slot_(slot),
      host_(slot->host()),
      last_watch_(std::make_shared<Watch>()),
      last_job_(std::make_unique<MomentJob>()) {}

Instance::~Instance() = default;

bool Instance::take_next(Message& message) noexcept {
  message.type = MessageType::disposed;
  message.instance = id();
  message.self = shared_from_this();
  return owes_disposed_.exchange(false);
}

bool Instance::is_control_thread() const {
  const ThreadTag& here = thread_tag();
  return here.tag == Tag::control && here.instance == this;
}

void Instance::find_meta(uint64_t token, std::string& out) {
  if (!calls.find_meta(token, out)) origins.find(token, out);
}

}  // namespace aisopod
