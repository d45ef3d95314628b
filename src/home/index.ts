export { makeDataDir } from './data-dir.js';
export { expandTilde, type Home, type HomeOptions, resolveHome, userHome } from './home.js';
