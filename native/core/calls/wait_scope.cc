#include "core/calls/wait_scope.h"

#include "core/calls/calls.h"

namespace aisopod {

RunningHere& running_here() {
  thread_local RunningHere here;
  return here;
}

WaitScope::WaitScope() {
  const RunningHere& here = running_here();
  if (here.call != nullptr) here.calls->refuse_all(here.call->lane->begin_wait(*here.call));
}

WaitScope::~WaitScope() {
  const RunningHere& here = running_here();
  if (here.call != nullptr) here.call->lane->end_wait(*here.call);
}

}  // namespace aisopod
