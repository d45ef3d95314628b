// post(): functions that a plugin wants to be run on its own control thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "core/instance/context.h"

namespace aisopod {

class Instance;

class Posts {
 public:
  Posts(Context& context, Instance* instance) : context_(context), instance_(instance) {}

  // [any thread]
  aisopod_status post(aisopod_task_fn fn, void* user, aisopod_release release, int64_t delay_ms);

  // [control] After on_shutdown: what has not run is released without being run.
  void finish();

 private:
  struct Post {
    aisopod_task_fn fn;
    void* user;
    aisopod_release release;
  };

  void run(uint64_t token);
  void let_go(const Post& post);

  Context& context_;
  Instance* const instance_;
  std::mutex mutex_;
  std::map<uint64_t, Post> waiting_;
  bool closed_ = false;
};

}  // namespace aisopod
