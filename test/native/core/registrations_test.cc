// add() and subscribe(): what is refused and why, what is told to the host, what is released.
#include <cstring>
#include <memory>
#include <thread>

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

aisopod_registration tool_def(const char* name, void* user = nullptr) {
  aisopod_registration def = AISOPOD_INIT(aisopod_registration);
  def.kind = AISOPOD_KIND_TOOL;
  def.name = name;
  def.spec = "{}";
  def.spec_len = AISOPOD_NTS;
  def.handler = [](void*, const aisopod_request*) -> aisopod_status { return AISOPOD_OK; };
  def.user = user;
  return def;
}

// Runs on_register with the given body, and takes the instance down again.
struct Registering {
  explicit Registering(std::function<aisopod_status(const aisopod_api*, aisopod_error*)> body,
                       Limits limits = patient_limits()) {
    plugin.on_register = std::move(body);
    instance = make_instance(embedder, plugin, limits);
    REQUIRE(run_moment(embedder, *instance, Moment::create).status == AISOPOD_OK);
    end = run_moment(embedder, *instance, Moment::on_register);
  }
  ~Registering() {
    if (instance != nullptr) dispose(embedder, instance);
  }

  Plugin plugin;
  Embedder embedder;
  std::shared_ptr<Instance> instance;
  Heard end;
};

// What one add() answers, and the refusal that the host hears of.
struct Refusal {
  aisopod_status status = 0;
  std::string message;
  Heard heard;
};

Refusal refusal_of(const aisopod_registration& def, Limits limits = patient_limits()) {
  Refusal refusal;
  Registering run(
      [&](const aisopod_api* api, aisopod_error*) {
        aisopod_error err = AISOPOD_INIT(aisopod_error);
        refusal.status = api->add(api, &def, nullptr, &err);
        refusal.message = err.message;
        CHECK_EQ(err.code, refusal.status);
        return AISOPOD_OK;
      },
      limits);
  CHECK_EQ(run.embedder.count(MessageType::registration), 0u);
  if (run.embedder.count(MessageType::refusal) == 1) {
    refusal.heard = run.embedder.take(MessageType::refusal);
    CHECK_EQ(refusal.heard.status, refusal.status);
    CHECK_EQ(refusal.heard.c, refusal.message);
  }
  return refusal;
}

CASE("what is registered is told to the host with kind, name, spec, flags and token") {
  aisopod_reg token = 0;
  Registering run([&](const aisopod_api* api, aisopod_error* err) {
    aisopod_registration def = tool_def("calculate");
    def.spec = "{\"description\":\"adds\"}";
    def.flags = AISOPOD_F_PARALLEL;
    return api->add(api, &def, &token, err);
  });
  CHECK_EQ(run.end.status, AISOPOD_OK);
  const Heard heard = run.embedder.take(MessageType::registration);
  CHECK(token != 0 && heard.token == token);
  CHECK_EQ(heard.a, "tool");
  CHECK_EQ(heard.b, "calculate");
  CHECK_EQ(heard.c, "{\"description\":\"adds\"}");
  CHECK_EQ(heard.status, static_cast<int32_t>(AISOPOD_F_PARALLEL));
}

CASE("everything in the definition is copied before add() returns") {
  Registering run([&](const aisopod_api* api, aisopod_error* err) {
    char name[] = "first", kind[] = "tool", spec[] = "{\"a\":1}";
    aisopod_registration def = tool_def(name);
    def.kind = kind;
    def.spec = spec;
    const aisopod_status status = api->add(api, &def, nullptr, err);
    std::memset(name, 'x', 5);
    std::memset(kind, 'x', 4);
    std::memset(spec, 'x', 7);
    return status;
  });
  const Heard heard = run.embedder.take(MessageType::registration);
  CHECK_EQ(heard.a + heard.b + heard.c, "toolfirst{\"a\":1}");
}

CASE("a definition that is NULL, or whose size is 0, 3, short or huge is refused") {
  Registering run([&](const aisopod_api* api, aisopod_error*) {
    aisopod_error err = AISOPOD_INIT(aisopod_error);
    CHECK_EQ(api->add(api, nullptr, nullptr, &err), AISOPOD_E_INVALID);
    for (const uint32_t size :
         {0u, 3u, static_cast<uint32_t>(sizeof(aisopod_registration)) - 1, 65537u, ~0u}) {
      aisopod_registration def = tool_def("tool");
      def.struct_size = size;
      CHECK_EQ(api->add(api, &def, nullptr, &err), AISOPOD_E_INVALID);
      CHECK(std::strstr(err.message, "struct_size") != nullptr);
    }
    return AISOPOD_OK;
  });
  CHECK_EQ(run.embedder.count(MessageType::refusal), 6u);
  CHECK_EQ(run.embedder.count(MessageType::registration), 0u);
}

CASE("a definition of a size of 3 is not read beyond it") {
  Registering run([&](const aisopod_api* api, aisopod_error*) {
    const std::unique_ptr<uint32_t> only_size(new uint32_t(3));
    const auto* def = reinterpret_cast<const aisopod_registration*>(only_size.get());
    CHECK_EQ(api->add(api, def, nullptr, nullptr), AISOPOD_E_INVALID);
    return AISOPOD_OK;
  });
}

CASE("a larger definition of a later minor is accepted") {
  Registering run([&](const aisopod_api* api, aisopod_error* err) {
    struct Later {
      aisopod_registration now;
      void* more[4];
    } later = {tool_def("later"), {}};
    later.now.struct_size = sizeof later;
    return api->add(api, &later.now, nullptr, err);
  });
  CHECK_EQ(run.end.status, AISOPOD_OK);
  CHECK_EQ(run.embedder.count(MessageType::registration), 1u);
}

CASE("unknown flag bits are unsupported") {
  aisopod_registration def = tool_def("tool");
  def.flags = 1u << 2;
  CHECK_EQ(refusal_of(def).status, AISOPOD_E_UNSUPPORTED);
  def.flags = 1u << 31 | AISOPOD_F_INLINE;
  CHECK_EQ(refusal_of(def).status, AISOPOD_E_UNSUPPORTED);
}

CASE("a kind that the host does not serve is unsupported, and the plugin may go on") {
  aisopod_registration def = tool_def("tool");
  for (const char* kind : {"gadget", "Tool", "", AISOPOD_KIND_CHANNEL}) {
    def.kind = kind;
    const Refusal refusal = refusal_of(def);
    CHECK_EQ(refusal.status, AISOPOD_E_UNSUPPORTED);
    CHECK_EQ(refusal.heard.a, kind);
    CHECK_EQ(refusal.heard.b, "tool");
  }
}

CASE("a kind, a name or a handler that is NULL is refused") {
  aisopod_registration def = tool_def("tool");
  def.kind = nullptr;
  CHECK_EQ(refusal_of(def).status, AISOPOD_E_INVALID);
  def = tool_def(nullptr);
  CHECK_EQ(refusal_of(def).status, AISOPOD_E_INVALID);
  def = tool_def("tool");
  def.handler = nullptr;
  CHECK_EQ(refusal_of(def).status, AISOPOD_E_INVALID);
}

CASE("a name is [A-Za-z0-9][A-Za-z0-9_-]{0,63}") {
  const std::string longest(64, 'a'), longer(65, 'a'), endless(5000, 'a');
  for (const char* name : {"", "-a", "_a", "a b", "a.b", "a/b", "h\xD0\xB5lp", "a\n", "a\xFF",
                           longer.c_str(), endless.c_str()}) {
    const Refusal refusal = refusal_of(tool_def(name));
    CHECK_EQ(refusal.status, AISOPOD_E_INVALID);
    CHECK(refusal.message.find("[A-Za-z0-9]") != std::string::npos);
    CHECK(refusal.heard.b.size() <= 70);
  }
  Registering run([&](const aisopod_api* api, aisopod_error* err) {
    for (const char* name : {"a", "0", "A-", "a_b-C9", longest.c_str()}) {
      const aisopod_registration def = tool_def(name);
      CHECK_EQ(api->add(api, &def, nullptr, err), AISOPOD_OK);
    }
    return AISOPOD_OK;
  });
  CHECK_EQ(run.embedder.count(MessageType::registration), 5u);
}

CASE("a spec that is not JSON, or is too large, is refused") {
  aisopod_registration def = tool_def("tool");
  def.spec = "{oops}";
  Refusal refusal = refusal_of(def);
  CHECK_EQ(refusal.status, AISOPOD_E_INVALID);
  CHECK(refusal.message.find("spec of 'tool'") != std::string::npos);
  def.spec = nullptr;
  def.spec_len = 5;
  CHECK_EQ(refusal_of(def).status, AISOPOD_E_INVALID);
  Limits limits = patient_limits();
  limits.spec_bytes = 10;
  def.spec = "\"123456789\"";
  def.spec_len = AISOPOD_NTS;
  CHECK_EQ(refusal_of(def, limits).status, AISOPOD_E_TOO_LARGE);
}

CASE("the same name twice in a kind is refused whatever the case") {
  Registering run([&](const aisopod_api* api, aisopod_error*) {
    aisopod_error err = AISOPOD_INIT(aisopod_error);
    const aisopod_registration first = tool_def("Search");
    CHECK_EQ(api->add(api, &first, nullptr, &err), AISOPOD_OK);
    for (const char* name : {"Search", "search", "SEARCH"}) {
      const aisopod_registration again = tool_def(name);
      CHECK_EQ(api->add(api, &again, nullptr, &err), AISOPOD_E_EXISTS);
    }
    aisopod_registration command = tool_def("search");
    command.kind = AISOPOD_KIND_COMMAND;
    CHECK_EQ(api->add(api, &command, nullptr, &err), AISOPOD_OK);
    return AISOPOD_OK;
  });
  CHECK_EQ(run.embedder.count(MessageType::registration), 2u);
  CHECK_EQ(run.embedder.count(MessageType::refusal), 3u);
}

CASE("a name that was refused may be registered after all") {
  Registering run([&](const aisopod_api* api, aisopod_error* err) {
    aisopod_registration def = tool_def("tool");
    def.spec = "no";
    CHECK_EQ(api->add(api, &def, nullptr, nullptr), AISOPOD_E_INVALID);
    def.spec = "{}";
    return api->add(api, &def, nullptr, err);
  });
  CHECK_EQ(run.end.status, AISOPOD_OK);
}

CASE("hooks may repeat") {
  Registering run([&](const aisopod_api* api, aisopod_error* err) {
    aisopod_registration def = tool_def("BeforeToolExecute");
    def.kind = AISOPOD_KIND_HOOK;
    CHECK_EQ(api->add(api, &def, nullptr, err), AISOPOD_OK);
    return api->add(api, &def, nullptr, err);
  });
  CHECK_EQ(run.embedder.count(MessageType::registration), 2u);
}

CASE("no more is registered than the limit, and the host is not flooded with refusals") {
  Limits limits = patient_limits();
  limits.registrations = 3;
  Registering run(
      [&](const aisopod_api* api, aisopod_error*) {
        for (int i = 0; i < 100; ++i) {
          const std::string name = "tool" + std::to_string(i);
          const aisopod_registration def = tool_def(name.c_str());
          CHECK_EQ(api->add(api, &def, nullptr, nullptr), i < 3 ? AISOPOD_OK : AISOPOD_E_TOO_LARGE);
        }
        return AISOPOD_OK;
      },
      limits);
  CHECK_EQ(run.embedder.count(MessageType::registration), 3u);
  CHECK_EQ(run.embedder.count(MessageType::refusal), 3u);
}

CASE("the builder answers STATE before and after on_register") {
  const aisopod_api* kept = nullptr;
  Registering run([&](const aisopod_api* api, aisopod_error*) {
    kept = api;
    return AISOPOD_OK;
  });
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  const aisopod_registration def = tool_def("late");
  CHECK_EQ(kept->add(kept, &def, nullptr, &err), AISOPOD_E_STATE);
  CHECK(std::strstr(err.message, "on_register") != nullptr);
  CHECK_EQ(kept->subscribe(kept, nullptr, nullptr, &err), AISOPOD_E_STATE);
  dispose(run.embedder, run.instance);
  CHECK_EQ(kept->add(kept, &def, nullptr, &err), AISOPOD_E_STATE);
  CHECK_EQ(kept->subscribe(kept, nullptr, nullptr, &err), AISOPOD_E_STATE);
  CHECK_EQ(kept->add(nullptr, &def, nullptr, &err), AISOPOD_E_STATE);
}

CASE("the builder is refused on any thread but the control thread") {
  Registering run([&](const aisopod_api* api, aisopod_error*) {
    std::thread([&] {
      const aisopod_registration def = tool_def("elsewhere");
      CHECK_EQ(api->add(api, &def, nullptr, nullptr), AISOPOD_E_THREAD);
    }).join();
    return AISOPOD_OK;
  });
  CHECK_EQ(run.embedder.count(MessageType::registration), 0u);
}

CASE("the builder of one instance is refused on the control thread of another") {
  Plugin other;
  Registering run([&](const aisopod_api* api, aisopod_error*) {
    other.create = [&](aisopod_plugin** out, aisopod_error*) {
      const aisopod_registration def = tool_def("foreign");
      CHECK_EQ(api->add(api, &def, nullptr, nullptr), AISOPOD_E_THREAD);
      *out = reinterpret_cast<aisopod_plugin*>(&other);
      return AISOPOD_OK;
    };
    Embedder second;  // this thread is its host's thread
    std::shared_ptr<Instance> instance = make_instance(second, other);
    run_moment(second, *instance, Moment::create);
    dispose(second, instance);
    second.abandon(true);
    return AISOPOD_OK;
  });
  CHECK_EQ(run.embedder.count(MessageType::registration), 0u);
}

struct Named {
  Story* story;
  const char* name;
};

void AISOPOD_ABI tell_release(void* user) {
  const auto* named = static_cast<Named*>(user);
  named->story->tell(named->name);
}

CASE("each registration is released exactly once, newest first, before destroy") {
  Plugin plugin;
  Named a{&plugin.story, "a"}, b{&plugin.story, "b"}, c{&plugin.story, "c"};
  plugin.on_register = [&](const aisopod_api* api, aisopod_error* err) {
    for (Named* one : {&a, &b, &c}) {
      aisopod_registration def = tool_def(one->name, one);
      def.release = tell_release;
      CHECK_EQ(api->add(api, &def, nullptr, err), AISOPOD_OK);
    }
    return AISOPOD_OK;
  };
  Embedder embedder;
  { Running running(embedder, plugin); }
  CHECK_EQ(plugin.story.text(), "create, on_register, on_init, on_shutdown, c, b, a, destroy");
}

CASE("what was registered is released also when on_register fails, and what was refused is not") {
  Plugin plugin;
  Named a{&plugin.story, "a"}, b{&plugin.story, "b"};
  plugin.on_register = [&](const aisopod_api* api, aisopod_error*) {
    aisopod_registration def = tool_def("same", &a);
    def.release = tell_release;
    api->add(api, &def, nullptr, nullptr);
    def.user = &b;
    api->add(api, &def, nullptr, nullptr);
    return AISOPOD_E_FAIL;
  };
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  run_moment(embedder, *instance, Moment::create);
  CHECK_EQ(run_moment(embedder, *instance, Moment::on_register).status, AISOPOD_E_FAIL);
  dispose(embedder, instance);
  CHECK_EQ(plugin.story.text(), "create, on_register, a, destroy");
}

CASE("a release that throws does not keep the others from being released") {
  Plugin plugin;
  Named a{&plugin.story, "a"};
  plugin.on_register = [&](const aisopod_api* api, aisopod_error* err) {
    aisopod_registration def = tool_def("a", &a);
    def.release = tell_release;
    CHECK_EQ(api->add(api, &def, nullptr, err), AISOPOD_OK);
    def = tool_def("thrower", &a);
    def.release = [](void*) { throw 1; };
    return api->add(api, &def, nullptr, err);
  };
  Embedder embedder;
  { Running running(embedder, plugin); }
  CHECK_EQ(plugin.story.text(), "create, on_register, on_init, on_shutdown, a, destroy");
  CHECK(embedder.take(MessageType::notice).a.find("release of 'thrower'") != std::string::npos);
}

}  // namespace
