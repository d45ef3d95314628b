#include "core/posts/post.h"

#include <utility>

#include "core/host/plugin_text.h"
#include "core/instance/instance.h"

namespace aisopod {

Post::Post(std::weak_ptr<Instance> owner, const aisopod_post& from, uint64_t token_,
           std::string meta_)
    : token(token_),
      fn(from.fn),
      user(from.user),
      release(from.release),
      meta(std::move(meta_)),
      owner_(std::move(owner)) {
  face.token = token;
  face.kind = "task";
  face.name = from.name == nullptr ? "a posted function" : shown(from.name);
  face.flags = from.flags;
}

void ControlJob::run() { instance->posts.run(token_, true); }

void Post::fire() {
  if (const std::shared_ptr<Instance> instance = owner_.lock()) instance->posts.due(token);
}

void Post::run() {
  if (const std::shared_ptr<Instance> instance = owner_.lock()) instance->posts.run(token, false);
}

void Post::finished(const std::shared_ptr<Call>&) {}

}  // namespace aisopod
