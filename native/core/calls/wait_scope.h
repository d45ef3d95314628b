// For as long as it lives, the call whose handler runs on this thread counts as one that waits in a
// [waits] function: so its lane makes room for what it may wait for.
#pragma once

namespace aisopod {

class Calls;
class Call;

class WaitScope {
 public:
  WaitScope();
  ~WaitScope();
  WaitScope(const WaitScope&) = delete;
  WaitScope& operator=(const WaitScope&) = delete;
};

// The call, or work item, that runs on this thread, if any.
struct RunningHere {
  Calls* calls = nullptr;
  Call* call = nullptr;
};
RunningHere& running_here();

class RunningScope {
 public:
  RunningScope(Calls& calls, Call& call) : before_(running_here()) {
    running_here() = {&calls, &call};
  }
  ~RunningScope() { running_here() = before_; }
  RunningScope(const RunningScope&) = delete;
  RunningScope& operator=(const RunningScope&) = delete;

 private:
  const RunningHere before_;
};

}  // namespace aisopod
