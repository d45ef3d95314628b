#include "core/instance/instance.h"

#include "core/host/host_slot.h"
#include "core/instance/single.h"
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
                                         const aisopod_plugin_desc* desc, InstanceOptions options,
                                         std::string* holder) {
  if (!claim_single(*desc, options.plugin_dir, holder)) return nullptr;
  std::shared_ptr<Instance> instance(new Instance(environment, desc, std::move(options)));
  instance->slot_->attach(instance);
  environment->adopt(instance);
  return instance;
}

Instance::Instance(const std::shared_ptr<Environment>& environment, const aisopod_plugin_desc* desc,
                   InstanceOptions options)
    : context(next_id(), environment, options.limits),
      registrations(context, std::move(options.kinds)),
      calls(context, registrations, this,
            [this](uint64_t call, aisopod_status why) { requests.parent_ended(call, why); }),
      subscriptions(context, registrations, calls, this),
      publisher(context, this),
      requests(context, calls, this),
      posts(context, calls, this),
      log(context, this),
      desc_(desc),
      plugin_id_(options.plugin_id),
      config_(std::move(options.config)),
      slot_(HostSlot::make(options)),
      host_(slot_->host()) {
  count_instance(+1);
}

Instance::~Instance() = default;

bool Instance::is_control_thread() const {
  const ThreadTag& here = thread_tag();
  return here.tag == Tag::control && here.instance == this;
}

void Instance::find_meta(uint64_t token, std::string& out) {
  if (!calls.find_meta(token, out)) origins.find(token, out);
}

}  // namespace aisopod
