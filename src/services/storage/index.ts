export type { Operation, Page, PageOptions, StorageOptions } from './operations.js';
export type { PluginStore, SharedStorage } from './plugin-store.js';
export { storageRequests } from './storage-requests.js';
export { StorageService } from './storage-service.js';
