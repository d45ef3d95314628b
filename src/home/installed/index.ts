export { type Installed, type InstalledPlugin, readInstalled } from './installed-file.js';
export { writeEnabled } from './write-enabled.js';
