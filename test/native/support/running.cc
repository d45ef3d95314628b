#include "support/running.h"

#include <limits>
#include <utility>

#include "support/harness.h"

namespace test {

Limits patient_limits() {
  Limits limits;
  limits.inline_ns = std::numeric_limits<int64_t>::max();
  return limits;
}

std::vector<ServedKind> served_kinds() {
  return {{AISOPOD_KIND_TOOL, NameRule::unique},
          {AISOPOD_KIND_COMMAND, NameRule::unique},
          {AISOPOD_KIND_HOOK, NameRule::repeatable}};
}

std::shared_ptr<Instance> make_instance(Embedder& embedder, const Plugin& plugin, Limits limits,
                                        std::vector<ServedKind> kinds) {
  InstanceOptions options;
  options.host_name = "test host";
  options.host_version = "1.2.3";
  options.plugin_id = plugin.desc.id;
  options.plugin_dir = "/nowhere";
  options.data_dir = plugin.address();
  options.config = "{\"answer\":42}";
  options.kinds = std::move(kinds);
  options.limits = limits;
  return Instance::make(embedder.environment(), &plugin.desc, std::move(options));
}

Received run_moment(Embedder& embedder, Instance& instance, Moment moment, int64_t limit_ms,
                    Reason reason) {
  const auto token = static_cast<uint64_t>(moment);
  const uint32_t id = instance.id();
  instance.begin(moment, limit_ms, reason);
  return embedder.take("the end of a moment", [&](const Received& m) {
    return m.type == MessageType::moment && m.token == token && m.instance == id;
  });
}

void dispose(Embedder& embedder, std::shared_ptr<Instance>& instance, Reason reason) {
  const uint32_t id = instance->id();
  CHECK_EQ(run_moment(embedder, *instance, Moment::dispose, kNoHurry, reason).status, AISOPOD_OK);
  embedder.take("disposed", [&](const Received& m) {
    return m.type == MessageType::disposed && m.instance == id;
  });
  instance.reset();
}

Running::Running(Embedder& embedder, const Plugin& plugin, Limits limits)
    : embedder_(embedder), instance_(make_instance(embedder, plugin, limits)) {
  for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
    const Received end = run_moment(embedder, *instance_, moment);
    if (end.status != AISOPOD_OK) give_up("a moment failed: " + end.a);
  }
  while (embedder.count(MessageType::registration) != 0) {
    const Received one = embedder.take(MessageType::registration);
    registrations_[one.b] = one.token;
  }
}

Running::~Running() { dispose(); }

void Running::dispose(Reason reason) {
  if (std::exchange(disposed_, true)) return;
  std::shared_ptr<Instance> instance = instance_;  // ours stays, for calls to the disposed one
  test::dispose(embedder_, instance, reason);
}

Invoked Running::invoke(const char* tool, const std::string& params, int64_t timeout_ms,
                        uint32_t wants, const std::string& meta) {
  aisopod::CallRequest request;
  request.registration = registrations_.at(tool);
  request.method = "invoke";
  request.params = params;
  request.meta = meta;
  request.timeout_ms = timeout_ms;
  request.wants = wants;
  return instance_->calls.invoke(std::move(request));
}

Received Running::call(const char* tool, const std::string& params, int64_t timeout_ms,
                       uint32_t wants, const std::string& meta) {
  Invoked result = invoke(tool, params, timeout_ms, wants, meta);
  if (!result.settled) return embedder_.ended(result.token);
  const aisopod::Message& m = result.message;
  return {m.type, m.instance, m.status, m.ascii, m.token, m.other, m.number, m.a, m.b, m.c};
}

}  // namespace test
