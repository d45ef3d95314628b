export { type Installed, type InstalledPlugin, readInstalled } from './installed-file.js';
export { installedSchema } from './installed-schema.js';
export { writeEnabled } from './write-enabled.js';
