import { objectKey, type ClusterService, type Snapshot } from '../gather/snapshot.ts';
import { askOf, requestsAddress, styleOf, type AddressStyle } from './address-fields.ts';
import type { AddressModel, Refusal } from './address-model.ts';
import type { Change } from './change.ts';
import { chooseFields, unmade, wishedFields, type FieldQuestion } from './choose-fields.ts';
import { INSTANCE_LABEL, isOwn, MANAGED_BY_LABEL, MANAGER, WAITING_ANNOTATION } from './identity.ts';
import type { Memory } from './memory.ts';
import { applyServiceEdit, editService, type ServiceEdit, type WantedFields } from './service-edit.ts';
import type { WantedService } from './wanted-service.ts';
import { changeSlices, wantedSlices } from './wanted-slices.ts';

/** What was decided about one desired Service. */
export interface ServiceDecision {
  readonly wanted: WantedService;
  readonly changes: readonly Change[];
  /** Why the Service is not made or touched at all. */
  readonly obstacle?: Refusal;
  /** A wish that is not written because the working address would be lost. */
  readonly refusal?: Refusal;
  /** Addresses that the Service asks for after this pass; empty for any. */
  readonly asked?: string;
  /** What is wanted, when the Service has it: for telling drift from a new wish. */
  readonly agreed?: string;
}

/** What deciding Services needs. */
export interface DecideServices {
  readonly wanted: readonly WantedService[];
  readonly snapshot: Snapshot;
  readonly memory: Memory;
  /** ISO 8601, UTC. */
  readonly now: string;
  readonly instance: string;
  readonly pinAddresses: boolean;
  /** The model is told of each decision, so that two wishes of one pass never take the same address. */
  readonly model: AddressModel;
}

/** Decides about every desired Service, in the given order. */
export function decideServices(input: DecideServices): readonly ServiceDecision[] {
  const style = styleOf(input.snapshot.loadBalancer);
  const decisions = input.wanted.map((wanted) => decideService(wanted, input, style));
  return exchangeAddresses(decisions, input, style);
}

/**
 * Services that hold each other's stated addresses would refuse each other for ever. One of them steps aside, to a spare address; then the others can move, one
 * after the other, and it goes last. Where every address is taken it waits without one meanwhile, but not if yet another Service waits, too, that
 * could take what becomes free.
 */
function exchangeAddresses(
  decisions: readonly ServiceDecision[],
  input: DecideServices,
  style: AddressStyle,
): readonly ServiceDecision[] {
  const { services, loadBalancer } = input.snapshot;
  if (loadBalancer.kind === 'none') return decisions;
  const served = [...services.values()].filter(({ type }) => type === 'LoadBalancer');
  const refused = decisions.filter((decision) => isHeldUp(decision, input, style));
  const circle = circleOf(refused, served);
  const first = decisions.find(({ wanted }) => circle.has(wanted.key));
  const actual = first === undefined ? undefined : services.get(first.wanted.key);
  if (first === undefined || actual === undefined) return decisions;
  const { wanted } = first;
  const question = questionOf(wanted, actual, { input, style });
  const spare = input.model.spare(edited(actual, wishedFields(question, input.model)));
  if (spare === undefined && served.some(({ ingress }) => ingress.length === 0)) return decisions;
  const fields = wishedFields({ ...question, wanted: { ...wanted, address: spare ?? wanted.address } }, input.model);
  if (spare !== undefined && input.model.verdict(edited(actual, fields)).refusal !== undefined) return decisions;
  const changes = [...changeService(wanted, actual, fields, input), ...sliceChanges(wanted, actual, input)];
  return decisions.map((decision) => (decision === first ? { ...first, changes } : decision));
}

/** Whether others who hold the stated address are all that stands against a wish: of another pool than the asked one it would be refused even when it is free. */
function isHeldUp({ wanted, refusal }: ServiceDecision, input: DecideServices, style: AddressStyle): boolean {
  const actual = input.snapshot.services.get(wanted.key);
  const isTaken = refusal?.reason === 'AddressInUse' || refusal?.reason === 'SharingConflict';
  if (wanted.address === '' || actual === undefined || !isTaken) return false;
  const wish = edited(actual, wishedFields(questionOf(wanted, actual, { input, style }), input.model));
  const { pool } = askOf(wish, style);
  return pool === '' || pool === input.model.poolOf({ ...actual, ingress: [wanted.address] });
}

function edited(actual: ClusterService, fields: WantedFields): ClusterService {
  return applyServiceEdit(actual, editService(actual, fields) ?? {});
}

/** Refused Services whose stated addresses are held by each other and nobody else; who holds nothing that another of them waits for only gets in the way. */
function circleOf(refused: readonly ServiceDecision[], served: readonly ClusterService[]): ReadonlySet<string> {
  const circle = new Map(refused.map(({ wanted }) => [wanted.key, wanted.address]));
  const held = new Map(served.map((service) => [objectKey(service), service.ingress]));
  for (let size = -1; size !== circle.size;) {
    size = circle.size;
    for (const [key, address] of circle) {
      const holders = [...held].filter(([, ingress]) => ingress.includes(address)).map(([holder]) => holder);
      const others = [...circle].filter(([other]) => other !== key);
      const gives = others.some(([, wish]) => held.get(key)?.includes(wish));
      if (!gives || !holders.every((holder) => holder !== key && circle.has(holder))) circle.delete(key);
    }
  }
  return new Set(circle.keys());
}

function questionOf(
  wanted: WantedService,
  actual: ClusterService | undefined,
  { input, style }: { readonly input: DecideServices; readonly style: AddressStyle },
): FieldQuestion {
  const { snapshot, memory, pinAddresses } = input;
  const managed = isManaged(snapshot, actual);
  return { wanted, actual, pin: memory.pins.get(wanted.key), pinAddresses, managed, style };
}

/** Removes what this module instance made and nobody wants any more: Services, and EndpointSlices that no desired Service needs. */
export function removeUnwanted(input: DecideServices): readonly Change[] {
  const { snapshot, instance } = input;
  const made = new Set(input.wanted.filter(({ mode }) => mode === 'make').map(({ key }) => key));
  const services = [...snapshot.services].filter(
    ([key, service]) => !made.has(key) && isOwn(service, instance) && !service.deleting,
  );
  const keepers = new Set(input.wanted.filter(({ ownEndpoints }) => ownEndpoints !== undefined).map(({ key }) => key));
  const orphans = [...snapshot.slices].filter(([key]) => !keepers.has(key));
  return [
    ...services.map(([key, { namespace, name, uid }]): Change => ({
      kind: 'delete-service',
      service: key,
      namespace,
      name,
      uid,
    })),
    ...orphans.flatMap(([key, slices]) => changeSlices(key, slices, [])),
  ];
}

function decideService(wanted: WantedService, input: DecideServices, style: AddressStyle): ServiceDecision {
  const { snapshot } = input;
  const actual = snapshot.services.get(wanted.key);
  const obstacle = obstacleOf(wanted, actual, input);
  if (obstacle !== undefined) return { wanted, changes: [], obstacle };
  if (actual?.deleting === true) return { wanted, changes: [] };
  const { fields, asked, refusal, waits } = chooseFields(questionOf(wanted, actual, { input, style }), input.model);
  if (waits === true) return { wanted, changes: [], asked };
  if (actual === undefined) return { wanted, changes: [createService(wanted, fields, input.model)], asked };
  const changes: Change[] = [...changeService(wanted, actual, fields, input), ...sliceChanges(wanted, actual, input)];
  const agreed = changes.some(({ kind }) => kind === 'edit-service') ? undefined : JSON.stringify(fields);
  if (agreed !== undefined && isForgotten(wanted, actual, input)) changes.push(askAgain(wanted, actual, input));
  return { wanted, changes, refusal, asked, agreed };
}

/**
 * Whether a Service has waited for something that is over: MetalLB looks again at a Service that waits only when that Service changes, or, in some releases,
 * when an address is given back.
 */
function isForgotten(
  { key, external }: WantedService,
  actual: ClusterService,
  { memory, model, now }: DecideServices,
): boolean {
  const before = memory.states.get(key);
  const waits = external && actual.type === 'LoadBalancer' && actual.ingress.length === 0;
  if (!waits || before?.state !== 'Pending' || actual.annotations[WAITING_ANNOTATION] === before.since) return false;
  const isLate = before.reason === 'WaitingForAddress' && Date.parse(now) - Date.parse(before.since) > PATIENCE_MS;
  return (isLate || CAUSES_THAT_PASS.has(before.reason)) && model.pending(actual) === undefined;
}

const PATIENCE_MS = 30_000;
const CAUSES_THAT_PASS: ReadonlySet<string> = new Set(['AddressInUse', 'SharingConflict', 'PoolExhausted']);

/** An annotation that is new is the smallest change that makes MetalLB look; it holds when the waiting began, so that each cause is answered once. */
function askAgain({ key }: WantedService, actual: ClusterService, { memory }: DecideServices): Change {
  const { namespace, name, uid } = actual;
  const edit = { annotations: { [WAITING_ANNOTATION]: memory.states.get(key)?.since ?? '' } };
  return { kind: 'edit-service', service: key, namespace, name, uid, edit, drift: false };
}

/** A request that nothing reads now will be obeyed as soon as a load balancer is installed again, so it is kept right meanwhile. */
function isManaged({ loadBalancer }: Snapshot, actual: ClusterService | undefined): boolean {
  return loadBalancer.kind !== 'none' || (actual !== undefined && requestsAddress(actual));
}

function obstacleOf(
  wanted: WantedService,
  actual: ClusterService | undefined,
  input: DecideServices,
): Refusal | undefined {
  const { namespaces } = input.snapshot;
  if (actual === undefined && namespaces !== undefined && !namespaces.has(wanted.namespace))
    return { reason: 'NamespaceNotFound', message: `Namespace ${wanted.namespace} does not exist.` };
  if (wanted.mode === 'adopt')
    return actual === undefined
      ? { reason: 'ServiceNotFound', message: `There is no Service ${wanted.key} to adopt.` }
      : undefined;
  if (actual === undefined || isOwn(actual, input.instance)) return undefined;
  return { reason: 'NameTaken', message: `Service ${wanted.key} exists and belongs to ${holderOf(actual)}.` };
}

function holderOf({ labels }: ClusterService): string {
  const manager = labels[MANAGED_BY_LABEL];
  if (manager === MANAGER) return `another networking module (${labels[INSTANCE_LABEL] ?? 'unnamed'})`;
  return manager ?? 'somebody else';
}

function createService(wanted: WantedService, fields: WantedFields, model: AddressModel): Change {
  const created = creation(fields);
  model.book(applyServiceEdit(unmade(wanted), created));
  const { namespace, name, key } = wanted;
  return { kind: 'create-service', service: key, namespace, name, fields: created, early: wanted.address !== '' };
}

/** What a new object states: null stands for absence, which a new object has anyway. */
function creation({ annotations, ...fields }: WantedFields): ServiceEdit {
  const stated = Object.entries(annotations ?? {}).filter(([, value]) => value !== null);
  const present = Object.entries(fields).filter(([, value]) => value !== null);
  return {
    ...Object.fromEntries(present),
    ...(stated.length === 0 ? {} : { annotations: Object.fromEntries(stated) }),
  };
}

function changeService(
  wanted: WantedService,
  actual: ClusterService,
  fields: WantedFields,
  input: DecideServices,
): readonly Change[] {
  const edit = editService(actual, fields);
  if (edit === undefined) return [];
  input.model.book(applyServiceEdit(actual, edit));
  const { namespace, name, uid } = actual;
  const drift = input.memory.agreed.get(wanted.key) === JSON.stringify(fields);
  return [
    {
      kind: 'edit-service',
      service: objectKey(actual),
      namespace,
      name,
      uid,
      edit,
      drift,
      early: wanted.address !== '',
    },
  ];
}

function sliceChanges(wanted: WantedService, actual: ClusterService, { snapshot }: DecideServices): readonly Change[] {
  const pods = snapshot.pods.get(wanted.namespace);
  if (wanted.ownEndpoints === undefined || pods === undefined) return [];
  return changeSlices(wanted.key, snapshot.slices.get(wanted.key) ?? [], wantedSlices(wanted, actual, pods));
}
