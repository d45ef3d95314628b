export { count } from './count.js';
export { nearest } from './nearest.js';
export { notFoundText, unknownKeyText } from './not-found.js';
export { shellWord } from './shell-word.js';
export { shorten, shortName, show, showPath, textOrType, typeName } from './show.js';
