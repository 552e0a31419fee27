#!/usr/bin/env node
// The start of the program: CommonJS, and nothing that versions of Node from 2015 on cannot parse, so that an old one
// says what it needs. What the program is made of is loaded afterwards, from the compile cache where there is one.

/** Modes of a directory, in decimal: `0o700` and `0o022` are younger. */
var OWN_ONLY = 448;
var WRITABLE_BY_OTHERS = 18;

function refuse(needed: string): void {
  process.stderr.write(
    'deadweight: This is Node ' +
      process.version +
      ', and Deadweight needs Node ' +
      needed +
      ' or newer.\nInstall a newer Node: https://nodejs.org\n',
  );
  process.exitCode = 2;
}

/** The oldest version that would do; null where this one does. Node 23 had zstd later than Node 22. */
function missingVersion(): string | null {
  var parts = process.versions.node.split('.').map(Number);
  var major = parts[0] || 0;
  var minor = parts[1] || 0;
  if (major === 23) return minor < 8 ? '23.8' : null;
  return major < 22 || (major === 22 && minor < 15) ? '22.15' : null;
}

/** The directory of the compiled code, beside the scans; null where nothing is to be kept. @throws for a user without a home */
function cacheDirectory(): string | null {
  var path: typeof import('node:path') = require('node:path');
  var os: typeof import('node:os') = require('node:os');
  var given = process.env['DEADWEIGHT_CACHE_DIR'];
  if (given === '') return null;
  if (given) return path.resolve(given, 'compiled');
  var home = process.env['XDG_CACHE_HOME'];
  if (!home || !path.isAbsolute(home))
    home = path.join(os.homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  return path.isAbsolute(home) ? path.join(home, 'deadweight', 'compiled') : null;
}

/** Not by `recursive`: Node tries for ever where a directory is there and none can be made in it, as in a mount that was removed. */
function makeDirectories(
  fs: typeof import('node:fs'),
  path: typeof import('node:path'),
  directory: string,
): void {
  if (fs.existsSync(directory)) return;
  makeDirectories(fs, path, path.dirname(directory));
  fs.mkdirSync(directory);
}

/** Node runs what it finds in the directory, so nobody else may write there. @throws where it cannot be made */
function useCompileCache(directory: string | null): void {
  if (directory === null) return;
  var path: typeof import('node:path') = require('node:path');
  var fs: typeof import('node:fs') = require('node:fs');
  var nodeModule: typeof import('node:module') = require('node:module');
  makeDirectories(fs, path, path.dirname(directory));
  if (!fs.existsSync(directory)) fs.mkdirSync(directory, OWN_ONLY);
  var stats = fs.statSync(directory);
  if (process.getuid && stats.uid !== process.getuid()) return;
  if ((stats.mode & WRITABLE_BY_OTHERS) === 0) nodeModule.enableCompileCache(directory);
}

function start(): void {
  try {
    useCompileCache(cacheDirectory());
  } catch (_error) {
    // Read-only, full, not a directory: the program is compiled anew.
  }
  require('./main.js');
}

var needed = missingVersion();
if (needed === null) start();
else refuse(needed);
