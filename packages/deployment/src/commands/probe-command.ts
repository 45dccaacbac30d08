import type { Problem } from '@iotedge-networking/contract';
import { addressesToProbe, type ProbeTargets } from '../probe/addresses-to-probe.ts';
import { judgeAnswers, type Answer } from '../probe/judge-answers.ts';
import { readArpTable } from '../probe/read-arp-table.ts';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './command-io.ts';
import { plural, requireNetwork } from './load-network.ts';
import { runConcurrently } from './run-concurrently.ts';
import { selectDevices } from './select-devices.ts';

/** What `probe` is asked for. */
export interface ProbeRequest {
  readonly file: string;
  readonly device: string | undefined;
  readonly limit: number;
  readonly timeoutMs: number;
  readonly json: boolean;
}

const AT_ONCE = 64;

/** Asks the addresses of one device whether anybody has them already, and says so (rule N11). */
export async function probeCommand(io: CommandIo, request: ProbeRequest): Promise<ExitCode> {
  const read = await requireNetwork(io, request.file, request.json);
  if (read === undefined) return EXIT.problems;
  const [device, second] = selectDevices(read.network.devices, request.device === undefined ? [] : [request.device]);
  if (device === undefined) throw new UsageError(`${request.file} has no devices. Add one under devices.`);
  if (second !== undefined) throw new UsageError('Say which device this machine is beside: --device ID.');
  const targets = addressesToProbe(device.computeNetwork, request.limit);
  if (targets.wanted.length === 0) {
    throw new UsageError(`${device.id} declares neither nodeIps nor externalServiceIps: there is nothing to ask.`);
  }
  const answers = await ask(io, targets, request.timeoutMs);
  const problems = judgeAnswers(device.id, targets, answers);
  print(io, request, { device: device.id, targets, problems });
  return problems.length === 0 ? EXIT.ok : EXIT.problems;
}

async function ask(io: CommandIo, { wanted, control }: ProbeTargets, timeoutMs: number): Promise<readonly Answer[]> {
  const all = [...control, ...wanted];
  let done = 0;
  const reached = await runConcurrently(all, AT_ONCE, async (address) => {
    const isThere = !io.signal.aborted && (await io.contact(address, timeoutMs));
    done += 1;
    if (done % AT_ONCE === 0 || done === all.length) io.stderr.write(`asked ${done} of ${all.length} addresses\n`);
    return isThere;
  });
  const hardware = readArpTable(await io.files.read('/proc/net/arp').catch(() => ''));
  return all.flatMap((address, index): readonly Answer[] => {
    const hardwareAddress = hardware.get(address);
    if (hardwareAddress !== undefined) return [{ address, how: 'arp', hardwareAddress }];
    return reached[index] === true ? [{ address, how: 'tcp' }] : [];
  });
}

interface Findings {
  readonly device: string;
  readonly targets: ProbeTargets;
  readonly problems: readonly Problem[];
}

function print(io: CommandIo, { json }: ProbeRequest, { device, targets, problems }: Findings): void {
  const { wanted, control, omitted } = targets;
  if (json) {
    const document = {
      ok: problems.length === 0,
      device,
      asked: wanted.length,
      control,
      omitted: Number(omitted),
      problems,
    };
    io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  for (const { code, message, fix = '' } of problems)
    io.stdout.write(`${device}: warning ${code}: ${message} ${fix}\n`);
  const left = omitted > 0n ? `; ${omitted} more were not asked (--limit)` : '';
  const outcome = problems.length === 0 ? 'nobody answers' : plural(problems.length, 'warning');
  io.stdout.write(`${device}: asked ${wanted.length} of its addresses: ${outcome}${left}\n`);
}
