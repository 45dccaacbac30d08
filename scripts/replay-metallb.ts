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
import { sha256, statementMismatches } from './replay-statements.ts';

/** The recorded shapes: reference/metallb.md section 3. */
interface NamedSpec {
  readonly name: string;
  readonly spec: unknown;
}

interface RecordedService extends Partial<Omit<LoadBalancerService, 'name' | 'namespace'>> {
  readonly name: string;
}

type Step =
  | { readonly op: 'apply'; readonly service: RecordedService }
  | { readonly op: 'delete'; readonly name: string }
  | { readonly op: 'setPools'; readonly pools: readonly NamedSpec[] }
  | { readonly op: 'restart' }
  | { readonly op: 'clearEvents' };

/** What a recorded case starts from. */
export interface MetalLbCaseInput {
  readonly configmap?: string;
  readonly pools?: readonly NamedSpec[];
  readonly l2advertisements?: readonly NamedSpec[];
  readonly bgpadvertisements?: readonly NamedSpec[];
  readonly bgppeers?: readonly NamedSpec[];
  readonly bfdprofiles?: readonly NamedSpec[];
  readonly communities?: readonly NamedSpec[];
  readonly bgpMode?: 'native' | 'frr';
  readonly controllerLbClass?: string;
  readonly namespaces?: readonly { readonly name: string; readonly labels?: Record<string, string> }[];
  readonly steps?: readonly Step[];
  readonly ip?: string;
  readonly nodes?: readonly (string | { readonly name: string })[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly interfaces?: readonly string[];
  readonly metallb?: string;
  readonly namespace?: string;
}

interface Expected {
  readonly accepted?: boolean;
  readonly errorContains?: string;
  readonly cidrs?: Readonly<Record<string, readonly string[]>>;
  readonly available?: Readonly<Record<string, readonly [number, number]>>;
  readonly services?: Readonly<Record<string, { ips?: readonly string[]; pool?: string; ipsIn?: readonly string[] }>>;
  readonly events?: readonly string[];
  readonly eventTextContains?: string;
  readonly counters?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly noPoolAnnotation?: readonly string[];
  readonly configErrorContains?: string;
  readonly configErrors?: readonly string[];
  readonly announcer?: string;
  readonly text?: string;
}

/** Everything a run of the model left behind. */
interface Run {
  readonly model: LoadBalancerModel;
  readonly configErrors: string[];
  events: ServiceEvent[];
}

/** Runs one recorded case through the model; gives one line per mismatch, none when it passes. */
export function replayMetalLbCase(testCase: unknown): readonly string[] {
  const { input, expect } = testCase as { input: MetalLbCaseInput; expect: Expected };
  if (expect.text !== undefined) return statementMismatches(input, expect.text, expect.events);
  const run = runCase(input);
  return [
    ...configMismatches(run, expect),
    ...serviceMismatches(run, expect),
    ...eventMismatches(run, expect),
    ...counterMismatches(run, expect),
    ...announcerMismatches(input, expect),
  ];
}

function runCase(input: MetalLbCaseInput): Run {
  const model = new LoadBalancerModel({ loadBalancerClass: input.controllerLbClass, namespaces: input.namespaces });
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
          { bgpMode, nodes: [] },
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
  const mismatches: string[] = [];
  const errors = configErrors.join('\n');
  if (expect.accepted !== undefined && expect.accepted !== (configErrors.length === 0)) {
    mismatches.push(`configuration: expected ${expect.accepted ? 'accepted' : 'refused'}, got ${errors || 'accepted'}`);
  }
  for (const text of [expect.errorContains, expect.configErrorContains]) {
    if (text !== undefined && !errors.includes(text)) mismatches.push(difference('configuration error', text, errors));
  }
  if (expect.configErrors !== undefined)
    mismatches.push(...compare('configuration errors', expect.configErrors, configErrors));
  for (const [name, cidrs] of Object.entries(expect.cidrs ?? {})) {
    const pool = model.pools().find((candidate) => candidate.name === name);
    mismatches.push(
      ...compare(
        `networks of pool ${name}`,
        cidrs,
        pool?.networks.map(({ text }) => text),
      ),
    );
  }
  for (const [name, available] of Object.entries(expect.available ?? {})) {
    const counters = model.counters(name);
    const got = [counters?.availableIPv4, counters?.availableIPv6];
    mismatches.push(...compare(`free addresses of pool ${name}`, available, got));
  }
  return mismatches;
}

function serviceMismatches({ model }: Run, expect: Expected): string[] {
  const mismatches: string[] = [];
  for (const [key, wanted] of Object.entries(expect.services ?? {})) {
    const state = model.service(key);
    const addresses = state?.addresses ?? [];
    if (wanted.ips !== undefined) mismatches.push(...compare(`${key} addresses`, wanted.ips, addresses));
    if (wanted.pool !== undefined) mismatches.push(...compare(`${key} pool`, wanted.pool, state?.pool));
    if (wanted.ipsIn !== undefined) {
      const possible = state?.alternatives.map((ips) => ips.join()).sort();
      mismatches.push(...compare(`${key} possible addresses`, [...wanted.ipsIn].sort(), possible));
    }
  }
  for (const key of expect.noPoolAnnotation ?? []) {
    mismatches.push(...compare(`${key} pool annotation`, undefined, model.service(key)?.pool));
  }
  return mismatches;
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
