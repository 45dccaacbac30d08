import { spawnSync } from 'node:child_process';

// The tests write what they covered when NODE_V8_COVERAGE names a folder: where they have just run like that, they need not run again.
const hasRun = process.env.TESTS_WROTE_COVERAGE === '1';
const arguments_ = hasRun ? ['report', '--check-coverage'] : ['mocha', 'test/**/*.test.ts'];
const { status } = spawnSync('c8', arguments_, { stdio: 'inherit' });
process.exitCode = status ?? 1;
