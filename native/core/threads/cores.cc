#include "core/threads/cores.h"

#include <algorithm>
#include <cstdlib>
#include <thread>
#if defined(__linux__)
#  include <sched.h>

#  include <fstream>
#  include <iterator>
#endif

#include "core/threads/guard.h"

namespace aisopod {
namespace {

double ratio(const std::string& quota, const std::string& period) {
  const double granted = std::strtod(quota.c_str(), nullptr);
  const double of = std::strtod(period.c_str(), nullptr);
  return granted > 0 && of > 0 ? granted / of : 0;
}

#if defined(__linux__)
std::string content_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool is_one(double granted) { return granted > 0 && granted <= 1; }

// A limit of any group above counts too. In a container the path may be that of the host: then the
// root that the container sees is its own.
template <class Granted>
bool any_grants_one(std::string path, Granted&& granted) {
  for (;;) {
    if (is_one(granted(path == "/" ? std::string() : path))) return true;
    if (path.empty() || path == "/") return false;
    const size_t slash = path.rfind('/');
    path.erase(slash == std::string::npos ? 0 : slash);
  }
}

bool cgroup_grants_one() {
  const std::string groups = content_of("/proc/self/cgroup");
  return any_grants_one(cgroup_path(groups, ""),
                        [](const std::string& path) {
                          return cores_of_cpu_max(content_of("/sys/fs/cgroup" + path + "/cpu.max"));
                        }) ||
         any_grants_one(cgroup_path(groups, "cpu"), [](const std::string& path) {
           const std::string folder = "/sys/fs/cgroup/cpu" + path;
           return cores_of_cfs(content_of(folder + "/cpu.cfs_quota_us"),
                               content_of(folder + "/cpu.cfs_period_us"));
         });
}
#endif

bool detect_one_core() {
#if defined(__linux__)
  cpu_set_t set;
  const bool known = sched_getaffinity(0, sizeof set, &set) == 0;
  if (known ? CPU_COUNT(&set) == 1 : std::thread::hardware_concurrency() == 1) return true;
  return cgroup_grants_one();
#else
  return std::thread::hardware_concurrency() == 1;
#endif
}

}  // namespace

double cores_of_cpu_max(const std::string& text) {
  const size_t space = text.find(' ');
  return space == std::string::npos ? 0 : ratio(text.substr(0, space), text.substr(space + 1));
}

double cores_of_cfs(const std::string& quota, const std::string& period) {
  return ratio(quota, period);
}

// Lines of "number:controllers:path", the controllers with commas between them.
std::string cgroup_path(const std::string& text, const std::string& controller) {
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const size_t first = text.find(':', at);
    const size_t second = first < end ? text.find(':', first + 1) : std::string::npos;
    if (second < end) {
      const std::string names = ',' + text.substr(first + 1, second - first - 1) + ',';
      const bool found = controller.empty()
                             ? names == ",,"
                             : names.find(',' + controller + ',') != std::string::npos;
      if (found) return text.substr(second + 1, end - second - 1);
    }
    at = end + 1;
  }
  return {};
}

bool has_one_core() {
  static const bool one = [] {
    bool answer = false;
    quietly([&] { answer = detect_one_core(); });
    return answer;
  }();
  return one;
}

}  // namespace aisopod
