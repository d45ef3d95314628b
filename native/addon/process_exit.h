// How a process ends in which plugins have run.
#pragma once

namespace aisopod_addon {

// [JavaScript, in the 'exit' event of the main thread] exit() would run the static destructors of
// plugins beneath their running threads, which crashes: also when every plugin was shut down, since
// one may park its threads then and need not end them. This arms a handler that runs before the
// destructors: it flushes stdout and stderr and ends the process with the status that exit() was
// given. Returns whether it was armed.
bool arm_exit(int status);

// [any thread, after a library was opened] The same for an exit() that a plugin calls: its handlers
// run newest first, so this one comes before the destructors of that library. Where the C library
// does not report the status to a handler, the process ends with EXIT_FAILURE, and only if the main
// thread uses plugins, since a Worker cannot know the status of the process.
void arm_exit_of_plugin();

// [JavaScript] The main thread uses plugins, so arm_exit() will be called.
void expect_arm_exit();

// [JavaScript, when the environment of a Worker ends] The same, since the main thread may know
// nothing of plugins and then arms nothing. Only where the C library passes the status to a
// handler.
void arm_exit_after_worker();

// [JavaScript, in the 'exit' event] Ends the process at once: flushes stdout and stderr, runs
// nothing else. For when a library is still being opened, since exit() would wait for that thread.
[[noreturn]] void exit_now(int status);

}  // namespace aisopod_addon
