// post(): functions that a plugin wants to run later, on a worker or on its control thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "core/environment/budget.h"
#include "core/instance/context.h"
#include "core/instance/pause.h"
#include "core/posts/post.h"
#include "core/threads/mutex.h"

namespace aisopod {

class Calls;
class Instance;

class Posts {
 public:
  Posts(Context& context, Calls& calls, Instance* instance)
      : context_(context), calls_(calls), instance_(instance) {}

  // [any thread] aisopod_host.post
  aisopod_status post(const aisopod_post* post, uint64_t* out) AISOPOD_EXCLUDES(mutex_);
  // [any thread] False: no post with this token waits. Its release runs on [control].
  bool cancel(uint64_t token) AISOPOD_EXCLUDES(mutex_);
  bool holds(uint64_t token) AISOPOD_EXCLUDES(mutex_);

  // [control], or [host's thread] where there is no on_init: it has returned in time, and what was
  // posted since it began may run.
  void open() AISOPOD_EXCLUDES(mutex_);
  // [host's thread] Only what is due already runs; the hold is kept until that has ended.
  void pause(const PauseHold& hold) AISOPOD_EXCLUDES(mutex_);
  // [host's thread] What has become due since begins, in that order.
  void resume() AISOPOD_EXCLUDES(mutex_);
  // [control] After on_shutdown: what has not run is released without being run.
  void finish() AISOPOD_EXCLUDES(mutex_);

  // [timer's thread] Its delay has passed.
  void due(uint64_t token) AISOPOD_EXCLUDES(mutex_);
  // [worker, or control] Runs the function, unless the post was taken back.
  void run(uint64_t token, bool control) AISOPOD_EXCLUDES(mutex_);

 private:
  using PostPtr = std::shared_ptr<Post>;

  aisopod_status check(const aisopod_post& from, std::string& why) const;
  void start(const Post& post) AISOPOD_REQUIRES(mutex_);
  void dispatch(const PostPtr& post) AISOPOD_REQUIRES(mutex_);
  void dispatch_early() AISOPOD_REQUIRES(mutex_);
  void forget_early(uint64_t token) AISOPOD_REQUIRES(mutex_);
  void end_one() AISOPOD_EXCLUDES(mutex_);
  PauseHold hold_to_release() AISOPOD_REQUIRES(mutex_);
  void break_cycle(Post& post) AISOPOD_REQUIRES(mutex_);
  void release_cancelled() AISOPOD_EXCLUDES(mutex_);
  void release(const Post& post) AISOPOD_EXCLUDES(mutex_);

  Context& context_;
  Calls& calls_;
  Instance* const instance_;
  Mutex mutex_;  // held while a work item is put into a lane
  std::map<uint64_t, PostPtr> waiting_ AISOPOD_GUARDED_BY(mutex_);  // what has not begun
  std::deque<PostPtr> early_ AISOPOD_GUARDED_BY(mutex_);       // due before open(), or in a pause
  std::vector<PostPtr> cancelled_ AISOPOD_GUARDED_BY(mutex_);  // to be released
  Budget budget_;
  bool open_ AISOPOD_GUARDED_BY(mutex_) = false;
  bool closed_ AISOPOD_GUARDED_BY(mutex_) = false;
  bool paused_ AISOPOD_GUARDED_BY(mutex_) = false;
  size_t active_ AISOPOD_GUARDED_BY(mutex_) = 0;  // with their threads, and not ended or cancelled
  PauseHold hold_ AISOPOD_GUARDED_BY(mutex_);     // until there are none
};

}  // namespace aisopod
