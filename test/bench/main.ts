import { moduleFigures } from './module-figures.ts';

const say = (line: string): void => void process.stderr.write(`bench: ${line}\n`);

const figures = { node: process.version, module: await moduleFigures(say) };
process.stdout.write(
  `${JSON.stringify(figures, (_, value: unknown) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value), 2)}\n`,
);
