import { readFile } from 'node:fs/promises';
import { checkDeployment } from '../../packages/deployment/src/generate/check-deployment.ts';
import { manifestMaker } from '../../packages/deployment/src/generate/manifest.ts';
import { readNetworkFile } from '../../packages/deployment/src/network-file/network-file.ts';
import { formatPlan } from '../../packages/deployment/src/plan/format-plan.ts';
import { planMaker } from '../../packages/deployment/src/plan/plan-device.ts';

// What `validate`, `plan` and `generate` do with a fleet, in one process: read and check the file, plan every device, write every manifest. The texts are made and
// counted, not kept.
const [path = ''] = process.argv.slice(2);
const before = process.cpuUsage();
const start = performance.now();
const outcome = readNetworkFile(await readFile(path, 'utf8'), {
  file: path,
  environment: {},
  checks: [checkDeployment],
});
if (!outcome.ok) throw new Error(`${path} is not in order: ${JSON.stringify(outcome.problems[0])}`);
const { network } = outcome.value;
const read = performance.now();
const planOf = planMaker(network);
let planned = 0;
for (const device of network.devices) planned += formatPlan(planOf(device)).join('\n').length;
const plan = performance.now();
const manifestOf = manifestMaker(network);
let generated = 0;
for (const device of network.devices) generated += JSON.stringify(manifestOf(device), null, 2).length;
const end = performance.now();
const cpu = process.cpuUsage(before);
process.stdout.write(
  JSON.stringify({
    devices: network.devices.length,
    readSeconds: (read - start) / 1000,
    planSeconds: (plan - read) / 1000,
    generateSeconds: (end - plan) / 1000,
    processorSeconds: (cpu.user + cpu.system) / 1e6,
    peakMemoryMb: process.resourceUsage().maxRSS / 1024,
    planMb: planned / 1e6,
    manifestMb: generated / 1e6,
  }),
);
