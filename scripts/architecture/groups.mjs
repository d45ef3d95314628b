// The rooms of src in their order: each imports only rooms before it. Grouped for readers; a group holds
// rooms, and a room is a folder or a file, relative to src. docs/internals/architecture.md has its
// table from here.

/** @type {readonly import('./rules.mjs').Group[]} */
export const GROUPS = [
  {
    group: 'base: knows nothing of plugins',
    rooms: [
      { path: 'base/version.ts', holds: 'the name and the version of the host' },
      { path: 'base/errors', holds: 'the table of codes and the one error class' },
      { path: 'base/lazily.ts', holds: 'importing modules at their first use' },
      { path: 'base/logging', holds: "the logger's shape" },
      { path: 'base/addon.ts', holds: 'finding and loading the file of the native addon' },
      {
        path: 'base/json',
        holds:
          "JSON for all others: writing values and reading text, each refused rather than changed; the core's check, loaded when a text needs it",
      },
      {
        path: 'base/text',
        holds:
          'words of messages: values and paths shown, counts, the nearest name, names not known',
        // Every start of the program loads it.
        faces: ['unprintable.ts'],
      },
      { path: 'base/time', holds: 'waiting: promises, deadlines, timers' },
      {
        path: 'base/shape',
        holds:
          'what a document has to look like, as data: read, explained and published from one tree',
      },
      {
        path: 'base/schema',
        holds: 'JSON Schemas of strangers: judged, compiled by ajv at first use',
      },
      {
        path: 'base/files',
        holds:
          'writing at once, locks between processes, private files and folders, what the system refuses and why',
        // Few hosts write files of the home.
        faces: ['atomic-write.ts', 'file-lock.ts', 'remove-left.ts'],
      },
      {
        path: 'base/toml',
        holds: 'reading TOML with positions, editing it by spans',
        // Few hosts change a file.
        faces: ['edit.ts', 'write-value.ts'],
      },
    ],
  },
  {
    group: 'abi: the native surface',
    rooms: [
      {
        path: 'abi',
        holds: 'the native surface in TypeScript',
        // The first two load native code, and the rest must not.
        faces: ['addon.ts', 'layout.ts', 'messages.ts'],
      },
    ],
  },
  {
    group: 'home: what lies in ~/.aisopod',
    rooms: [
      { path: 'home/plugin-id.ts', holds: 'the ids that plugins may have' },
      { path: 'home/paths', holds: 'where things lie: paths and data folders' },
      {
        path: 'home/installed',
        holds: 'registry.json',
        // Few hosts write it.
        faces: ['write-installed.ts'],
      },
      {
        path: 'home/state',
        holds:
          "what is kept in the home's `state` between starts: fingerprints of files, files in one step",
      },
      {
        path: 'home/crashes',
        holds: 'marks of plugins that are being started, and which of them crashed in a trial',
      },
    ],
  },
  {
    group: 'packages: a plugin on disk',
    rooms: [
      {
        path: 'packages/manifest',
        holds: 'the manifest and what it is compared with',
        // No host needs the schema.
        faces: ['json-schema.ts'],
      },
      {
        path: 'packages/foreign',
        holds:
          'plugin.yaml and plugin.json, read into the model of the manifest; lists of plugins; the parser of YAML, loaded when a file needs it',
        // Only an import needs the others.
        faces: ['foreign-manifest.ts', 'manifest-toml.ts', 'roster.ts'],
      },
      {
        path: 'packages/binary',
        holds: 'ELF, Mach-O and PE, read without opening, within limits',
        // A quick look, without what reads libraries.
        faces: ['whole-library.ts'],
      },
      {
        path: 'packages/discovery',
        holds: 'search paths, scan, ownership, which of several versions',
        // Only a host that watches looks at what stands there.
        faces: ['look-at-places.ts'],
      },
    ],
  },
  {
    group: 'security',
    rooms: [
      {
        path: 'security/auth',
        holds: 'the token of the home, and who may do what requires authentication',
      },
    ],
  },
  {
    group: 'config',
    rooms: [
      {
        path: 'config',
        holds:
          "config.toml; the layers of a plugin's configuration, secrets, where values come from",
        // Only the command line needs them.
        faces: ['file-schema.ts', 'import-config.ts'],
      },
    ],
  },
  {
    group: 'instance: the waist between the host and plugins',
    rooms: [
      {
        path: 'instance',
        holds: '`PluginInstance`, `Loader`, `CallContext`, calls that wait, requests of plugins',
      },
    ],
  },
  {
    group: 'registry: what plugins registered',
    rooms: [
      {
        path: 'registry',
        holds: 'what a kind is; batches, snapshots, names; calls of what has a name',
        // Only the kinds whose calls are rare use it.
        faces: ['call-entry.ts'],
      },
    ],
  },
  {
    group: 'loaders: ways to reach the code of a plugin',
    rooms: [
      {
        path: 'loaders/native',
        holds: 'private copies, opening, the descriptor, the bridge to the addon',
        // Its face loads native code, and these do without.
        faces: [
          'copies/clean-copies.ts',
          'copies/held-copies.ts',
          'copies/known-libraries.ts',
          'opening/with-loader.ts',
          'process/close-on-exec.ts',
        ],
      },
      { path: 'loaders/embedded', holds: 'plugins in TypeScript' },
    ],
  },
  {
    group: 'services: what plugins use without being called',
    rooms: [
      {
        path: 'services/events',
        holds: 'the event bus: topics, patterns, queues of subscribers',
        // Only reloads need it.
        faces: ['held-events.ts'],
      },
      {
        path: 'services/storage',
        holds: 'what plugins keep: one transactional store a home',
        // Only the command line needs it.
        faces: ['upkeep/index.ts'],
      },
    ],
  },
  {
    group: 'kinds: what plugins register',
    rooms: [
      {
        path: 'kinds/hooks',
        holds:
          'hooks: names, order, callbacks compiled to a straight run, what becomes of failing ones',
      },
      { path: 'kinds/middleware', holds: 'chains around tool calls and messages' },
      { path: 'kinds/messages', holds: 'messages between plugins, each answered' },
      {
        path: 'kinds/tools',
        holds:
          'specs, validation, calls, results; under `dialects` the definitions of tools for model APIs and MCP',
        // Few programs define tools for models, and few tools reply with parts, so the rest does without.
        faces: ['content/index.ts', 'dialects/index.ts'],
      },
      {
        path: 'kinds/commands',
        holds: 'specs, reserved names, runs, the gate that keeps the host unchanged meanwhile',
      },
      {
        path: 'kinds/prompts',
        holds: 'specs, templates, what handlers reply, completion of arguments',
      },
      { path: 'kinds/contexts', holds: 'texts about a query, each with its source; their URIs' },
      { path: 'kinds/index.ts', holds: 'the table of kinds that the host serves' },
    ],
  },
  {
    group: 'plugin-api: what plugins in TypeScript see',
    rooms: [
      {
        path: 'plugin-api',
        holds: 'the shape of a plugin in TypeScript, the builder, the context',
        // What register() runs with is loaded by the first plugin in TypeScript that starts.
        faces: ['run-register.ts'],
      },
    ],
  },
  {
    group: 'host: what an embedder sees',
    rooms: [
      {
        path: 'host',
        holds:
          '`PluginHost` over a core and a dispatcher; under `plugins`: each plugin, its findings and the table of phases, `lifecycle`: find, start, stop, follow the files, `drop-in`: follow the folders of plugins, `dormant`: plugins that wait until they are needed, `crashes`: plugins that end the process, `operations`: one after another, `scope`: what a plugin in TypeScript is given',
        // A table, which the command line reads before it knows whether it needs a host; what
        // `aisopod/testing` makes contexts of; and the child processes of the command line, whose parent
        // loads no host.
        faces: [
          'crashes/child-reports.ts',
          'crashes/crashed-error.ts',
          'crashes/start-ways.ts',
          'crashes/watched-child.ts',
          'plugins/lifecycle.ts',
          'plugins/phases.ts',
          'scope/index.ts',
        ],
      },
    ],
  },
  {
    group: 'servers: other programs reach the host through them',
    rooms: [
      {
        path: 'mcp',
        holds:
          'the MCP server: tools, prompts and contexts for clients on standard input and output, and over HTTP',
      },
    ],
  },
  {
    group: 'doors: nothing imports them',
    door: true,
    rooms: [
      { path: 'index.ts', holds: '`aisopod`: the public surface' },
      { path: 'testing', holds: '`aisopod/testing`' },
      { path: 'cli', holds: 'the command line' },
    ],
  },
];

/**
 * What breaks a rule today and why it stays. A test fails when one is missing here, and when one no longer
 * breaks a rule.
 * @type {readonly (import('./rules.mjs').Violation & { readonly why: string })[]}
 */
export const KNOWN_EXCEPTIONS = [];
