// How many cores a process is granted, as the kernel writes it down.
#include "core/threads/cores.h"
#include "support/harness.h"

namespace {

using aisopod::cgroup_path;
using aisopod::cores_of_cfs;
using aisopod::cores_of_cpu_max;

CASE("cpu.max grants its quota divided by its period") {
  CHECK_EQ(cores_of_cpu_max("50000 100000\n"), 0.5);
  CHECK_EQ(cores_of_cpu_max("100000 100000\n"), 1.0);
  CHECK_EQ(cores_of_cpu_max("250000 100000"), 2.5);
}

CASE("max, an empty text and another text set no limit") {
  for (const char* text : {"max 100000\n", "", "\n", "100000", "100000 0", "x y", "-1 100000"}) {
    CHECK_EQ(cores_of_cpu_max(text), 0.0);
  }
}

CASE("version 1 has the two numbers in files of their own, and -1 for no limit") {
  CHECK_EQ(cores_of_cfs("100000\n", "100000\n"), 1.0);
  CHECK_EQ(cores_of_cfs("20000\n", "100000\n"), 0.2);
  CHECK_EQ(cores_of_cfs("-1\n", "100000\n"), 0.0);
  CHECK_EQ(cores_of_cfs("", ""), 0.0);
}

CASE("the path of a cgroup is found by its controller") {
  const std::string both =
      "12:cpuset:/other\n4:cpu,cpuacct:/docker/1:2\n1:name=systemd:/init.scope\n0::/user.slice\n";
  CHECK_EQ(cgroup_path(both, ""), "/user.slice");
  CHECK_EQ(cgroup_path(both, "cpu"), "/docker/1:2");
  CHECK_EQ(cgroup_path("0::/", ""), "/");
  CHECK_EQ(cgroup_path("0::/", "cpu"), "");
  CHECK_EQ(cgroup_path("3:cpuset:/a\n", "cpu"), "");
  for (const char* text : {"", "\n", "0", "0:", "no lines like these"}) {
    CHECK_EQ(cgroup_path(text, ""), "");
  }
}

}  // namespace
