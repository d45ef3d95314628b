// A lock on a file of another library, to find out whether any process uses it, and to keep all
// away.
#pragma once

#include <cstdint>
#include <string>

namespace aisopod {

struct FileLock {
  // errno of what failed; 0: the file is locked, or another process has locked a part of it.
  int error = 0;
  // The process that has a lock on the file; 0: it lives in another pid namespace; -1: none, so the
  // file is locked now.
  std::int64_t holder = -1;
};

// [any thread] Locks the whole file at `path` with a POSIX lock for writing, without waiting. The
// lock lasts until the process ends, or closes any descriptor of that file. ENOSYS on Windows.
FileLock lock_file(const std::string& path);

}  // namespace aisopod
