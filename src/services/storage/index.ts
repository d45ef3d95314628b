export type { Operation, Page, PageOptions, StorageOptions } from './operations.js';
export type { PluginStorage, SharedStorage } from './plugin-storage.js';
export type { Storage } from './storage.js';
export { storageRequests } from './storage-requests.js';
export { StorageService } from './storage-service.js';
