export { type Installed, type InstalledPlugin, readInstalled } from './installed-file.js';
