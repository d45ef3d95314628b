/**
 * Every code an AisopodError can carry. One table for the package: the key is the code, the value
 * says in one line when it is raised. docs/reference/errors.md has an entry for each, and a test
 * compares both.
 */
export const ERROR_CODES = {
  // Usage and environment
  USAGE: 'the command line or an option of the API is not understood',
  NO_HOME: 'no home directory is known and none was given',
  HOME_OF_ANOTHER: 'root would use the home directory of another user',
  HOME_UNWRITABLE: 'a folder of the home cannot be made',
  HOST_CLOSED: 'the host is closed or closing',
  OUTPUT_FAILED: 'standard output cannot be written, or not kept apart from what plugins print',
  INTERNAL: 'a rule of our own was broken; please report it',
  ADDON_MISSING: 'the native addon is not built, or fits neither this machine nor this version',
  BUILD_FAILED: 'the native addon cannot be built on this machine',

  // Configuration
  CONFIG_INVALID: 'config.toml, or the configuration of a plugin, is wrong',
  CONFIG_UNUSED: 'the configuration names a plugin that is not there',
  CONFIG_NOT_SET: 'a key of the configuration has neither a value nor a default',
  CONFIG_REFUSED: 'the plugin refuses a new configuration; the old one stays in force',
  CONFIG_UNEDITABLE: 'a file of configuration cannot be changed without damaging it',
  SECRET_UNAVAILABLE: 'a secret that the configuration refers to cannot be read',
  SECRET_LITERAL: 'a secret stands in the configuration itself',
  SECRET_EXPOSED: 'other users of the machine can read the mounted file of a secret',
  INSTALLED_INVALID: 'registry.json is wrong',
  FILE_LOCKED: 'another process is changing the same file',
  FILE_UNWRITABLE: 'a file of the home cannot be written',
  WATCH_FAILED:
    'the host can no longer watch the files of the configuration, or folders of plugins',
  CHANGE_REFUSED: 'the changed files of a plugin cannot be used, so the version that runs goes on',

  // Discovery
  SEARCH_PATH_MISSING: 'a directory that was named as a search path does not exist',
  SCAN_UNREADABLE: 'a folder or file cannot be read',
  PATH_UNSAFE: 'a plugin folder or a file in it could be changed by someone else',
  SHADOWED: 'another copy or version of the plugin is used',
  DUPLICATE_PLUGIN: 'the same id and version with different bytes, in one directory',
  NAME_TWINS: 'names in one directory differ only in case or in how accents are encoded',
  VERSION_PINNED: 'a pin allows none of the versions of the plugin that were found',
  BARE_LIBRARY: 'a library has no manifest',
  PLUGIN_NOT_FOUND: 'no plugin has that id',

  // Manifest
  MANIFEST_IGNORED: 'another manifest stands above one in the same folder',
  MANIFEST_MISSING: 'the folder has no manifest',
  MANIFEST_SYNTAX: 'the manifest is not TOML, YAML or JSON',
  MANIFEST_INVALID: 'the manifest breaks a rule',
  IMPORT_INVALID: 'a file that is to be imported has a fault',
  IMPORT_EXISTS: 'an import would replace a manifest',
  ENTRY_NOT_FOUND: 'none of the files that the entry can stand for exists',
  ENTRY_OUTSIDE: 'the entry leaves the folder of the plugin',

  // Compatibility
  PLATFORM_UNSUPPORTED: 'the manifest does not list this platform',
  HOST_VERSION: 'the version of the host is outside of what the manifest allows',
  ABI_MAJOR: 'the plugin is built for another major version of the ABI',
  ABI_MINOR: 'the plugin needs a newer minor version of the ABI',
  FEATURE_MISSING: 'the manifest asks for a feature that this host does not have',
  LOADER_UNSUPPORTED: 'this host has no loader, or no isolation, of the kind the manifest asks for',

  // Dependencies
  DEPENDENCY_MISSING: 'a plugin that this one needs is not available',
  DEPENDENCY_VERSION: 'a plugin that this one needs has a version outside of the range',
  DEPENDENCY_CYCLE: 'the dependencies of plugins are circular',
  DEPENDENCY_FAILED: 'a plugin that this one needs did not start',

  // Reading and opening a library
  LIBRARY_UNREADABLE: 'the library cannot be read',
  LIBRARY_FORMAT: 'the file is not a library of a known format, or is over a limit for libraries',
  LIBRARY_PLATFORM: 'the library is for another operating system',
  LIBRARY_MACHINE: 'the library is for another processor',
  LIBRARY_NO_ENTRY: 'the library does not export the entry point',
  LIBRARY_RUST_ABI: 'the library is a plugin of the earlier Rust interface',
  LIBRARY_DEPENDENCY: 'a library that this one needs is missing',
  LIBRARY_OPEN: 'the operating system refused to open the library',
  LIBRARY_CLASH:
    'the library, or one that it brings along, would use the code or data of another one',
  RELOAD_UNSUPPORTED:
    'the new build of a library would use code or objects of one that is open already',
  LIBRARY_SHARED: 'two libraries share an object that the process keeps once',
  LIBRARY_STACK: 'opening the library would make the stacks of the process executable',
  LIBRARY_SANITIZER: 'the library needs the runtime of a sanitizer that is not in the process',
  LIBRARY_SLOW: 'opening the library took longer than its limit',
  LOADER_STUCK: 'an earlier library never finished opening, so nothing can be opened any more',
  COPY_CACHE: 'the private copy of a library cannot be made',
  COPY_PARTIAL: "not all files of a plugin's folder are next to the private copy of its library",
  COPIES_HELD: 'a process has reloaded plugins so often that it should start again',

  // Descriptor
  DESCRIPTOR_NULL: 'the library does not serve the id of the plugin: its entry point returned NULL',
  DESCRIPTOR_INVALID: 'the descriptor breaks a rule of the ABI',
  DESCRIPTOR_MISMATCH: 'id or version of the library are not those of the manifest',
  ENTRY_FAILED: 'the entry function of the library threw a C++ exception',
  INSTANCE_LIMIT: 'the plugin allows one instance in a process, and another one is alive',

  // Lifecycle
  CREATE_FAILED: 'create() answered an error',
  REGISTER_FAILED: 'on_register() answered an error, or a registration was refused',
  INIT_FAILED: 'on_init() answered an error',
  RELOAD_FAILED: 'the plugin was not reloaded',
  SAVE_FAILED: 'the plugin cannot save its state, so that it was not reloaded',
  STATE_TOO_LARGE: 'the state that the plugin saves is over the limit state_bytes',
  RESTORE_FAILED: 'the plugin cannot restore the state that was saved before the reload',
  SHUTDOWN_FAILED: 'shutdown() of a plugin in TypeScript threw',
  TIMER_FAILED: 'a function of context.setTimeout() threw',
  LIFECYCLE_TIMEOUT: 'a lifecycle function took longer than its limit',
  PROCESS_STATE_CHANGED:
    'code of a plugin changed the locale, the umask, the working directory or a signal handler',
  PLUGIN_CRASHED: 'the plugin ended the process that started it, and is left out until it changes',
  PLUGIN_DISABLED: 'the plugin is switched off',
  PLUGIN_STUCK:
    'a handler of the plugin overstays its deadline; serial calls are refused until it returns',
  PLUGIN_NOT_ACTIVE: 'the plugin is not active',
  PLUGIN_IN_USE: 'other plugins need this one',
  ALREADY_LOADED: 'the plugin is loaded already',

  // Registry
  REGISTRATION_INVALID: 'what a plugin registers breaks a rule',
  SCHEMA_INVALID: 'a JSON Schema is illegal or over a limit',
  NAME_TAKEN: 'the short name belongs to another plugin; the full name works',
  CAPABILITY_MISMATCH: 'what the manifest lists and what was registered differ',
  REGISTRATIONS_CHANGED:
    'a plugin that was started when it was needed registers otherwise than before',

  // Hooks
  HOOK_UNKNOWN: 'no hook has that name',
  HOOK_CYCLE: 'the before/after order of the callbacks of a hook is circular',
  HOOK_FAILED: 'a callback of a hook failed, was late, or answered what cannot be used',
  HOOK_SLOW: 'a callback of a hook held up the event loop for longer than its limit',
  HOOK_OFF: 'a callback of a hook failed too often in a row and is switched off',
  HOOK_DEPTH: 'callbacks of hooks fire hooks too deeply',

  // Calls
  TOOL_NOT_FOUND: 'no tool has that name',
  PROMPT_NOT_FOUND: 'no prompt has that name',
  CONTEXT_NOT_FOUND: 'no context has that name, or takes that URI',
  ARGUMENTS_INVALID:
    'the arguments do not match the parameters of the tool, or those of the prompt',
  VALIDATION_DEADLINE: 'a pattern takes too long to match the arguments of a call',
  CALL_CANCELLED: 'the caller cancelled the call',
  CALL_DEADLINE: 'the call took longer than its limit',
  CALL_GONE: 'the plugin went away before it answered',
  QUEUE_FULL: 'too many calls of the plugin are waiting',
  NO_RESOURCES: 'the machine has no thread, memory or open file left for a call or an opening',
  PAYLOAD_TOO_LARGE: 'a payload is over the limit',
  REPLY_REFUSED: 'the answer of the plugin is not what the ABI allows',
  CONTENT_INVALID: 'a tool whose result is content replied with something else',
  NOT_ANSWERED: 'the handler of the plugin returned AISOPOD_OK without an answer',
  TOOL_BLOCKED: 'a hook blocked the call of the tool',
  RESULT_SPOILED: 'a hook changed a result in place into something that is not a result',
  ON_ERROR_FAILED: 'the on_error handler of a tool gave no usable answer',
  CALL_TOO_DEEP: 'more calls wait for one another than the limit allows',
  MIDDLEWARE_FAILED: 'a middleware around the call failed, or broke a rule of its chain',
  NEXT_MISUSED:
    'a middleware or a wrapper called next() twice, too late, or with a value that cannot go on',

  // Servers
  LISTEN_FAILED: 'a server cannot listen at an address',

  // Storage
  STORAGE_INVALID: 'a key, value or operation breaks a rule of the storage',
  STORAGE_TOO_LARGE: 'a key, a value or a commit is over a limit of the storage',
  STORAGE_QUOTA: 'a plugin would store more than its limit; nothing was changed',
  STORAGE_CONFLICT: 'a key does not hold what a commit expected; nothing was changed',
  STORAGE_UNAVAILABLE: 'the storage of the home cannot be opened, read or written',

  // Commands
  COMMAND_NOT_FOUND: 'no command has that name',
  ARGUMENT_TOO_LARGE: 'an argument of a command has more than 4096 bytes',
  COMMAND_RUNNING: 'a command runs; until it has ended, plugins and the API cannot change the host',
  AUTH_REQUIRED: 'the caller must authenticate, and gave no credentials',
  AUTH_REFUSED: 'the token or role of the caller is not sufficient',
  TOKEN_UNUSABLE: 'others may use the token file of the home, or it holds no token',

  // Events and messages
  TOPIC_INVALID: 'a topic, or a pattern of topics, breaks the rules',
  TOPIC_RESERVED: 'the topic is one of the host itself',
  EVENT_INVALID: 'what is published cannot be written as JSON',
  EVENTS_DROPPED: 'a subscriber is too slow, and its oldest events are dropped',
  SUBSCRIBER_SLOW: 'a subscriber has not completed an event within its limit',
  SUBSCRIBER_FAILED: 'a subscriber threw an error',
  MESSAGE_INVALID: 'a message, or its answer, cannot be written as JSON',
  MESSAGE_CYCLE: 'a message would reach a plugin that waits for it',
  NO_INBOX: 'the plugin takes no messages',
  INBOX_TAKEN: 'the plugin answers messages already',

  // What a plugin answers, one for each status of the ABI
  FAIL: 'the plugin failed without a more specific reason',
  INVALID: 'the plugin reports that its input is invalid',
  UNSUPPORTED: 'the plugin does not support what was asked',
  EXISTS: 'the plugin reports that the object exists already',
  NOT_FOUND: 'the plugin did not find what was asked for',
  DENIED: 'the plugin, or its rules, refuse',
  GONE: 'the plugin reports that the object is gone',
  CANCELLED: 'the plugin stopped because of a cancellation',
  DEADLINE: 'the plugin stopped because time ran out',
  AGAIN: 'the plugin is busy; try again later',
  NOMEM: 'the plugin ran out of memory',
  STATE: 'the plugin cannot do this in its present state',
  THREAD: 'the plugin was called on a thread that it does not allow',
  TOO_LARGE: 'the plugin reports that its input is too large',
  BUSY: 'the plugin is busy with an earlier call',
} as const satisfies Record<string, string>;

/** The union of all error codes. */
export type ErrorCode = keyof typeof ERROR_CODES;
