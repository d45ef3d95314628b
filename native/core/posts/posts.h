// post(): functions that a plugin wants to run later, on a worker or on its control thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "core/environment/budget.h"
#include "core/instance/context.h"
#include "core/posts/post.h"

namespace aisopod {

class Calls;
class Instance;

class Posts {
 public:
  Posts(Context& context, Calls& calls, Instance* instance)
      : context_(context), calls_(calls), instance_(instance) {}

  // [any thread] aisopod_host.post
  aisopod_status post(const aisopod_post* post, uint64_t* out);
  // [any thread] False: no post with this token waits. Its release runs on [control].
  bool cancel(uint64_t token);
  bool holds(uint64_t token);

  // [control], or [host's thread] where there is no on_init: it has returned in time, and what was
  // posted since it began may run.
  void open();
  // [control] After on_shutdown: what has not run is released without being run.
  void finish();

  // [timer's thread] Its delay has passed.
  void due(uint64_t token);
  // [worker, or control] Runs the function, unless the post was taken back.
  void run(uint64_t token, bool control);

 private:
  using PostPtr = std::shared_ptr<Post>;

  aisopod_status check(const aisopod_post& from, std::string& why) const;
  void start(Post& post);
  void dispatch(const PostPtr& post);
  void release_cancelled();
  void release(const Post& post);
  static void part(Post& post);

  Context& context_;
  Calls& calls_;
  Instance* const instance_;
  std::mutex
      mutex_;  // all below; held while a turn is put into a lane, never while plugin code runs
  std::map<uint64_t, PostPtr> waiting_;  // what has not begun
  std::deque<PostPtr> early_;            // due before open()
  std::vector<PostPtr> cancelled_;       // to be released
  Budget budget_;
  bool open_ = false;
  bool closed_ = false;
};

}  // namespace aisopod
