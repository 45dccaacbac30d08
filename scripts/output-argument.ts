import { parseArgs } from 'node:util';

/** The one place that a script writes to: its first argument, or this. `--help` prints the usage and ends the process; anything else ends it with exit code 2. */
export function outputArgument(script: string, what: string, usual: string): string {
  const usage = `Usage: npm run ${script} -- [PATH]\n\nWrites ${what} to PATH, or to ${usual}.\n`;
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) {
      process.stdout.write(usage);
      process.exit(0);
    }
    if (positionals.length > 1) throw new Error(`one path, not ${positionals.length}`);
    return positionals[0] ?? usual;
  } catch (error) {
    process.stderr.write(`${script}: ${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}
