/* Runs git. */
#ifndef GIT_H
#define GIT_H

#include <aisopod/json.h>
#include <aisopod/plugin.h>

#define GIT_MOST_ARGS 8

/* The variables that git gets. */
typedef struct git_environment git_environment;

/* Reads them from the environment of the process, which another thread may change later. free()
 * gives them back. NULL: no memory. */
git_environment *git_read_environment(void);

/* What git has said, and how it has ended. */
typedef struct git_output {
  aisopod_json_out text; /* the first 64 KiB, not terminated; git_free() gives it back */
  int exit_code;         /* -1: a signal has ended it */
} git_output;

/* Runs git in a folder, until it ends or the call does.
 *   args    at most GIT_MOST_ARGS, then NULL; no shell looks at them
 *   errors  whether *out also has what git writes to standard error
 * Returns AISOPOD_OK when git has ended by itself; AISOPOD_E_UNSUPPORTED when it can't be started;
 * AISOPOD_E_DEADLINE after 10 seconds; AISOPOD_E_NOMEM; what call_check() returns. */
aisopod_status git_run(const aisopod_host *host, aisopod_token call, const git_environment *env,
                       const char *folder, const char *const *args, int errors, git_output *out);

void git_free(git_output *out);

#endif
