export { dictionary, either, list } from './collections.js';
export { editToml, type TomlEdit } from './edit.js';
export { Findings } from './findings.js';
export { isTable, type JsonObject, mergeJson, toJson } from './json.js';
export { formatKeyPath, type KeyPath, type Place, parseKeyPath, under } from './key-path.js';
export { locate, type Position } from './locate.js';
export { formatProblem, type Problem } from './problem.js';
export { problemsError } from './problems-error.js';
export {
  type FileCodes,
  MAX_TOML_BYTES,
  readToml,
  type TomlFile,
  type TomlTable,
} from './read-toml.js';
export {
  type Field,
  type Loose,
  optional,
  type Read,
  required,
  type Shape,
  section,
} from './shape.js';
export { keyed, table } from './table.js';
export { flag, oneOf, text, value, wholeNumber } from './values.js';
