/** What every manifest of a folder is called. */
export const MANIFEST_NAME = 'aisopod.plugin.toml';
