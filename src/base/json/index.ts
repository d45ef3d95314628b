export { isTextDeeperThan, SPEC_DEPTH } from './depth.js';
export { freezeDeep } from './freeze-deep.js';
export { isObject, isTable, type JsonObject } from './is-object.js';
export { plainCopy } from './is-plain.js';
export { JsonFault, JsonTextFault } from './json-fault.js';
export {
  canonicalJson,
  canonicalText,
  isJson,
  jsonText,
  lossyJson,
  readJson,
} from './known-json.js';
export { parseJson, parseJsonFile } from './parse-json.js';
export { pointerTo } from './pointer.js';
export {
  type MemberType,
  type ObjectShape,
  type QuickWriter,
  quickWriter,
} from './quick-writer.js';
export { checkFunction, checkSignal, checkTimeout, readMembers } from './read-members.js';
export { isDeeperThan } from './value-depth.js';
export { strictJson, writeAndRead, writeJson } from './write-json.js';
