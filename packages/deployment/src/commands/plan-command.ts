import { checkDeployment } from '../generate/check-deployment.ts';
import { deviceScopes } from '../generate/device-scope.ts';
import { readNetworkFile, type NetworkOutcome } from '../network-file/network-file.ts';
import { formatPlacedProblem, type PlacedProblem } from '../network-file/placed-problem.ts';
import { planFails, type DevicePlan } from '../plan/device-plan.ts';
import { formatPlan } from '../plan/format-plan.ts';
import { planDevice } from '../plan/plan-device.ts';
import { EXIT, type CommandIo, type ExitCode } from './command-io.ts';
import { countProblems, plural, readText } from './load-network.ts';
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
  const { checked, devices, problems } = outcome;
  const plans = devices.map((device) => planDevice(checked.network, device, options));
  const ok = !problems.some(isError) && !plans.some(planFails);
  if (options.json) {
    const document = { schema: 'iotedge-networking/plan/v1', ok, file: options.file, problems, devices: plans };
    io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    for (const problem of problems) io.stdout.write(`${formatPlacedProblem(problem)}\n`);
    for (const plan of plans) io.stdout.write(`${formatPlan(plan).join('\n')}\n\n`);
    io.stdout.write(`${summaryOf(plans, problems)}\n`);
  }
  return ok ? EXIT.ok : EXIT.problems;
}

type Reading = PlannedFile | { readonly refused: readonly PlacedProblem[] };

async function readForPlan(io: CommandIo, { file, devices }: PlanCommandOptions): Promise<Reading> {
  const text = await readText(io, file);
  const read = (checks: readonly (typeof checkDeployment)[]): NetworkOutcome =>
    readNetworkFile(text, { file, environment: io.environment, checks });
  const whole = read([checkDeployment]);
  const shape = whole.ok ? whole : read([]);
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

function summaryOf(plans: readonly DevicePlan[], problems: readonly PlacedProblem[]): string {
  const services = plans.flatMap((plan) => plan.services);
  const failing = services.filter(({ reason }) => reason !== '').length;
  const external = new Set(
    plans.flatMap(({ device, services: own }) =>
      own.flatMap(({ addresses }) => addresses.map((address) => `${device} ${address}`)),
    ),
  );
  return [
    `${plural(plans.length, 'device')}, ${plural(services.length, 'Service')}, ${external.size} external ${external.size === 1 ? 'address' : 'addresses'}`,
    ...(problems.length === 0 ? [] : [countProblems(problems)]),
    failing === 0 ? 'every Service gets what it asks for' : `${plural(failing, 'Service')} would fail`,
  ].join('; ');
}
