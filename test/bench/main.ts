import { parseArgs } from 'node:util';
import { controlPlaneFigures } from './control-plane-figures.ts';
import { dashboardFigures } from './dashboard-figures.ts';
import { deploymentFigures } from './deployment.ts';
import { fleetFigures } from './fleet.ts';
import { measureGrowth } from './metallb-growth.ts';
import { moduleFigures } from './module-figures.ts';

const say = (line: string): void => void process.stderr.write(`bench: ${line}\n`);

/** What can be measured, by name; `npm run bench -- metallb` measures one. */
const parts: Readonly<Record<string, () => unknown>> = {
  module: () => moduleFigures(say),
  metallb: () => {
    say('growth of the MetalLB model from 1,000 to 100,000 Services');
    return measureGrowth();
  },
  deployment: () => deploymentFigures(say),
  fleet: () => fleetFigures(say),
  dashboard: () => dashboardFigures(say),
  'control-plane': () => controlPlaneFigures(say),
};

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  say(`nothing is called ${unknown.join(', ')}; known: ${Object.keys(parts).join(', ')}`);
  process.exitCode = 2;
} else {
  const chosen = Object.entries(parts).filter(([name]) => positionals.length === 0 || positionals.includes(name));
  const figures: Record<string, unknown> = { node: process.version };
  for (const [name, measure] of chosen) figures[name] = await measure();
  process.stdout.write(`${JSON.stringify(figures, rounded, 2)}\n`);
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}
