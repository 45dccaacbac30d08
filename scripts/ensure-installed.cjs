// Runs on whatever Node the machine has (18 or later), before anything is installed: keep it plain CommonJS.
'use strict';
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');

if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) {
  process.stderr.write('First run: installing dependencies and Node 24 (npm ci) ...\n');
  const started = Date.now();
  // Standard output belongs to the command that comes next (it may be JSON), so npm's goes to standard error.
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) {
    process.stderr.write('The installation failed; see the lines above. Try: npm ci\n');
    process.exit(1);
  }
  process.stderr.write(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}
