// Which of the header's threads is this? Set around every call into plugin code, so that host
// functions can refuse what is not legal on the thread they are called on.
#pragma once

#include <cstdint>

namespace aisopod {

struct InlineCall;
class Instance;

enum class Tag { other, control, worker, reply, inline_ };

struct ThreadTag {
  Tag tag = Tag::other;
  Instance* instance = nullptr;
  uint64_t token = 0;                 // of the call, event or task that runs here, if any
  InlineCall* inline_call = nullptr;  // whose handler runs on this thread
};

// The calling thread's.
ThreadTag& thread_tag();

// Sets the tag for the length of a call into plugin code.
class TagScope {
 public:
  TagScope(Tag tag, Instance* instance, uint64_t token = 0, InlineCall* inline_call = nullptr)
      : here_(thread_tag()), before_(here_) {
    here_ = {tag, instance, token, inline_call};
  }
  ~TagScope() { here_ = before_; }
  TagScope(const TagScope&) = delete;
  TagScope& operator=(const TagScope&) = delete;

 private:
  ThreadTag& here_;  // to look a variable of the thread up takes a call
  const ThreadTag before_;
};

// May a [waits] function wait here? Not on the threads that bring what it would wait for.
bool may_wait();

}  // namespace aisopod
