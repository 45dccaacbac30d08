import { TWIN_LIMITS } from '@iotedge-networking/contract';
import { deviceScopes } from '../generate/device-scope.ts';
import { manifestMaker } from '../generate/manifest.ts';
import type { TwinBudget } from '../generate/twin-budget.ts';
import { twinMeasure } from '../generate/twin-measure.ts';
import type { ReadNetwork } from '../network-file/network-file.ts';
import { formatPlacedProblem } from '../network-file/placed-problem.ts';
import { EXIT, type CommandIo, type ExitCode } from './command-io.ts';
import { countProblems, loadNetwork, plural } from './load-network.ts';

/** Checks a network file and prints every problem as `file:line:column: code path: message fix`, then a summary. */
export async function validateCommand(
  io: CommandIo,
  { file, json }: { readonly file: string; readonly json: boolean },
): Promise<ExitCode> {
  const outcome = await loadNetwork(io, file);
  const problems = outcome.ok ? outcome.value.warnings : outcome.problems;
  const budget = outcome.ok ? largestTwin(outcome.value) : undefined;
  if (json) io.stdout.write(`${JSON.stringify({ ok: outcome.ok, problems, largestTwin: budget }, null, 2)}\n`);
  else {
    for (const problem of problems) io.stdout.write(`${formatPlacedProblem(problem)}\n`);
    io.stdout.write(`${file}: ${countProblems(problems)}${outcome.ok ? summary(outcome.value, budget) : ''}\n`);
  }
  return outcome.ok ? EXIT.ok : EXIT.problems;
}

interface DeviceTwin extends Omit<TwinBudget, 'parts'> {
  readonly device: string;
}

function largestTwin({ network, file }: ReadNetwork): DeviceTwin | undefined {
  const manifestOf = manifestMaker(network);
  const measure = twinMeasure();
  let largest: DeviceTwin | undefined;
  for (const { device } of deviceScopes(network, file))
    for (const [twin, content] of Object.entries(manifestOf(device).modulesContent)) {
      const bytes = measure(content['properties.desired']);
      if (bytes > (largest?.bytes ?? -1)) largest = { device: device.id, twin, bytes, limit: TWIN_LIMITS.sectionBytes };
    }
  return largest;
}

function summary({ network, file }: ReadNetwork, budget: DeviceTwin | undefined): string {
  const apps = Object.keys(file.apps ?? {}).length;
  const services = Object.keys(file.services ?? {}).length;
  const counts = [plural(network.devices.length, 'device'), plural(apps, 'app'), plural(services, 'service')].join(
    ', ',
  );
  const largest =
    budget === undefined
      ? ''
      : `; largest twin ${budget.twin} of ${budget.device}: ${budget.bytes} of ${budget.limit} bytes`;
  return `; ${counts}${largest}`;
}
