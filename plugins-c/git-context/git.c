/* git runs in a process group of its own, so that whatever it starts ends with it. */
#define _XOPEN_SOURCE 700
#include "git.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_BYTES 65536u
#define MOST_MS    10000
#define STEP_MS    20 /* how soon a cancelled call is noticed */
#define FIXED_ARGS 8
#define VARIABLES  8
#define LONGEST    4096 /* bytes of a variable of the environment */

/* What a repository may say about programs to start does not count. */
static const char *const fixed[FIXED_ARGS] = {
    "git", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
    "-C",  NULL};

/* None of GIT_*, which may name another repository. */
struct git_environment {
  char texts[VARIABLES][LONGEST];
  char *list[VARIABLES + 1];
  int count;
};

static void add_variable(git_environment *to, const char *name, const char *value) {
  const int room = LONGEST;
  if (!value || snprintf(to->texts[to->count], LONGEST, "%s=%s", name, value) >= room) return;
  to->list[to->count] = to->texts[to->count];
  to->count++;
  to->list[to->count] = NULL;
}

git_environment *git_read_environment(void) {
  git_environment *made = (git_environment *)calloc(1, sizeof *made);
  if (!made) return NULL;
  add_variable(made, "PATH", getenv("PATH"));
  add_variable(made, "HOME", getenv("HOME"));
  add_variable(made, "XDG_CONFIG_HOME", getenv("XDG_CONFIG_HOME"));
  add_variable(made, "TMPDIR", getenv("TMPDIR"));
  add_variable(made, "LC_ALL", "C");
  add_variable(made, "GIT_OPTIONAL_LOCKS", "0"); /* git status writes nothing */
  add_variable(made, "GIT_TERMINAL_PROMPT", "0");
  return made;
}

/* Starts git with its output in a pipe, whose other end is *from. Returns 0, or errno. */
static int start(char *const *argv, char *const *env, int errors, int *from, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  int ends[2], fault;
  const int flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  if (pipe(ends) != 0) return errno;
  (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  (void)sigemptyset(&none);
  (void)sigemptyset(&all);
  (void)sigaddset(&all, SIGPIPE); /* the host ignores it */
  fault = posix_spawn_file_actions_init(&actions);
  if (fault == 0) {
    fault = posix_spawnattr_init(&attributes);
    if (fault == 0) {
      (void)posix_spawnattr_setflags(&attributes, (short)flags);
      (void)posix_spawnattr_setpgroup(&attributes, 0);
      (void)posix_spawnattr_setsigmask(&attributes, &none);
      (void)posix_spawnattr_setsigdefault(&attributes, &all);
      (void)posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
      (void)posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
      if (errors) (void)posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
      else (void)posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
      fault = posix_spawnp(pid, "git", &actions, &attributes, argv, env);
      (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
  }
  (void)close(ends[1]);
  *from = ends[0];
  if (fault != 0) (void)close(ends[0]);
  return fault;
}

static long now_ms(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Has the call ended, or the time that git may take? */
static aisopod_status over(const aisopod_host *host, aisopod_token call, long until) {
  const aisopod_status status = host->call_check(host, call);
  return status == AISOPOD_OK && now_ms() >= until ? AISOPOD_E_DEADLINE : status;
}

/* Reads until the end of the output. What is over the limit is read and dropped. */
static aisopod_status read_all(const aisopod_host *host, aisopod_token call, long until, int from,
                               aisopod_json_out *text) {
  char block[4096];
  for (;;) {
    struct pollfd ready;
    const aisopod_status status = over(host, call, until);
    ssize_t got;
    if (status != AISOPOD_OK) return status;
    ready.fd = from;
    ready.events = POLLIN;
    ready.revents = 0;
    if (poll(&ready, 1, STEP_MS) <= 0) continue;
    got = read(from, block, sizeof block);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return text->failed ? AISOPOD_E_NOMEM : AISOPOD_OK;
    if (text->len + (size_t)got > MOST_BYTES) got = (ssize_t)(MOST_BYTES - text->len);
    aisopod_json_add_bytes(text, block, (size_t)got);
  }
}

/* Waits for the end of git, which has closed its output. */
static aisopod_status wait_for(const aisopod_host *host, aisopod_token call, long until, pid_t pid,
                               int *how) {
  aisopod_status status = AISOPOD_OK;
  while (status == AISOPOD_OK && waitpid(pid, how, WNOHANG) == 0) {
    (void)poll(NULL, 0, 1);
    status = over(host, call, until);
  }
  return status;
}

aisopod_status git_run(const aisopod_host *host, aisopod_token call, const git_environment *env,
                       const char *folder, const char *const *args, int errors, git_output *out) {
  const char *argv[FIXED_ARGS + GIT_MOST_ARGS + 1];
  const long until = now_ms() + MOST_MS;
  int from = -1, fault, how = 0, count = 0;
  pid_t pid = 0;
  aisopod_status status;
  memset(out, 0, sizeof *out);
  out->exit_code = -1;
  while (fixed[count]) {
    argv[count] = fixed[count];
    count++;
  }
  argv[count++] = folder;
  while (*args && count < FIXED_ARGS + GIT_MOST_ARGS) argv[count++] = *args++;
  argv[count] = NULL;
  fault = start((char *const *)argv, env->list, errors, &from, &pid);
  if (fault != 0) return fault == ENOMEM ? AISOPOD_E_NOMEM : AISOPOD_E_UNSUPPORTED;
  status = read_all(host, call, until, from, &out->text);
  (void)close(from);
  if (status == AISOPOD_OK) status = wait_for(host, call, until, pid, &how);
  if (status != AISOPOD_OK) {
    (void)kill(-pid, SIGKILL);
    while (waitpid(pid, &how, 0) < 0 && errno == EINTR) continue;
  }
  if (WIFEXITED(how)) out->exit_code = WEXITSTATUS(how);
  return status;
}

void git_free(git_output *out) { aisopod_json_free(&out->text); }
