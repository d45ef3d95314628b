export { count } from './count.js';
export { nearest } from './nearest.js';
export { notFoundText } from './not-found.js';
export { shellWord } from './shell-word.js';
export { shorten, shortName } from './shorten.js';
export { show, showPath } from './show.js';
export { textOrType } from './text-or-type.js';
export { unknownKeyText } from './unknown-key.js';
