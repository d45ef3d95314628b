#include "core/process/file_lock.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "support/harness.h"

namespace {

using namespace test;

// A file that is removed at the end.
struct File {
  File() { close(mkstemp(path)); }
  ~File() { unlink(path); }
  char path[32] = "/tmp/file-lock-XXXXXX";
};

// What another process finds.
aisopod::FileLock lock_elsewhere(const char* path) {
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const aisopod::FileLock found = aisopod::lock_file(path);
    _exit(write(ends[1], &found, sizeof found) == sizeof found ? 0 : 1);
  }
  aisopod::FileLock found;
  CHECK_EQ(read(ends[0], &found, sizeof found), static_cast<ssize_t>(sizeof found));
  close(ends[0]);
  close(ends[1]);
  CHECK_EQ(waitpid(child, nullptr, 0), child);
  return found;
}

CASE("a file that is locked is refused to other processes, which learn who locked it") {
  const File file;
  const aisopod::FileLock mine = aisopod::lock_file(file.path);
  CHECK_EQ(mine.error, 0);
  CHECK_EQ(mine.holder, -1);
  const aisopod::FileLock other = lock_elsewhere(file.path);
  CHECK_EQ(other.error, 0);
  CHECK_EQ(other.holder, static_cast<std::int64_t>(getpid()));
}

CASE("a lock ends with its process") {
  const File file;
  CHECK_EQ(lock_elsewhere(file.path).holder, -1);
  CHECK_EQ(aisopod::lock_file(file.path).holder, -1);
}

CASE("a shared lock on one byte counts as a use") {
  const File file;
  const int descriptor = open(file.path, O_RDWR);
  struct flock shared = {};
  shared.l_type = F_RDLCK;
  shared.l_whence = SEEK_SET;
  shared.l_len = 1;
  CHECK_EQ(fcntl(descriptor, F_SETLK, &shared), 0);
  CHECK_EQ(lock_elsewhere(file.path).holder, static_cast<std::int64_t>(getpid()));
  close(descriptor);
}

CASE("a file that is not there has no lock") {
  std::string path;
  {
    const File file;
    path = file.path;
  }
  CHECK_EQ(aisopod::lock_file(path).error, ENOENT);
}

}  // namespace
