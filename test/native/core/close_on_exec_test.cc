#include "core/process/close_on_exec.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "support/harness.h"

namespace {

using namespace test;

bool closes_on_exec(int descriptor) { return (fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0; }

// A file that is removed at the end.
struct File {
  File() : descriptor(mkstemp(path)) {}
  ~File() {
    close(descriptor);
    unlink(path);
  }
  char path[32] = "/tmp/close-on-exec-XXXXXX";
  const int descriptor;
};

CASE("each descriptor of a file is closed on exec, and no other one") {
  const File file, other;
  const int second = open(file.path, O_RDONLY);
  CHECK(!closes_on_exec(file.descriptor));
  CHECK_EQ(aisopod::close_on_exec(file.path), 2);
  CHECK(closes_on_exec(file.descriptor));
  CHECK(closes_on_exec(second));
  CHECK(!closes_on_exec(other.descriptor));
  close(second);
}

CASE("a file that is not there, or not open, has no descriptor") {
  std::string path;
  {
    const File file;
    path = file.path;
  }
  CHECK_EQ(aisopod::close_on_exec(path), 0);
  CHECK_EQ(aisopod::close_on_exec("/proc/self/status"), 0);
}

}  // namespace
