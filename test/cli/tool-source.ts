/** Where C code is put into a plugin with one tool. */
export interface ToolCode {
  readonly id: string;
  /** What the tool says of itself; default: a description. */
  readonly spec?: object;
  /** Before the functions of the plugin. */
  readonly extra?: string;
  /** Statements of create(). */
  readonly create?: string;
  /** Statements of the handler of the tool `run`, which then answers `"done"`. */
  readonly handler?: string;
}

/** C of a plugin whose one tool, `run`, does what a test needs. */
export function toolSource({ id, spec, extra = '', create = '', handler = '' }: ToolCode): string {
  // As a literal of C: the escapes of JSON are those of C.
  const literal = JSON.stringify(JSON.stringify(spec ?? { description: 'Run' }));
  return `
#include <aisopod/plugin.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
struct aisopod_plugin { char unused; };
static const aisopod_host *host;
${extra}
static aisopod_status run(void *user, const aisopod_call *call) {
  (void)user;
  ${handler}
  return aisopod_reply(host, call->token, "\\"done\\"", AISOPOD_NTS);
}
static aisopod_status create(const aisopod_host *h, aisopod_plugin **out, aisopod_error *err) {
  (void)err; host = h;
  if (!(*out = malloc(sizeof **out))) return AISOPOD_E_NOMEM;
  ${create}
  return AISOPOD_OK;
}
static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api, aisopod_error *err) {
  return aisopod_register_tool(api, "run", ${literal}, 0, run, self, err);
}
static void destroy(aisopod_plugin *self) { free(self); }
AISOPOD_DESCRIBE(desc) {
  desc->id = "${id}";
  desc->version = "1.0.0";
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
`;
}
