#include "core/instance/posts.h"

#include "core/instance/instance.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {

aisopod_status Posts::post(aisopod_task_fn fn, void* user, aisopod_release release,
                           int64_t delay_ms) {
  if (fn == nullptr || delay_ms < 0) return AISOPOD_E_INVALID;
  const std::lock_guard lock(mutex_);
  if (closed_ || !context_.may_ask()) return AISOPOD_E_STATE;
  if (waiting_.size() >= context_.limits.queue) return AISOPOD_E_AGAIN;
  const uint64_t token = next_token();
  // The task holds the instance: the control thread may run it when nobody else does any more.
  auto task = [self = instance_->shared_from_this(), token] { self->posts.run(token); };
  const bool taken = delay_ms == 0 ? context_.control.push(std::move(task))
                                   : context_.control.push_at(after_ms(delay_ms), std::move(task));
  if (!taken) return AISOPOD_E_STATE;
  waiting_.emplace(token, Post{fn, user, release});
  return AISOPOD_OK;
}

void Posts::finish() {
  std::map<uint64_t, Post> left;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    left.swap(waiting_);
  }
  for (const auto& [token, post] : left) let_go(post);
}

// [control]
void Posts::run(uint64_t token) {
  Post post;
  {
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(token);
    if (found == waiting_.end()) return;
    if (context_.closing.load() || context_.phase.load() != Phase::serving) return;
    post = found->second;
    waiting_.erase(found);
  }
  const TagScope scope(Tag::control, instance_);
  std::string what;
  if (!guarded_void(what, [&] { post.fn(post.user); })) {
    context_.notice(AISOPOD_LOG_WARN, "a posted function " + what);
  }
  let_go(post);
}

void Posts::let_go(const Post& post) {
  std::string what;
  if (post.release == nullptr || guarded_void(what, [&] { post.release(post.user); })) return;
  context_.notice(AISOPOD_LOG_WARN, "the release of a posted function " + what);
}

}  // namespace aisopod
