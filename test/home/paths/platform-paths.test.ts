import { describe, expect, test } from 'vitest';
import { pathsOf, platformPluginDirectories, userHome } from '../../../src/home/paths/index.js';

describe('the directories of a platform', () => {
  test('are those of XDG on Linux, with their defaults below HOME', () => {
    expect(platformPluginDirectories({ HOME: '/home/ada' }, 'linux')).toEqual([
      '/home/ada/.config/aisopod/plugins',
      '/home/ada/.local/share/aisopod/plugins',
      '/usr/local/lib/aisopod/plugins',
    ]);
    const env = { HOME: '/home/ada', XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: 'relative' };
    expect(platformPluginDirectories(env, 'linux').slice(0, 2)).toEqual([
      '/c/aisopod/plugins',
      '/home/ada/.local/share/aisopod/plugins',
    ]);
  });

  test('are Application Support on macOS', () => {
    expect(platformPluginDirectories({ HOME: '/Users/ada' }, 'darwin')).toEqual([
      '/Users/ada/Library/Application Support/aisopod/plugins',
      '/usr/local/lib/aisopod/plugins',
    ]);
  });

  test('are APPDATA and LOCALAPPDATA on Windows', () => {
    const env = {
      APPDATA: 'C:\\Users\\ada\\AppData\\Roaming',
      LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local',
      XDG_CONFIG_HOME: 'C:\\c',
    };
    expect(platformPluginDirectories(env, 'win32')).toEqual([
      'C:\\Users\\ada\\AppData\\Roaming\\aisopod\\plugins',
      'C:\\Users\\ada\\AppData\\Local\\aisopod\\plugins',
    ]);
    expect(platformPluginDirectories({ APPDATA: '' }, 'win32')).toEqual([]);
  });

  test('are those for all users where the environment names none', () => {
    for (const platform of ['linux', 'darwin'] as const) {
      expect(platformPluginDirectories({}, platform)).toEqual(['/usr/local/lib/aisopod/plugins']);
    }
  });
});

test('each platform has its own home variable, list separator and absolute paths', () => {
  const env = { HOME: '/home/ada', USERPROFILE: 'C:\\Users\\ada' };
  expect(userHome(env, 'linux')).toBe('/home/ada');
  expect(userHome(env, 'darwin')).toBe('/home/ada');
  expect(userHome(env, 'win32')).toBe('C:\\Users\\ada');
  expect(userHome({ USERPROFILE: 'Users' }, 'win32')).toBe(null);
  expect([pathsOf('linux').delimiter, pathsOf('win32').delimiter]).toEqual([':', ';']);
});
