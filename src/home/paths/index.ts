export { makeDataDir } from './data-dir.js';
export { expandTilde, type Home, type HomeOptions, resolveHome } from './home.js';
export { pathsOf, platformPluginDirectories, userHome } from './platform-paths.js';
export { makePrivateDir } from './private-dir.js';
