// A whole life of an instance, in which each allocation fails once, each nth fails, or each nth
// thread can't be started. Whatever fails: nothing crashes, each call ends once, each thing that
// was handed over is released once, the instance ends, and the next one of a SINGLE plugin can be
// made.
#include "support/shortage.h"

#include <map>
#include <set>
#include <vector>

#include "support/event.h"
#include "support/running.h"
#include "support/thrifty.h"

namespace {

using namespace test;
using aisopod::Message;

// The host of one life: all of the core that runs on its thread may fail, and it itself does not.
class Life {
 public:
  void live() {
    desc_ = description();
    current = &plugin_;
    if (!make()) return;
    bool good = true;
    for (const Moment moment :
         {Moment::create, Moment::on_register, Moment::restore_state, Moment::on_init}) {
      good = good && run(moment);
    }
    if (good) serve();
    if (good) prepare_reload();
    begin(Moment::dispose);
    wait([&] { return ends_.count(Moment::dispose) != 0 && disposed_; }, "the end");
    CHECK_EQ(ends_[Moment::dispose], AISOPOD_OK);
    instance_.reset();
    check();
  }

 private:
  bool make() {
    InstanceOptions options;
    options.plugin_id = desc_.id;
    options.plugin_dir = "/a/folder/whose/name/takes/memory";
    options.kinds = {{AISOPOD_KIND_TOOL, aisopod::NameRule::unique}};
    options.limits = patient_limits();
    try {
      const NotExempt now;
      instance_ = Instance::make(embedder_.environment(), &desc_, options);
    } catch (const std::bad_alloc&) {
      return false;
    }
    REQUIRE(instance_ != nullptr);  // else a claim was left behind
    return true;
  }

  // Dispose never fails; the others may, and may throw before they begin.
  bool begin(Moment moment) {
    try {
      aisopod::SavedState state;
      if (moment == Moment::restore_state) state.bytes = piece_;
      const NotExempt now;
      if (moment == Moment::restore_state) instance_->begin_restore(std::move(state), kNoHurry);
      else if (moment == Moment::pause) instance_->pause(kNoHurry);
      else instance_->begin(moment, moment == Moment::on_init ? -1 : kNoHurry, Reason::close);
    } catch (const std::bad_alloc&) {
      CHECK(moment != Moment::dispose);
      return false;
    }
    return true;
  }

  bool run(Moment moment) {
    ends_.erase(moment);
    if (!begin(moment)) return false;
    wait([&] { return ends_.count(moment) != 0; }, "the end of a moment");
    return ends_[moment] == AISOPOD_OK;
  }

  void serve() {
    std::vector<uint64_t> tokens;
    for (int round = 0; round < 2; ++round) {
      for (const ThriftyTool& tool : kTools) {
        const bool pends = tool.fn == leave_pending;
        const uint64_t token =
            invoke(tool.name, pends && round == 1 ? 5 : kNoHurry, round == 0 ? 3 : 0);
        if (token != 0 && pends && round == 0) {
          const NotExempt now;
          instance_->calls.cancel(token, AISOPOD_E_CANCELLED);
        }
      }
      deliver();
      drain();
    }
    try {
      const NotExempt now;
      instance_->configure("{\"a\":\"text that takes memory\"}", kNoHurry);
      const Exempt again;
      wait([&] { return ends_.count(Moment::configure) != 0; }, "the end of a proposal");
    } catch (const std::bad_alloc&) {
    }
    wait([&] { return open_.empty(); }, "the ends of all calls");
  }

  // What has been saved is whole, however short memory was, and what came in the pause is not lost.
  void prepare_reload() {
    deliver();
    post(plugin_, 0, 0, nullptr);
    if (run(Moment::pause)) {
      deliver();
      aisopod_token cancelled = 0;
      for (const uint32_t flags : {0u, AISOPOD_F_CONTROL}) {
        const NotExempt now;
        post(plugin_, flags, 0, nullptr);
        if (post(plugin_, flags, 0, &cancelled) == AISOPOD_OK) {
          plugin_.host->cancel(plugin_.host, cancelled);
        }
      }
      if (run(Moment::save_state)) {
        const auto saved = take_saved();
        if (saved != nullptr) CHECK_EQ(saved->size(), kPieces * sizeof kPiece);
      }
    }
    instance_->resume();
  }

  std::shared_ptr<const aisopod::StateBytes> take_saved() {
    try {
      const NotExempt now;
      return instance_->take_saved().bytes;
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }

  uint64_t invoke(const char* tool, int64_t timeout_ms, uint32_t wants) {
    aisopod::CallRequest request;
    request.registration = tools_.at(tool);
    request.params = "{\"a\":\"text that takes memory\"}";
    request.timeout_ms = timeout_ms;
    request.wants = wants;
    Invoked result;
    {
      const NotExempt now;
      result = instance_->calls.invoke(std::move(request));
    }
    if (result.settled) return 0;
    open_.insert(result.token);
    return result.token;
  }

  void deliver() {
    const std::vector<uint64_t> tokens = {plugin_.events[0], plugin_.events[1]};
    for (int i = 0; i < 3; ++i) {
      aisopod::Event event{"some.topic", "host", "{\"a\":\"text that takes memory\"}", ""};
      const NotExempt now;
      instance_->subscriptions.deliver(tokens, std::move(event));
    }
  }

  void receive(Message& m) {
    switch (m.type) {
      case MessageType::moment: ends_[static_cast<Moment>(m.token)] = m.status; break;
      case MessageType::disposed: disposed_ = true; break;
      case MessageType::registration: tools_[m.b] = m.token; break;
      case MessageType::request: respond(m.token); break;
      case MessageType::stuck: ++stuck_; break;
      case MessageType::unstuck: --stuck_; break;
      default:
        if (settles(m.type)) CHECK_EQ(open_.erase(m.token), 1u);
    }
  }

  void respond(uint64_t request) {
    for (const bool more : {true, false}) {
      aisopod::Response response;
      response.json = "\"a response that takes memory\"";
      const NotExempt now;
      instance_->requests.respond(request, std::move(response), more);
    }
  }

  void drain() {
    for (auto left = aisopod::Drained::more; left != aisopod::Drained::all;) {
      const std::function<void(Message&)> take = [&](Message& m) {
        const Exempt own;
        receive(m);
      };
      const NotExempt now;
      left = embedder_.environment()->drain(take);
    }
  }

  void wait(const std::function<bool()>& so, const char* what) {
    eventually(what, [&] {
      drain();
      return so();
    });
  }

  void check() {
    CHECK_EQ(stuck_, 0);
    CHECK_EQ(plugin_.registrations.released.load(), plugin_.registrations.given.load());
    CHECK_EQ(plugin_.requests.released.load(), plugin_.requests.given.load());
    CHECK_EQ(plugin_.requests.lasts.load(), plugin_.requests.given.load());
    CHECK_EQ(plugin_.posts.released.load(), plugin_.posts.given.load());
    CHECK_EQ(plugin_.observers.released.load(), plugin_.observers.given.load());
  }

  Thrifty plugin_;
  aisopod_plugin_desc desc_ = {};
  Embedder embedder_;  // in its destructor nothing of the core may be left
  std::shared_ptr<Instance> instance_;
  const std::shared_ptr<const aisopod::StateBytes> piece_ =
      std::make_shared<const aisopod::StateBytes>(kPiece, kPiece + sizeof kPiece);
  std::map<Moment, aisopod_status> ends_;
  std::map<std::string, uint64_t> tools_;
  std::set<uint64_t> open_;
  int stuck_ = 0;
  bool disposed_ = false;
};

// Whether anything has failed.
bool live_with(Shortage::Of what, int64_t nth, bool again) {
  const Exempt main;
  const int before = failures().load();
  int64_t failed = 0;
  {
    const Shortage shortage(what, nth, again);
    Life().live();
    failed = Shortage::failures();
  }
  if (failures().load() != before) {
    give_up("that was with number " + std::to_string(nth) + (again ? ", again and again" : ""));
  }
  return failed != 0;
}

CASE("an instance lives without a shortage") {
  CHECK(!live_with(Shortage::Of::memory, 1'000'000'000, false));
}

CASE("each allocation may fail once") {
  int64_t nth = 1;
  while (live_with(Shortage::Of::memory, nth, false)) ++nth;
  CHECK(nth > 100);
}

CASE("each nth allocation may fail") {
  for (int64_t nth = 1; nth <= 100; ++nth) CHECK(live_with(Shortage::Of::memory, nth, true));
}

CASE("each thread may fail to start") {
  int64_t nth = 1;
  while (live_with(Shortage::Of::threads, nth, false)) ++nth;
  CHECK(nth > 4);
}

CASE("each nth thread may fail to start") {
  for (int64_t nth = 1; nth <= 6; ++nth) live_with(Shortage::Of::threads, nth, true);
}

}  // namespace
