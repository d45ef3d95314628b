export { dictionary, either, list, oneOrMany, orNull } from './collections.js';
export { type Finding, Findings } from './findings.js';
export {
  type Field,
  type KeyPath,
  keyPath,
  type Loose,
  maybe,
  optional,
  type Place,
  type Read,
  required,
  type Shape,
  section,
  under,
} from './shape.js';
export { keyed, table, tagged } from './table.js';
export { flag, oneOf, string, text, value, wholeNumber } from './values.js';
