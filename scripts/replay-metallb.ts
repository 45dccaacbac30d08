import {
  electionOrder,
  LoadBalancerModel,
  poolAnnotationName,
  readConfigMap,
  readResources,
} from '@iotedge-networking/metallb';
import type {
  LoadBalancerService,
  MetalLbConfig,
  MetalLbResource,
  ModelOutcome,
  ServiceEvent,
} from '@iotedge-networking/metallb';
import type { Expected, MetalLbCaseInput, NamedSpec, RecordedService } from './metallb-case.ts';
import { sha256, statementMismatches, versionsIn } from './replay-statements.ts';

/** Everything a run of the model left behind. */
interface Run {
  readonly model: LoadBalancerModel;
  readonly configErrors: string[];
  events: ServiceEvent[];
}

/** Runs one recorded case through the model; gives one line per mismatch, none when it passes. */
export function replayMetalLbCase(testCase: unknown): readonly string[] {
  const { input, expect } = testCase as { input: MetalLbCaseInput; expect: Expected };
  if (!isRunnable(input, expect)) return statementMismatches(input, expect.text ?? '', expect.events);
  const run = runCase(input);
  return [
    ...configMismatches(run, expect),
    ...serviceMismatches(run, expect),
    ...eventMismatches(run, expect),
    ...counterMismatches(run, expect),
    ...announcerMismatches(input, expect),
  ];
}

function isRunnable({ steps, configmap, ip }: MetalLbCaseInput, { text, accepted }: Expected): boolean {
  const hasSubject = steps !== undefined || configmap !== undefined || accepted !== undefined;
  return text === undefined ? hasSubject || ip !== undefined : hasSubject;
}

function runCase(input: MetalLbCaseInput): Run {
  const { controllerLbClass: loadBalancerClass, namespaces, metallb } = input;
  const version = versionsIn(metallb)[0];
  const model = new LoadBalancerModel({ version, loadBalancerClass, namespaces });
  const run: Run = { model, configErrors: [], events: [] };
  let latest = input;
  loadConfig(run, latest);
  for (const step of input.steps ?? []) {
    if (step.op === 'setPools') {
      latest = { ...input, pools: step.pools };
      loadConfig(run, latest);
    } else if (step.op === 'restart') {
      restart(run, latest);
    } else if (step.op === 'apply') {
      record(run, model.apply(serviceOf(step.service, model)));
    } else if (step.op === 'delete') {
      record(run, model.remove(step.name));
    } else {
      run.events = [];
    }
  }
  return run;
}

/** An invalid configuration never reaches the controller. */
function loadConfig(run: Run, input: MetalLbCaseInput): void {
  const config = readConfig(input, run);
  if (config !== undefined) record(run, run.model.setConfig(config));
}

/** A controller that starts anew reads what stands in the cluster, be it valid or not. */
function restart(run: Run, input: MetalLbCaseInput): void {
  const config = readConfig(input, run);
  record(run, run.model.restart(config ?? 'none'));
}

function record(run: Run, outcome: ModelOutcome): void {
  run.events.push(...outcome.events);
}

function readConfig(input: MetalLbCaseInput, run: Run): MetalLbConfig | undefined {
  const { bgpMode } = input;
  const nodes = (input.nodes ?? []).map((node) => (typeof node === 'string' ? { name: node } : node));
  const resources = (items: readonly NamedSpec[] = []): MetalLbResource[] =>
    items.map(({ name, spec }) => ({ metadata: { name }, spec }));
  const result =
    input.configmap === undefined
      ? readResources(
          {
            pools: resources(input.pools),
            l2Advertisements: resources(input.l2advertisements),
            bgpAdvertisements: resources(input.bgpadvertisements),
            bgpPeers: resources(input.bgppeers),
            bfdProfiles: resources(input.bfdprofiles),
            communities: resources(input.communities),
          },
          { bgpMode, nodes },
        )
      : readConfigMap(input.configmap, { bgpMode });
  if (result.ok) return result.value;
  run.configErrors.push(result.problems[0]?.message ?? '');
  return undefined;
}

/** Applying leaves alone what MetalLB wrote into the object, so a status comes with the pool annotation of before. */
function serviceOf({ name: key, ...service }: RecordedService, model: LoadBalancerModel): LoadBalancerService {
  const [namespace = '', name = ''] = key.split('/');
  const pool = model.service(key)?.pool;
  const written = pool === undefined ? {} : { [poolAnnotationName(model.behaviour)]: pool };
  const annotations = { ...service.annotations, ...written };
  const defaults = { clusterIPs: ['10.96.0.10'], ports: [{ protocol: 'TCP', port: 80 }] };
  return { ...defaults, ...service, annotations, namespace, name };
}

function configMismatches({ model, configErrors }: Run, expect: Expected): string[] {
  const errors = configErrors.join('\n');
  const accepted = expect.accepted === undefined ? [] : compare('accepted', expect.accepted, configErrors.length === 0);
  const texts = [expect.errorContains, expect.configErrorContains].flatMap((text) => {
    return text === undefined || errors.includes(text) ? [] : [difference('configuration error', text, errors)];
  });
  const exact =
    expect.configErrors === undefined ? [] : compare('configuration errors', expect.configErrors, configErrors);
  const networks = Object.entries(expect.cidrs ?? {}).flatMap(([name, cidrs]) => {
    const pool = model.pools().find((candidate) => candidate.name === name);
    return compare(
      `networks of pool ${name}`,
      cidrs,
      pool?.networks.map(({ text }) => text),
    );
  });
  const free = Object.entries(expect.available ?? {}).flatMap(([name, available]) => {
    const counters = model.counters(name);
    return compare(`free addresses of pool ${name}`, available, [counters?.availableIPv4, counters?.availableIPv6]);
  });
  return [...accepted, ...texts, ...exact, ...networks, ...free];
}

function serviceMismatches({ model }: Run, expect: Expected): string[] {
  const services = Object.entries(expect.services ?? {}).flatMap(([key, wanted]) => {
    const state = model.service(key);
    const possible = state?.alternatives.map((ips) => ips.join()).sort();
    return [
      ...(wanted.ips === undefined ? [] : compare(`${key} addresses`, wanted.ips, state?.addresses ?? [])),
      ...(wanted.pool === undefined ? [] : compare(`${key} pool`, wanted.pool, state?.pool)),
      ...(wanted.ipsIn === undefined ? [] : compare(`${key} possible`, [...wanted.ipsIn].sort(), possible)),
    ];
  });
  const annotations = (expect.noPoolAnnotation ?? []).flatMap((key) => {
    return compare(`${key} pool annotation`, undefined, model.service(key)?.pool);
  });
  return [...services, ...annotations];
}

function eventMismatches({ events }: Run, expect: Expected): string[] {
  const mismatches: string[] = [];
  if (expect.events !== undefined) {
    const lines = events.map(({ type, reason, service }) => `${type} ${reason} ${service}`);
    mismatches.push(...compare('events', expect.events, lines));
  }
  const text = expect.eventTextContains;
  if (text !== undefined && !events.some(({ message }) => message.includes(text))) {
    mismatches.push(difference('event text', text, events.map(({ message }) => message).join(' | ')));
  }
  return mismatches;
}

function counterMismatches({ model }: Run, expect: Expected): string[] {
  return Object.entries(expect.counters ?? {}).flatMap(([name, wanted]) => {
    const counters = model.counters(name);
    const got = Object.entries(counters ?? {}).map(([key, value]): [string, unknown] => [key.toLowerCase(), value]);
    return Object.entries(wanted).flatMap(([key, value]) => {
      const found = got.find(([candidate]) => candidate === key.toLowerCase())?.[1];
      return compare(`pool ${name} ${key}`, value, found);
    });
  });
}

function announcerMismatches({ nodes = [], ip = '' }: MetalLbCaseInput, expect: Expected): string[] {
  if (expect.announcer === undefined) return [];
  const names = nodes.map((node) => (typeof node === 'string' ? node : node.name));
  return compare('announcer', expect.announcer, electionOrder(names, ip, sha256)[0]);
}

function compare(what: string, wanted: unknown, got: unknown): string[] {
  return JSON.stringify(wanted) === JSON.stringify(got) ? [] : [difference(what, wanted, got)];
}

function difference(what: string, wanted: unknown, got: unknown): string {
  return `${what}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`;
}
