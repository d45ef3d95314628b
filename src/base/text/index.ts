export { count } from './count.js';
export { nearest } from './nearest.js';
export { notFoundText, unknownKeyText } from './not-found.js';
export { shellWord } from './shell-word.js';
export { shorten, shortName } from './shorten.js';
export { show, showPath } from './show.js';
export { textOrType } from './text-or-type.js';
