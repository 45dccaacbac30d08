import type { TwinObject } from '@iotedge-networking/contract';
import type { Change } from './changes.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';
import type { WishedService } from './wish.ts';

const NAMES = ['shop', 'hmi', 'cam', 'log', 'erp', 'lab'];
const MODULES = ['edge-web1', 'edge-web2', 'edge-web3'];
const ADOPTED = ['plc', 'opc'];

/** Wish: what the operator changes in the cloud, pools included. */
export const WISH_CHANGES: readonly Change[] = [
  { name: 'desired Service', weight: 8, run: changeService },
  { name: 'malformed document', weight: 2, run: makeMistake },
  { name: 'corrected document', weight: 3, run: mendMistakes },
  { name: 'pool', weight: 3, run: changePool },
];

function changeService({ wish, sendWish }: Stage, random: Random): string {
  const name = random.pick([...NAMES, ...ADOPTED]);
  const before = wish.services.get(name);
  const isRemoved = before !== undefined && random.chance(0.3);
  const entry = ADOPTED.includes(name) ? adoption(random) : makeEntry(random, before);
  if (isRemoved) wish.services.delete(name);
  else wish.services.set(name, entry);
  sendWish();
  return isRemoved ? `${name} is not wished any more` : `${name} is wished ${JSON.stringify(entry)}`;
}

function adoption(random: Random): WishedService {
  return { expose: 'external', ...(random.chance(0.3) ? { address: anyAddress(random) } : {}) };
}

function makeEntry(random: Random, before: WishedService | undefined): WishedService {
  const [first, second] = [random.pick(MODULES), random.pick(MODULES)];
  const modules = first === second ? first : `${first},${second}`;
  const backends = before?.backends ?? (random.chance(0.6) ? `modules:${modules}` : 'selector:app=hmi');
  const ports = { http: `${random.pick([80, 443, 8080])}:80/TCP`, ...(random.chance(0.2) ? { snmp: '161/UDP' } : {}) };
  if (random.chance(0.15)) return { expose: 'internal', ports, backends };
  return {
    ...{ expose: 'external', ports, backends },
    ...(random.chance(0.25) ? { address: anyAddress(random) } : {}),
    ...(random.chance(0.15) ? { shareAddress: 'shared' } : {}),
    ...(random.chance(0.15) ? { externalTrafficPolicy: 'Local' as const } : {}),
  };
}

function anyAddress(random: Random): string {
  return `10.126.75.${206 + random.integer(10)}`;
}

const MISTAKES: Readonly<Record<string, TwinObject>> = {
  'an unknown key': { nonsense: true },
  'a wrong schema version': { schemaVersion: '9' },
  'a range that ends before it starts': {
    computeNetwork: { externalServiceIps: { default: '10.126.75.215-10.126.75.206' }, announce: 'layer2' },
  },
  'services that are a text': { services: 'none' },
  'an option of the wrong type': { options: { probe: 'yes', pinAddresses: 3 } },
};

function makeMistake({ wish, sendWish }: Stage, random: Random): string {
  const name = random.pick(Object.keys(MISTAKES));
  wish.mistakes.set(name, MISTAKES[name] ?? {});
  sendWish();
  return `the document has ${name}`;
}

function mendMistakes({ wish, sendWish }: Stage): string | undefined {
  if (wish.mistakes.size === 0) return undefined;
  wish.mistakes.clear();
  sendWish();
  return 'the document is corrected';
}

/** The device's page changes the pools; the operator declares it at the same time. */
function changePool({ wish, sendWish, metallb }: Stage, random: Random): string {
  const last = 207 + random.integer(9);
  wish.pools.set('default', `10.126.75.206-10.126.75.${last}`);
  metallb.configure();
  sendWish();
  return `pool default ends at .${last}`;
}
