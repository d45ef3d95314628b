// A plugin's on_register(), as a lambda of the test.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "support/harness.h"
#include "support/running.h"

namespace test {

inline const aisopod_payload kSpec = aisopod_payload_of("{}", AISOPOD_NTS);

inline aisopod_registration def_of(const char* kind, const char* name, void* user = nullptr) {
  aisopod_registration def = AISOPOD_INIT(aisopod_registration);
  def.kind = kind;
  def.name = name;
  def.spec = &kSpec;
  def.fn = [](void*, const aisopod_call*) -> aisopod_status { return AISOPOD_E_FAIL; };
  def.user = user;
  return def;
}

inline aisopod_registration tool_def(const char* name, void* user = nullptr) {
  return def_of(AISOPOD_KIND_TOOL, name, user);
}

// Runs on_register with the given body, and takes the instance down again.
struct Registering {
  explicit Registering(std::function<aisopod_status(const aisopod_api*, aisopod_error*)> body,
                       Limits limits = patient_limits(),
                       std::vector<ServedKind> kinds = served_kinds()) {
    plugin.on_register = std::move(body);
    instance = make_instance(embedder, plugin, limits, std::move(kinds));
    REQUIRE(run_moment(embedder, *instance, Moment::create).status == AISOPOD_OK);
    end = run_moment(embedder, *instance, Moment::on_register);
  }
  ~Registering() {
    if (instance != nullptr) dispose(embedder, instance);
  }

  Plugin plugin;
  Embedder embedder;
  std::shared_ptr<Instance> instance;
  Received end;
};

}  // namespace test
