#include "core/threads/thread_tag.h"

namespace aisopod {

ThreadTag& thread_tag() {
  thread_local ThreadTag tag;
  return tag;
}

bool may_wait() {
  const Tag tag = thread_tag().tag;
  return tag != Tag::reply && tag != Tag::inline_;
}

}  // namespace aisopod
