import { deviceScopes } from '../generate/device-scope.ts';
import { formatPlacedProblem, type PlacedProblem } from '../network-file/placed-problem.ts';
import { planFails, type DevicePlan } from '../plan/device-plan.ts';
import { formatPlan } from '../plan/format-plan.ts';
import { planMaker } from '../plan/plan-device.ts';
import { EXIT, type CommandIo, type ExitCode } from './command-io.ts';
import { streamJson } from './json-stream.ts';
import { countProblems, loadNetwork, plural } from './load-network.ts';
import type { PlanCommandOptions, PlannedFile } from './plan-options.ts';
import { planUpdateCommand } from './plan-update-command.ts';
import { selectDevices } from './select-devices.ts';

/**
 * Prints what a network file leads to, device by device. A file whose deployment would fail is planned all the same, so that it is seen what fails; one that breaks a
 * rule of addresses or shape is not. 1 when anything would fail.
 */
export async function planCommand(io: CommandIo, options: PlanCommandOptions): Promise<ExitCode> {
  const outcome = await readForPlan(io, options);
  if ('refused' in outcome) return refuse(io, options, outcome.refused);
  if (options.hub) return planUpdateCommand(io, outcome, options);
  return printPlans(io, options, outcome);
}

/** Plans and prints device by device: the plans of a large fleet together would take more memory than anything else. */
function printPlans(io: CommandIo, options: PlanCommandOptions, planned: PlannedFile): ExitCode {
  const { problems } = planned;
  const sum = { devices: 0, services: 0, addresses: 0, failing: 0, ok: !problems.some(isError) };
  const plans = function* (): Generator<DevicePlan> {
    const planOf = planMaker(planned.checked.network, options);
    for (const device of planned.devices) {
      const plan = planOf(device);
      count(sum, plan);
      yield plan;
    }
  };
  if (options.json) {
    const head = { schema: 'iotedge-networking/plan/v1', file: options.file, problems };
    streamJson(io.stdout, { head, list: 'devices', items: plans(), tail: () => ({ ok: sum.ok }) });
  } else {
    for (const problem of problems) io.stdout.write(`${formatPlacedProblem(problem)}\n`);
    for (const plan of plans()) io.stdout.write(`${formatPlan(plan).join('\n')}\n\n`);
    io.stdout.write(`${summaryOf(sum, problems)}\n`);
  }
  return sum.ok ? EXIT.ok : EXIT.problems;
}

/** What is said of all plans together. */
interface PlanSum {
  devices: number;
  services: number;
  addresses: number;
  failing: number;
  ok: boolean;
}

function count(sum: PlanSum, plan: DevicePlan): void {
  sum.devices += 1;
  sum.services += plan.services.length;
  sum.addresses += new Set(plan.services.flatMap(({ addresses }) => addresses)).size;
  sum.failing += plan.services.filter(({ reason }) => reason !== '').length;
  sum.ok &&= !planFails(plan);
}

type Reading = PlannedFile | { readonly refused: readonly PlacedProblem[] };

async function readForPlan(io: CommandIo, { file, devices }: PlanCommandOptions): Promise<Reading> {
  const whole = await loadNetwork(io, file);
  const shape = whole.ok ? whole : await loadNetwork(io, file, []);
  if (!shape.ok) return { refused: shape.problems };
  const { network, file: written } = shape.value;
  const all = deviceScopes(network, written).map(({ device }) => device);
  const problems = whole.ok ? whole.value.warnings : whole.problems;
  return { checked: shape.value, devices: selectDevices(all, devices), problems };
}

function refuse(io: CommandIo, { file, json }: PlanCommandOptions, problems: readonly PlacedProblem[]): ExitCode {
  if (json) {
    const document = { schema: 'iotedge-networking/plan/v1', ok: false, file, problems, devices: [] };
    io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    for (const problem of problems) io.stdout.write(`${formatPlacedProblem(problem)}\n`);
    io.stdout.write(`${file}: ${countProblems(problems)}; nothing was planned.\n`);
  }
  return EXIT.problems;
}

function isError({ level }: PlacedProblem): boolean {
  return level !== 'warning';
}

function summaryOf({ devices, services, addresses, failing }: PlanSum, problems: readonly PlacedProblem[]): string {
  return [
    `${plural(devices, 'device')}, ${plural(services, 'Service')}, ${addresses} external ${addresses === 1 ? 'address' : 'addresses'}`,
    ...(problems.length === 0 ? [] : [countProblems(problems)]),
    failing === 0 ? 'every Service gets what it asks for' : `${plural(failing, 'Service')} would fail`,
  ].join('; ');
}
