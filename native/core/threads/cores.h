// How many cores may this process use?
#pragma once

#include <string>

namespace aisopod {

// [any thread] With one, a thread that waits for another by looking again and again only keeps it
// from what it waits for. It may run on several and be granted the time of one (a cgroup), which
// comes to the same. Read once: a process whose cores change later is served a bit slower.
bool has_one_core();

// The cores that a cgroup grants: 0 when it sets no limit, or when the text isn't of that form.
// `text`: of cpu.max (version 2), "quota period" or "max period".
double cores_of_cpu_max(const std::string& text);
// Of cpu.cfs_quota_us and cpu.cfs_period_us (version 1); a quota of -1 is no limit.
double cores_of_cfs(const std::string& quota, const std::string& period);

// The path of the process's cgroup in /proc/self/cgroup. `controller`: "" for the one of version 2,
// "cpu" for that of version 1. "": there is none.
std::string cgroup_path(const std::string& text, const std::string& controller);

}  // namespace aisopod
