export { type JsonChecker, loadAddonFile, loadedAddonFile } from './load-addon.js';
