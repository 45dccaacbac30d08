/** A simulator to be killed: runs one pod and prints its process id. */
import { startDnsServer } from '../../../packages/simulator/src/node/dns-server.ts';
import { startKubelet } from '../../../packages/simulator/src/node/kubelet.ts';
import { eventually } from '../eventually.ts';
import { emptyCluster, isReady, podNow, podObject, refs } from '../node-objects.ts';

const client = await emptyCluster();
const dns = await startDnsServer({ client });
const kubelet = startKubelet({ client, podSubnet: '172.98.0.0/16', dns: dns.address });
client.create(refs.pods, podObject('web-1', { ports: [{ containerPort: 8080 }] }));
await eventually('the pod', () => isReady(podNow(client, 'web-1')), 15_000);
process.stdout.write(`${kubelet.pids('shop', 'web-1')['main'] ?? ''}\n`);
