// Files that other people's code opens without O_CLOEXEC, which child processes would inherit.
#pragma once

#include <string>

namespace aisopod {

// [any thread] Sets FD_CLOEXEC on each descriptor of this process that leads to the file at `path`.
// Returns how many there are; 0 on Windows, where a child inherits no file unless it is made so. A
// child that another thread starts before this returns may still inherit them.
int close_on_exec(const std::string& path);

}  // namespace aisopod
