// add(): what is refused and why, what the host receives, what is released.
#include <cstring>
#include <memory>
#include <thread>

#include "support/event.h"
#include "support/registering.h"

namespace {

using namespace test;

// What one add() returns, and the refusal that the host receives.
struct Refusal {
  aisopod_status status = 0;
  std::string message;
  Received received;
};

Refusal refusal_of(const aisopod_registration& def, Limits limits = patient_limits()) {
  Refusal refusal;
  Registering run(
      [&](const aisopod_api* api, aisopod_error*) {
        aisopod_error err = AISOPOD_INIT(aisopod_error);
        refusal.status = api->add(api, &def, nullptr, &err);
        refusal.message = err.message;
        CHECK_EQ(err.status, refusal.status);
        return AISOPOD_OK;
      },
      limits);
  CHECK_EQ(run.embedder.count(MessageType::registration), 0u);
  if (run.embedder.count(MessageType::refusal) == 1) {
    refusal.received = run.embedder.take(MessageType::refusal);
    CHECK_EQ(refusal.received.status, refusal.status);
    CHECK_EQ(refusal.received.c, refusal.message);
  }
  return refusal;
}

CASE("a registration reaches the host with kind, name, spec, flags and token") {
  aisopod_token token = 0;
  Registering run([&](const aisopod_api* api, aisopod_error* err) {
    aisopod_registration def = tool_def("calculate");
    const aisopod_payload spec = aisopod_payload_of("{\"description\":\"adds\"}", AISOPOD_NTS);
    def.spec = &spec;
    def.flags = AISOPOD_F_PARALLEL;
    return api->add(api, &def, &token, err);
  });
  CHECK_EQ(run.end.status, AISOPOD_OK);
  const Received received = run.embedder.take(MessageType::registration);
  CHECK(token != 0 && received.token == token);
  CHECK_EQ(received.a, "tool");
  CHECK_EQ(received.b, "calculate");
  CHECK_EQ(received.c, "{\"description\":\"adds\"}");
  CHECK_EQ(received.status, static_cast<int32_t>(AISOPOD_F_PARALLEL));
}

CASE("add() copies the whole definition before it returns") {
  Registering run([&](const aisopod_api* api, aisopod_error* err) {
    char name[] = "first", kind[] = "tool", spec[] = "{\"a\":1}";
    aisopod_registration def = tool_def(name);
    def.kind = kind;
    aisopod_payload payload = aisopod_payload_of(spec, AISOPOD_NTS);
    def.spec = &payload;
    const aisopod_status status = api->add(api, &def, nullptr, err);
    payload = aisopod_payload_of(nullptr, 5);
    std::memset(name, 'x', 5);
    std::memset(kind, 'x', 4);
    std::memset(spec, 'x', 7);
    return status;
  });
  const Received received = run.embedder.take(MessageType::registration);
  CHECK_EQ(received.a + received.b + received.c, "toolfirst{\"a\":1}");
}

CASE("a definition that is NULL, or whose size is 0, 3, short or huge is refused") {
  Registering run([&](const aisopod_api* api, aisopod_error*) {
    aisopod_error err = AISOPOD_INIT(aisopod_error);
    CHECK_EQ(api->add(api, nullptr, nullptr, &err), AISOPOD_E_INVALID);
    for (const uint32_t size :
         {0u, 3u, static_cast<uint32_t>(sizeof(aisopod_registration)) - 8, 58u, 65540u, ~0u}) {
      aisopod_registration def = tool_def("tool");
      def.struct_size = size;
      CHECK_EQ(api->add(api, &def, nullptr, &err), AISOPOD_E_INVALID);
      CHECK(std::strstr(err.message, "struct_size") != nullptr);
    }
    return AISOPOD_OK;
  });
  CHECK_EQ(run.embedder.count(MessageType::refusal), 7u);
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

CASE("a larger definition of a later minor is accepted while its new members are zero") {
  Registering run([&](const aisopod_api* api, aisopod_error* err) {
    struct Later {
      aisopod_registration now;
      void* more[4];
    } later = {tool_def("later"), {}};
    later.now.struct_size = sizeof later;
    later.more[3] = &later;
    CHECK_EQ(api->add(api, &later.now, nullptr, nullptr), AISOPOD_E_UNSUPPORTED);
    later.more[3] = nullptr;
    return api->add(api, &later.now, nullptr, err);
  });
  CHECK_EQ(run.end.status, AISOPOD_OK);
  CHECK_EQ(run.embedder.count(MessageType::registration), 1u);
}

CASE("unknown flag bits, also CONTROL, are unsupported, and a fault of the plugin") {
  aisopod_registration def = tool_def("tool");
  for (const uint32_t flags : {AISOPOD_F_CONTROL, 1u << 31 | AISOPOD_F_INLINE, 8u}) {
    def.flags = flags;
    const Refusal refusal = refusal_of(def);
    CHECK_EQ(refusal.status, AISOPOD_E_UNSUPPORTED);
    CHECK_EQ(refusal.received.a, "tool");
    CHECK_EQ(refusal.received.b, "tool");
    CHECK_EQ(refusal.received.other, 0u);
  }
}

CASE("a kind that the host does not serve is unsupported, and no fault of the plugin") {
  aisopod_registration def = tool_def("tool");
  for (const char* kind : {"gadget", "Tool", "", AISOPOD_KIND_CHANNEL}) {
    def.kind = kind;
    const Refusal refusal = refusal_of(def);
    CHECK_EQ(refusal.status, AISOPOD_E_UNSUPPORTED);
    CHECK_EQ(refusal.received.a, kind);
    CHECK_EQ(refusal.received.b, "tool");
    CHECK_EQ(refusal.received.other, 1u);
  }
}

CASE("of a kind that the host does not serve, only the struct and its flags are judged") {
  aisopod_registration def = tool_def("not a name");
  def.kind = "gadget";
  def.fn = nullptr;
  const aisopod_payload spec = aisopod_payload_of("{oops}", AISOPOD_NTS);
  def.spec = &spec;
  CHECK_EQ(refusal_of(def).received.other, 1u);
  def.flags = 8;
  const Refusal refusal = refusal_of(def);
  CHECK_EQ(refusal.status, AISOPOD_E_UNSUPPORTED);
  CHECK_EQ(refusal.received.other, 0u);
}

CASE("a kind, a name or a handler that is NULL is refused") {
  aisopod_registration def = tool_def("tool");
  def.kind = nullptr;
  CHECK_EQ(refusal_of(def).status, AISOPOD_E_INVALID);
  def = tool_def(nullptr);
  CHECK_EQ(refusal_of(def).status, AISOPOD_E_INVALID);
  def = tool_def("tool");
  def.fn = nullptr;
  CHECK_EQ(refusal_of(def).status, AISOPOD_E_INVALID);
}

CASE("a name is [A-Za-z0-9][A-Za-z0-9_-]{0,63}") {
  const std::string longest(64, 'a'), longer(65, 'a'), endless(5000, 'a');
  for (const char* name : {"", "-a", "_a", "a b", "a.b", "a/b", "h\xD0\xB5lp", "a\n", "a\xFF",
                           longer.c_str(), endless.c_str()}) {
    const Refusal refusal = refusal_of(tool_def(name));
    CHECK_EQ(refusal.status, AISOPOD_E_INVALID);
    CHECK(refusal.message.find("[A-Za-z0-9]") != std::string::npos);
    CHECK(refusal.received.b.size() <= 70);
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
  aisopod_payload spec = aisopod_payload_of("{oops}", AISOPOD_NTS);
  def.spec = &spec;
  const Refusal refusal = refusal_of(def);
  CHECK_EQ(refusal.status, AISOPOD_E_INVALID);
  CHECK(refusal.message.find("spec of 'tool'") != std::string::npos);
  CHECK_EQ(refusal.received.other, 0u);
  spec = aisopod_payload_of(nullptr, 5);
  CHECK_EQ(refusal_of(def).status, AISOPOD_E_INVALID);
  Limits limits = patient_limits();
  limits.spec_bytes = 10;
  spec = aisopod_payload_of("\"123456789\"", AISOPOD_NTS);
  CHECK_EQ(refusal_of(def, limits).status, AISOPOD_E_TOO_LARGE);
}

CASE("a spec whose payload breaks a rule is refused") {
  aisopod_registration def = tool_def("tool");
  aisopod_payload spec = kSpec;
  def.spec = &spec;
  for (const uint32_t size : {0u, static_cast<uint32_t>(sizeof spec) - 8, 26u, 65540u}) {
    spec.struct_size = size;
    CHECK_EQ(refusal_of(def).status, AISOPOD_E_INVALID);
  }
  spec = kSpec;
  spec.flags = 1;
  const Refusal refusal = refusal_of(def);
  CHECK_EQ(refusal.status, AISOPOD_E_UNSUPPORTED);
  CHECK_EQ(refusal.received.other, 0u);
}

CASE("a spec that is NULL, and one of length 0, is null") {
  Registering run([&](const aisopod_api* api, aisopod_error* err) {
    aisopod_registration def = tool_def("first");
    def.spec = nullptr;
    CHECK_EQ(api->add(api, &def, nullptr, err), AISOPOD_OK);
    def = tool_def("second");
    const aisopod_payload spec = aisopod_payload_of(nullptr, 0);
    def.spec = &spec;
    return api->add(api, &def, nullptr, err);
  });
  for (int i = 0; i < 2; ++i) {
    CHECK_EQ(run.embedder.take(MessageType::registration).c, "null");
  }
}

CASE("a spec may be 128 levels deep, and no deeper") {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  const std::string deep = nested(128), deeper = nested(129);
  aisopod_registration def = tool_def("tool");
  aisopod_payload spec = aisopod_payload_of(deeper.c_str(), deeper.size());
  def.spec = &spec;
  CHECK_EQ(refusal_of(def).status, AISOPOD_E_INVALID);
  Registering run([&](const aisopod_api* api, aisopod_error* err) {
    spec = aisopod_payload_of(deep.c_str(), deep.size());
    return api->add(api, &def, nullptr, err);
  });
  CHECK_EQ(run.embedder.take(MessageType::registration).c, deep);
}

CASE("one name may be registered in two kinds") {
  Registering run([&](const aisopod_api* api, aisopod_error* err) {
    for (const char* kind : {AISOPOD_KIND_TOOL, AISOPOD_KIND_COMMAND}) {
      const aisopod_registration def = def_of(kind, "search");
      CHECK_EQ(api->add(api, &def, nullptr, err), AISOPOD_OK);
    }
    return AISOPOD_OK;
  });
  CHECK_EQ(run.embedder.count(MessageType::registration), 2u);
}

CASE("a name that was refused may be registered after all") {
  Registering run([&](const aisopod_api* api, aisopod_error* err) {
    aisopod_registration def = tool_def("tool");
    const aisopod_payload bad = aisopod_payload_of("no", AISOPOD_NTS);
    def.spec = &bad;
    CHECK_EQ(api->add(api, &def, nullptr, nullptr), AISOPOD_E_INVALID);
    def.spec = &kSpec;
    return api->add(api, &def, nullptr, err);
  });
  CHECK_EQ(run.end.status, AISOPOD_OK);
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

CASE("the builder returns STATE after on_register") {
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
  named->story->add(named->name);
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
