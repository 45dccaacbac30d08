import assert from 'node:assert/strict';
import { jsonSchemas, networkSchema, resolveNetwork, type Network } from '@iotedge-networking/contract';
import { generateManifest } from '../../../../packages/deployment/src/generate/manifest.ts';
import { mergeObjects, type JsonObject } from '../../../../packages/deployment/src/generate/sorted-json.ts';
import { planDevice } from '../../../../packages/deployment/src/plan/plan-device.ts';

const PROFILES = ['ase-k8s', 'vm', 'kubernetes'] as const;
type Profile = (typeof PROFILES)[number];

const peer = { peerAddress: '10.0.0.1', peerAsn: 64512, selfAsn: 64513 };

/** A network that says everything, and for each of its values another one. */
const EVERYTHING = {
  apiVersion: 'iotedge-networking/v1',
  name: 'plant',
  namespace: 'iotedge',
  runtime: { version: '1.5', edgeAgent: 'agent:1', edgeHub: 'hub:1' },
  registryCredentials: { contoso: { address: 'contoso.azurecr.io', username: 'pull', password: '$PASSWORD' } },
  devices: [{ id: 'store-001', tags: { region: 'emea' } }],
};

const COMPUTE: Values = {
  subnet: ['10.0.0.0/24', '10.0.0.0/23'],
  gateway: ['10.0.0.1', '10.0.0.2'],
  deviceNodes: [1, 2],
  nodeIps: ['10.0.0.4-10.0.0.6', '10.0.0.5-10.0.0.7'],
  externalServiceIps: ['10.0.0.10-10.0.0.29', '10.0.0.10-10.0.0.39'],
  podSubnet: ['172.29.0.0/16', '172.30.0.0/16'],
  clusterIpSubnet: ['172.31.0.0/16', '172.26.0.0/16'],
  kubernetes: ['device', 'aks'],
  otherAddresses: [{ dns: '10.0.0.3' }, { dns: '10.0.0.8' }],
  routes: [['192.168.0.0/24'], ['192.168.1.0/24']],
  announce: ['bgp', 'layer2'],
  bgpPeers: [[peer], [{ ...peer, peerAsn: 64514 }]],
  managePools: [false, true],
};

const EXPOSURE: Values = {
  expose: ['external', 'internal'],
  ports: [{ http: 80 }, { http: 81 }],
  address: ['10.0.0.20', '10.0.0.21'],
  pool: ['default', 'other'],
  shareAddress: ['one', 'two'],
  externalTrafficPolicy: ['Local', 'Cluster'],
  probe: ['none', 'tcp'],
};

const APP: Values = {
  image: ['nginx:1', 'nginx:2'],
  replicas: [2, 3],
  env: [{ A: '1' }, { A: '2' }],
  createOptions: [{ User: 'one' }, { User: 'two' }],
  ...EXPOSURE,
};

/** One replica, whose Service edgeAgent makes where it can. */
const SINGLE: Values = { ...APP, replicas: [undefined, undefined] };

const SELECTING: Values = {
  namespace: ['plant', 'hall'],
  selector: ['app=hmi', 'app=hmi2'],
  adopt: [undefined, undefined],
  ...EXPOSURE,
};

const ADOPTING: Values = { ...SELECTING, selector: [undefined, undefined], adopt: ['historian', 'historian2'] };

const MODULE: Values = {
  name: ['networking', 'net'],
  image: ['networking:1', 'networking:2'],
  env: [{ A: '1' }, { A: '2' }],
  createOptions: [{ User: 'one' }, { User: 'two' }],
};

const OPTIONS: Values = { pinAddresses: [true, false], probe: [true, false], page: [true, false] };

/** The value a field has, and another one. */
type Values = Readonly<Record<string, readonly [unknown, unknown]>>;

interface Section {
  readonly path: string;
  readonly values: Values;
  /** What the schema knows there. */
  readonly known: readonly string[];
  /** Lays fields over the network that says everything. */
  readonly put: (fields: JsonObject) => JsonObject;
}

/** A part of the JSON Schema of network.yaml: an object, or objects by name. */
interface SchemaPart {
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly additionalProperties?: SchemaPart;
}

const { properties: shape = {} } = jsonSchemas().network as SchemaPart;

function keysAt(section: string): readonly string[] {
  const { properties, additionalProperties } = shape[section] ?? {};
  return Object.keys(properties ?? additionalProperties?.properties ?? {});
}

const SECTIONS: readonly Section[] = [
  {
    ...{ path: 'computeNetwork', values: COMPUTE, known: keysAt('computeNetwork') },
    put: (fields) => ({ computeNetwork: fields }),
  },
  { path: 'apps.one', values: SINGLE, known: keysAt('apps'), put: (fields) => ({ apps: { one: fields } }) },
  { path: 'apps.many', values: APP, known: keysAt('apps'), put: (fields) => ({ apps: { many: fields } }) },
  {
    ...{ path: 'services.hmi', values: SELECTING, known: keysAt('services') },
    put: (fields) => ({ services: { hmi: fields } }),
  },
  {
    ...{ path: 'services.old', values: ADOPTING, known: keysAt('services') },
    put: (fields) => ({ services: { old: fields } }),
  },
  {
    ...{ path: 'networkingModule', values: MODULE, known: keysAt('networkingModule') },
    put: (fields) => ({ networkingModule: fields }),
  },
  { path: 'options', values: OPTIONS, known: keysAt('options'), put: (fields) => ({ options: fields }) },
];

/** Sections whose values are changed one by one above, or as a whole below. */
const COVERED = ['computeNetwork', 'apps', 'services', 'networkingModule', 'options', ...['namespace', 'runtime']];
/** What is of the file and not of a device: what it is called and made of, and which devices there are. */
const OF_THE_FILE = ['apiVersion', 'name', 'profile', 'groups', 'devices', 'devicesFrom', 'deployments'];

const pick = (values: Values, index: 0 | 1): JsonObject =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, pair]) => (pair[index] === undefined ? [] : [[key, pair[index]]])),
  );

function networkOf(profile: Profile, change: JsonObject): Network {
  const whole = SECTIONS.reduce<JsonObject>((made, { values, put }) => mergeObjects(made, put(pick(values, 0))), {
    ...EVERYTHING,
    profile,
  });
  return resolveNetwork(networkSchema.parse({ ...whole, ...withLists(mergeObjects(whole, change), change) }));
}

const withLists = (merged: JsonObject, change: JsonObject): JsonObject =>
  Object.fromEntries(Object.keys(change).map((key) => [key, merged[key]]));

/** Twins by what they are for, as text. */
function twinsOf(network: Network): ReadonlyMap<string, string> {
  const [device] = network.devices;
  assert.ok(device !== undefined);
  const { modulesContent } = generateManifest(network, device);
  const sections = Object.entries(modulesContent).map(
    ([name, content]) => [name.startsWith('$') ? name : 'networking', JSON.stringify(content)] as const,
  );
  return new Map([...sections, ['tags', JSON.stringify(device.tags)]]);
}

/** Which twins are others with the change; `(none)` when all are the same. */
function changedTwins(before: Network, after: Network): readonly string[] {
  const now = twinsOf(after);
  const changed = [...twinsOf(before)].filter(([twin, text]) => now.get(twin) !== text).map(([twin]) => twin);
  return changed.length === 0 ? ['(none)'] : changed;
}

/** `apps.web (image, ports)` is apps.web.image and apps.web.ports; a remark is no path. */
function pathsIn(line: string): readonly string[] {
  const [, path = line, list] = /^(\S+) \((?:[\w ]+: )?(.*)\)$/.exec(line) ?? [];
  if (list === undefined || !/^\w+(, \w+)*$/.test(list)) return [path];
  return list.split(', ').map((field) => `${path}.${field}`);
}

/** Where the plan says that a value goes. */
function placesOf(network: Network, path: string): readonly string[] {
  const [device] = network.devices;
  assert.ok(device !== undefined);
  const { twins, notSent } = planDevice(network, device);
  const holds = (lines: readonly string[]): boolean =>
    lines.flatMap(pathsIn).some((one) => path === one || path.startsWith(`${one}.`));
  const named = twins
    .filter((twin) => holds(twin.holds))
    .map(({ twin }) => (twin === network.module.name ? 'networking' : twin));
  return [...named, ...(holds(notSent) ? ['(none)'] : [])];
}

describe('[unit] which twin each value goes to', () => {
  for (const { path, values, known } of SECTIONS)
    it(`has another value for everything that the schema knows of ${path}`, () => {
      assert.ok(known.length > 0);
      assert.deepEqual(Object.keys(values).sort(), [...known].sort());
    });

  it('knows every section of the file', () => {
    const known = [...COVERED, ...OF_THE_FILE, 'registryCredentials'].sort();
    assert.deepEqual(known, Object.keys(shape).sort());
  });

  const FIELDS = PROFILES.flatMap((profile) =>
    SECTIONS.flatMap(({ path, values, put }) =>
      Object.entries(values).flatMap(([field, [value, other]]) =>
        value === undefined ? [] : [{ profile, path: `${path}.${field}`, change: put({ [field]: other }) }],
      ),
    ),
  );
  for (const { profile, path, change } of FIELDS)
    it(`${profile}: ${path} where changing it changes something, and nowhere else`, () => {
      const before = networkOf(profile, {});
      assert.deepEqual(placesOf(before, path), changedTwins(before, networkOf(profile, change)));
    });

  const WHOLE: Readonly<Record<string, JsonObject>> = {
    namespace: { namespace: 'edge' },
    runtime: { runtime: { version: '1.4', edgeAgent: 'agent:2', edgeHub: 'hub:2' } },
    registryCredentials: { registryCredentials: { contoso: { username: 'other' } } },
    'devices[].tags': { devices: [{ id: 'store-001', tags: { region: 'apac' } }] },
  };
  for (const [path, change] of Object.entries(WHOLE))
    it(`${path} too`, () => {
      const before = networkOf('ase-k8s', {});
      assert.deepEqual(placesOf(before, path), changedTwins(before, networkOf('ase-k8s', change)));
    });

  it('BGP peers go to the module that manages the pools', () => {
    const managed = { computeNetwork: { managePools: true } };
    const other = { computeNetwork: { managePools: true, bgpPeers: [{ ...peer, peerAsn: 64514 }] } };
    const [before, after] = [networkOf('kubernetes', managed), networkOf('kubernetes', other)];
    assert.deepEqual(placesOf(before, 'computeNetwork.bgpPeers'), ['networking']);
    assert.deepEqual(changedTwins(before, after), ['networking']);
  });

  it('says nothing of what is not there', () => {
    const file = {
      ...EVERYTHING,
      registryCredentials: {},
      devices: [{ id: 'a' }],
      apps: { web: { image: 'nginx:1' } },
    };
    const network = resolveNetwork(networkSchema.parse(file));
    for (const path of [
      'namespace',
      'registryCredentials',
      'devices[].tags',
      'computeNetwork.subnet',
      'apps.web.expose',
    ])
      assert.deepEqual(placesOf(network, path), [], path);
  });
});
