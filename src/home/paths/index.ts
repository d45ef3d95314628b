export { expandTilde, type Home, type HomeOptions, resolveHome } from './home.js';
export { pathsOf, platformPluginDirectories, userHome } from './platform-paths.js';
export { makeDataDir } from './private-dir.js';
