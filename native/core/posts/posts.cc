#include "core/posts/posts.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/calls/calls.h"
#include "core/host/read_struct.h"
#include "core/instance/instance.h"
#include "core/instance/parent.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {

aisopod_status Posts::post(const aisopod_post* from, uint64_t* out) {
  aisopod_post given;
  std::string why;
  const auto refused = [&](aisopod_status status) {
    return context_.refusals.refuse("post", status, why);
  };
  aisopod_status status =
      read_struct(from, "aisopod_post", AISOPOD_F_PARALLEL | AISOPOD_F_CONTROL, given, why);
  if (status == AISOPOD_OK) status = check(given, why);
  if (status != AISOPOD_OK) return refused(status);
  if (!context_.may_post()) return AISOPOD_E_STATE;
  Parent parent;
  status = instance_->find_parent(given.parent, parent, why);
  if (status != AISOPOD_OK) return refused(status);

  const auto made = std::make_shared<Post>(instance_->weak_from_this(), given, next_token(),
                                           without_authority(parent.meta));
  Post::Carrier carrier;
  if (made->on_control()) carrier.job = std::make_unique<ControlJob>(made->token);
  else carrier.item = calls_.make_work_item(made->face, made);
  const MutexLock lock(mutex_);
  if (closed_ || !context_.may_post()) return AISOPOD_E_STATE;
  const Limits& limits = context_.limits;
  if (!budget_.take(made->bytes(), limits.queue, limits.queue_bytes)) return AISOPOD_E_AGAIN;
  made->carrier.under(mutex_) = std::move(carrier);
  try {
    start(*made);
    waiting_.emplace(made->token, made);
    if (given.delay_ms > 0) context_.environment->timer.arm(made, after_ms(given.delay_ms));
    else dispatch(made);
  } catch (...) {  // no thread, or no memory
    waiting_.erase(made->token);
    budget_.release(made->bytes());
    break_cycle(*made);
    return AISOPOD_E_NOMEM;
  }
  if (out != nullptr) *out = made->token;
  return AISOPOD_OK;
}

aisopod_status Posts::check(const aisopod_post& from, std::string& why) const {
  if (from.fn == nullptr) why = "fn is NULL";
  else if (from.delay_ms < 0) why = "delay_ms is below 0";
  else if (from.flags == (AISOPOD_F_PARALLEL | AISOPOD_F_CONTROL))
    why = "PARALLEL excludes CONTROL";
  else return AISOPOD_OK;
  return AISOPOD_E_INVALID;
}

// What becomes due later must not fail for want of a thread.
void Posts::start(const Post& post) {
  if (post.on_control()) context_.control.start();
  else calls_.start_lane(*post.carrier.under(mutex_).item);
}

// With the lock held, so that what is posted in order begins in order. Throws std::bad_alloc before
// open() and in a pause only.
void Posts::dispatch(const PostPtr& post) {
  if (!open_ || paused_) {
    early_.push_back(post);
    return;
  }
  Post::Carrier& carrier = post->carrier.under(mutex_);
  carrier.dispatched = true;
  ++active_;
  if (post->on_control()) {
    carrier.job->instance = instance_->shared_from_this();
    context_.control.push(std::unique_ptr<TaskThread::Job>(std::move(carrier.job)));
    return;
  }
  calls_.schedule(carrier.item);  // its lane has a thread; one that was stopped needs no more posts
}

void Posts::due(uint64_t token) {
  const MutexLock lock(mutex_);
  const auto found = waiting_.find(token);
  if (found == waiting_.end()) return;
  dispatch(found->second);
}

void Posts::open() {
  const MutexLock lock(mutex_);
  open_ = true;
  dispatch_early();
}

void Posts::dispatch_early() {
  for (const PostPtr& post : early_) dispatch(post);
  early_.clear();
}

// Else a plugin that posts and cancels in a loop would fill the memory.
void Posts::forget_early(uint64_t token) {
  const auto found = std::find_if(early_.begin(), early_.end(),
                                  [&](const PostPtr& post) { return post->token == token; });
  if (found != early_.end()) early_.erase(found);
}

void Posts::pause(const PauseHold& hold) {
  PauseHold before, done;  // released after the lock
  const MutexLock lock(mutex_);
  paused_ = true;
  before = std::exchange(hold_, hold);
  done = hold_to_release();
}

void Posts::resume() {
  PauseHold over;
  const MutexLock lock(mutex_);
  paused_ = false;
  over.swap(hold_);
  if (open_ && !closed_) dispatch_early();
}

// One that was dispatched has ended, or was cancelled before it began.
void Posts::end_one() {
  PauseHold hold;  // released after the lock
  const MutexLock lock(mutex_);
  --active_;
  hold = hold_to_release();
}

PauseHold Posts::hold_to_release() {
  return active_ == 0 ? std::exchange(hold_, nullptr) : nullptr;
}

void Posts::run(uint64_t token, bool control) {
  PostPtr post;
  {
    const MutexLock lock(mutex_);
    const auto found = waiting_.find(token);
    if (found == waiting_.end()) return;
    if (context_.closing.load() || context_.phase.load() != Phase::serving) return;
    post = std::move(found->second);
    waiting_.erase(found);
    budget_.release(post->bytes());
    break_cycle(*post);
  }
  {
    const Origins::Scope origin(instance_->origins, token, false, post->meta);
    const TagScope scope(control ? Tag::control : Tag::worker, instance_, token);
    aisopod_task task = AISOPOD_INIT(aisopod_task);
    task.token = token;
    std::string what;
    if (!guarded_void(what, [&] { post->fn(post->user, &task); })) {
      context_.notice(AISOPOD_LOG_WARN, "the task \"", post->face.name, "\" ", what);
    }
  }
  {
    const TagScope scope(control ? Tag::control : Tag::worker, instance_);
    release(*post);
  }
  end_one();
}

bool Posts::cancel(uint64_t token) {
  PostPtr post;
  bool dispatched = false;
  {
    const MutexLock lock(mutex_);
    const auto found = waiting_.find(token);
    if (found == waiting_.end()) return false;
    cancelled_.push_back(found->second);
    post = std::move(found->second);
    waiting_.erase(found);
    budget_.release(post->bytes());
    const Post::Carrier& carrier = post->carrier.under(mutex_);
    dispatched = carrier.dispatched;
    if (!dispatched) forget_early(token);
    else if (carrier.item != nullptr) calls_.unschedule(carrier.item);
    break_cycle(*post);
  }
  if (dispatched) end_one();
  context_.environment->timer.cancel(*post);
  try {
    context_.control.push(
        [self = instance_->shared_from_this()] { self->posts.release_cancelled(); });
  } catch (const std::exception&) {  // without a thread or memory it is released with the others
  }
  return true;
}

bool Posts::holds(uint64_t token) {
  const MutexLock lock(mutex_);
  return waiting_.count(token) != 0;
}

// [control]
void Posts::release_cancelled() {
  std::vector<PostPtr> cancelled;
  {
    const MutexLock lock(mutex_);
    cancelled.swap(cancelled_);
  }
  const TagScope scope(Tag::control, instance_);
  for (const PostPtr& post : cancelled) release(*post);
}

void Posts::finish() {
  std::map<uint64_t, PostPtr> left;
  PauseHold over;
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    over.swap(hold_);
    left.swap(waiting_);
    early_.clear();
    for (const auto& [token, post] : left) break_cycle(*post);
  }
  release_cancelled();
  for (auto place = left.rbegin(); place != left.rend(); ++place) {
    context_.environment->timer.cancel(*place->second);
    release(*place->second);
  }
}

void Posts::release(const Post& post) {
  std::string what;
  if (post.release == nullptr || guarded_void(what, [&] { post.release(post.user); })) return;
  context_.notice(AISOPOD_LOG_WARN, "the release of the task \"", post.face.name, "\" ", what);
}

// A post and its work item hold each other until here. A lane that still has the item keeps both,
// and finds nothing to run.
void Posts::break_cycle(Post& post) { post.carrier.under(mutex_).item.reset(); }

}  // namespace aisopod
