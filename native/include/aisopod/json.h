/* aisopod/json.h - a small JSON reader and writer for plugins. Optional.         SPDX: MIT
 *
 * Payloads cross plugin.h as JSON text. A plugin in C that has no JSON library of its own can take
 * this one: header only, C99 to C++20, no globals, safe on any thread, independent of the locale.
 *
 * Reading allocates nothing: aisopod_json_read() checks that a text is one complete value, and the
 * others look into it. Every aisopod_json borrows from the text it was read from.
 *
 *     aisopod_json args, name;
 *     char text[200];
 *     if (!aisopod_json_read(call->params->json, call->params->len, &args) ||
 *         !aisopod_json_get(args, "name", &name) ||
 *         aisopod_json_text(name, text, sizeof text) == AISOPOD_JSON_NONE)
 *       return AISOPOD_E_INVALID;
 *
 * Writing grows a buffer of the plugin's own. Look at `failed` once, at the end:
 *
 *     aisopod_json_out out = {NULL, 0, 0, 0};
 *     aisopod_json_add(&out, "{\"greeted\":");
 *     aisopod_json_add_string(&out, text, strlen(text));
 *     aisopod_json_add(&out, "}");
 *     status = out.failed ? AISOPOD_E_NOMEM
 *                         : aisopod_reply(host, call->token, out.data, out.len);
 *     aisopod_json_free(&out);
 *
 * Names that end in an underscore are not for use from outside.
 */
#ifndef AISOPOD_JSON_H
#define AISOPOD_JSON_H

#include <aisopod/json_read.h>
#include <aisopod/json_write.h>

#endif /* AISOPOD_JSON_H */
