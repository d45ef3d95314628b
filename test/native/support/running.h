// An instance of a test's plugin, brought to serving, and disposed of in the end.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/core.h"
#include "support/embedder.h"
#include "support/plugin.h"

namespace test {

using aisopod::Instance;
using aisopod::InstanceOptions;
using aisopod::Invoked;
using aisopod::Limits;
using aisopod::Moment;
using aisopod::NameRule;
using aisopod::Reason;
using aisopod::ServedKind;

// More than any moment of a test takes.
constexpr int64_t kNoHurry = 600'000;

// Limits under which no handler is ever moved off the host's thread for being slow, as everything
// is slow under a sanitizer.
Limits patient_limits();

// Tools and commands, each of whose names is registered once, and hooks, which may repeat.
std::vector<ServedKind> served_kinds();

// Makes an instance; no moment has begun.
std::shared_ptr<Instance> make_instance(Embedder& embedder, const Plugin& plugin,
                                        Limits limits = patient_limits(),
                                        std::vector<ServedKind> kinds = served_kinds());

class Running {
 public:
  Running(Embedder& embedder, const Plugin& plugin, Limits limits = patient_limits());
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  // on_shutdown, every release and destroy have run, and no thread is left.
  void dispose(Reason reason = Reason::close);

  // What invoke() comes back with; `wants` are CallWants bits.
  Invoked invoke(const char* tool, const std::string& params = "{}", int64_t timeout_ms = -1,
                 uint32_t wants = 0, const std::string& meta = "{}");
  // Invokes and waits for the end of the call.
  Received call(const char* tool, const std::string& params = "{}", int64_t timeout_ms = -1,
                uint32_t wants = 0, const std::string& meta = "{}");

  // The token of a tool.
  uint64_t registration(const char* tool) const { return registrations_.at(tool); }

  Instance* operator->() const { return instance_.get(); }
  Instance& operator*() const { return *instance_; }

 private:
  Embedder& embedder_;
  std::shared_ptr<Instance> instance_;
  std::map<std::string, uint64_t> registrations_;
  bool disposed_ = false;
};

// Begins a moment and waits for the message that reports its end.
Received run_moment(Embedder& embedder, Instance& instance, Moment moment,
                    int64_t limit_ms = kNoHurry, Reason reason = Reason::close);

// Disposes of an instance that may have got anywhere.
void dispose(Embedder& embedder, std::shared_ptr<Instance>& instance,
             Reason reason = Reason::close);

}  // namespace test
