export { mergeJson, toJson } from './json.js';
export { formatKeyPath, parseKeyPath } from './key-path.js';
export { locate, type Position } from './locate.js';
export { formatProblem, type Problem, problemsError, problemsOf } from './problem.js';
export {
  type FileCodes,
  MAX_TOML_BYTES,
  readTextFile,
  readToml,
  readTomlText,
  type TomlFile,
  type TomlTable,
} from './read-toml.js';
