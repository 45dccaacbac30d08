import { createHash } from 'node:crypto';
import { announcer, EXCLUDE_LABEL, LoadBalancerModel, readResources } from '@iotedge-networking/metallb';
import type { Announcement, MetalLbConfig, Surroundings } from '@iotedge-networking/metallb';
import type { MetalLbCaseInput } from './metallb-case.ts';

/** SHA-256 in hexadecimal, as the speakers use it for their election. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A fact that is recorded as prose: when the input has this shape, the model is asked for the same fact. */
interface Fact {
  readonly states: (input: MetalLbCaseInput, text: string) => boolean;
  /** What the model says instead; empty when it agrees. */
  readonly check: (input: MetalLbCaseInput) => readonly string[];
}

const facts: readonly Fact[] = [
  { states: ({ namespace }, text) => namespace !== undefined && text.includes('denies'), check: checkForeignNamespace },
  {
    states: ({ metallb, annotations }, text) => !!metallb && !!annotations && text.includes('ignored'),
    check: checkIgnored,
  },
  {
    states: ({ metallb, pools }, text) => !!metallb && !!pools && text.includes('selects no service'),
    check: checkUnusable,
  },
  { states: ({ ip, nodes }, text) => !!ip && !!nodes && text.includes('one announcer'), check: checkOneAnnouncer },
  { states: ({ l2advertisements }, text) => !!l2advertisements && text.includes('nobody answers'), check: checkSilent },
  {
    states: ({ labels = {} }, text) => EXCLUDE_LABEL in labels && text.includes('never announced'),
    check: checkExcluded,
  },
  { states: (_, text) => text.includes('sharedIPWithServiceSelector'), check: checkSharedWithSelector },
  { states: ({ interfaces }, text) => !!interfaces && text.includes('ignores interfaces'), check: checkInterfaces },
  { states: ({ pools, nodes }, text) => !!pools && !!nodes && text.includes('no protection'), check: checkUnprotected },
];

/** Whether the model can be asked for what a case states in prose; if not, the statement is documentation. */
export function isModelFact(input: MetalLbCaseInput, text: string): boolean {
  return facts.some(({ states }) => states(input, text));
}

/** Where the model disagrees with a case that is recorded as prose, one line each. */
export function statementMismatches(
  input: MetalLbCaseInput,
  text: string,
  events?: readonly string[],
): readonly string[] {
  const asked = facts.filter(({ states }) => states(input, text)).flatMap(({ check }) => check(input));
  const warned = asked.length === 0 || events === undefined ? [] : [`expected events ${JSON.stringify(events)}`];
  return [...asked, ...warned];
}

function configOf(input: MetalLbCaseInput): MetalLbConfig | undefined {
  const named = (items: MetalLbCaseInput['pools'] = []): { metadata: { name: string }; spec: unknown }[] =>
    items.map(({ name, spec }) => ({ metadata: { name }, spec }));
  const pools = input.pools ?? [{ name: 'p', spec: { addresses: ['10.128.44.240-10.128.44.250'] } }];
  const result = readResources({ pools: named(pools), l2Advertisements: named(input.l2advertisements) });
  return result.ok ? result.value : undefined;
}

function checkForeignNamespace({ namespace, pools = [] }: MetalLbCaseInput): readonly string[] {
  const foreign = pools.map(({ name, spec }) => ({ metadata: { name, namespace }, spec }));
  const result = readResources({ pools: foreign }, { namespace: 'metallb-system' });
  return result.ok ? ['the pool outside of MetalLB’s namespace is accepted'] : [];
}

/** The releases at both ends of `0.13.9-0.14.9`, or the one in `<=0.14.8`. */
export function versionsIn(text = ''): readonly string[] {
  return text.match(/\d+(\.\d+)+/g) ?? [];
}

function assigned(input: MetalLbCaseInput, version: string, annotations?: Readonly<Record<string, string>>): string {
  const model = new LoadBalancerModel({ version, config: configOf(input) });
  model.apply({ namespace: 'default', name: 'a', clusterIPs: ['10.96.0.10'], ports: [{ port: 80 }], annotations });
  return model.service('default/a')?.addresses.join() ?? '';
}

function checkIgnored(input: MetalLbCaseInput): readonly string[] {
  return versionsIn(input.metallb).flatMap((version) => {
    const got = assigned(input, version, input.annotations);
    return got === assigned(input, version) ? [] : [`${version} honours the annotation and gives ${got}`];
  });
}

function checkUnusable(input: MetalLbCaseInput): readonly string[] {
  const used = versionsIn(input.metallb).filter((version) => assigned(input, version) !== '');
  const later = assigned(input, '0.15.0') === '' ? ['0.15.0 does not use the pool'] : [];
  return [...used.map((version) => `${version} uses the pool`), ...later];
}

const advertised: MetalLbCaseInput = { l2advertisements: [{ name: 'l2', spec: {} }] };

function announce(
  input: MetalLbCaseInput,
  surroundings: Partial<Surroundings>,
  annotations?: Readonly<Record<string, string>>,
): Announcement | undefined {
  const config = configOf(input);
  if (config === undefined) return undefined;
  const service = { namespace: 'default', name: 'a', annotations, labels: { app: 'a' }, addresses: ['10.128.44.240'] };
  return announcer(service, { config, nodes: [{ name: 'only' }], sha256, ...surroundings });
}

function checkOneAnnouncer({ nodes = [] }: MetalLbCaseInput): readonly string[] {
  const named = nodes.map((node) => ({ name: typeof node === 'string' ? node : node.name }));
  const tenants = ['x', 'y'].map((key) => announce(advertised, { nodes: named }, { tenant: key }));
  const [one, other] = tenants.map((announcement) => (announcement?.announced ? announcement : undefined));
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other)
    ? []
    : ['tenants have different announcers'];
}

function checkSilent(input: MetalLbCaseInput): readonly string[] {
  const announcement = announce(input, {});
  if (assigned(input, 'main') === '') return ['the Service has no address'];
  const isSilent = announcement?.announced === false && announcement.events.length === 0;
  return isSilent ? [] : ['somebody answers, or an event tells that nobody does'];
}

function checkExcluded({ labels }: MetalLbCaseInput): readonly string[] {
  const nodes = [{ name: 'only', labels }];
  const strict = announce(advertised, { nodes });
  const lenient = announce(advertised, { nodes, ignoreExcludeLabel: true });
  const unlabelled = announce(advertised, { nodes: [{ name: 'only' }] });
  const isAsStated = strict?.announced === false && lenient?.announced === true && unlabelled?.announced === true;
  return isAsStated ? [] : ['the label, the flag, or both do not decide over the announcement'];
}

function checkSharedWithSelector({ annotations }: MetalLbCaseInput): readonly string[] {
  const selecting = { name: 's', spec: { serviceSelectors: [{ matchLabels: { app: 'a' } }] } };
  const input = { l2advertisements: [selecting, { name: 'all', spec: {} }] };
  const announcement = announce(input, {}, annotations);
  const isAsStated = announcement?.announced === false && announcement.message.includes('sharedIPWithServiceSelector');
  return isAsStated ? [] : ['the Service is announced'];
}

function checkInterfaces({ interfaces }: MetalLbCaseInput): readonly string[] {
  const input = { l2advertisements: [{ name: 'l2', spec: { interfaces } }] };
  const announcement = announce(input, { nodes: [{ name: 'only', interfaces: ['eth0'] }] });
  const events = announcement?.announced === false ? announcement.events : [];
  return events.some(({ reason }) => reason === 'announceFailed') ? [] : ['no event announceFailed'];
}

function checkUnprotected(input: MetalLbCaseInput): readonly string[] {
  return configOf(input) === undefined ? ['the pool is refused'] : [];
}
