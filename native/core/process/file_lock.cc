#include "core/process/file_lock.h"

#include <cerrno>

#if !defined(_WIN32)
#  include <fcntl.h>
#  include <unistd.h>
#endif

namespace aisopod {

#if defined(_WIN32)
FileLock lock_file(const std::string&) { return {ENOSYS, -1}; }
#else
FileLock lock_file(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return {errno, -1};
  FileLock result;
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  // It stays open: closing it would take the lock away.
  if (fcntl(descriptor, F_SETLK, &lock) == 0) return result;
  const bool is_held = errno == EACCES || errno == EAGAIN;
  if (is_held && fcntl(descriptor, F_GETLK, &lock) == 0) {
    // The holder may have ended between the two calls.
    result.holder = lock.l_type == F_UNLCK || lock.l_pid < 0 ? 0 : lock.l_pid;
  } else {
    result.error = errno;
  }
  close(descriptor);
  return result;
}
#endif

}  // namespace aisopod
