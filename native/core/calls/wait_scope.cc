#include "core/calls/wait_scope.h"

#include "core/calls/calls.h"

namespace aisopod {

RunningHere& running_here() {
  thread_local RunningHere here;
  return here;
}

WaitScope::WaitScope() {
  const RunningHere& here = running_here();
  if (here.call != nullptr) here.calls->refuse_all(here.call->lane->set_waiting(*here.call, true));
}

WaitScope::~WaitScope() {
  const RunningHere& here = running_here();
  if (here.call != nullptr) here.call->lane->set_waiting(*here.call, false);
}

}  // namespace aisopod
