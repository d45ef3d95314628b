#include "core/process/close_on_exec.h"

#if !defined(_WIN32)
#  include <dirent.h>
#  include <fcntl.h>
#  include <sys/stat.h>
#  include <unistd.h>

#  include <cstdlib>
#endif

namespace aisopod {

#if defined(_WIN32)
int close_on_exec(const std::string&) { return 0; }
#else
namespace {

bool is_file(int descriptor, const struct stat& wanted) {
  struct stat found;
  return fstat(descriptor, &found) == 0 && found.st_dev == wanted.st_dev &&
         found.st_ino == wanted.st_ino;
}

bool mark(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFD);
  return flags >= 0 && fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) == 0;
}

}  // namespace

int close_on_exec(const std::string& path) {
  struct stat wanted;
  if (stat(path.c_str(), &wanted) != 0) return 0;
  DIR* const open = opendir("/dev/fd");  // a link to /proc/self/fd on Linux
  if (open == nullptr) return 0;
  int count = 0;
  while (const dirent* const entry = readdir(open)) {
    char* end = nullptr;
    const long descriptor = std::strtol(entry->d_name, &end, 10);
    if (end == entry->d_name || *end != '\0') continue;  // "." and ".."
    if (is_file(static_cast<int>(descriptor), wanted) && mark(static_cast<int>(descriptor))) {
      ++count;
    }
  }
  closedir(open);
  return count;
}
#endif

}  // namespace aisopod
