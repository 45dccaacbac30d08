import type { ClusterService } from '../gather/snapshot.ts';
import { askOf, fieldsOf, styleFor, type AddressAsk, type AddressStyle } from './address-fields.ts';
import type { AddressModel, AddressVerdict, Refusal } from './address-model.ts';
import type { Pin } from './memory.ts';
import { applyServiceEdit, editService, type WantedFields } from './service-edit.ts';
import type { WantedService } from './wanted-service.ts';

/** What deciding the address fields of one Service needs. */
export interface FieldQuestion {
  readonly wanted: WantedService;
  /** The Service as it stands; absent when it is still to be made. */
  readonly actual?: ClusterService;
  readonly pin?: Pin;
  /** Whether an address, once given, is asked for again. */
  readonly pinAddresses: boolean;
  /** False when nothing reads address requests. */
  readonly managed: boolean;
  readonly style: AddressStyle;
}

/** The fields to write, and what of the wish had to be left out. */
export interface FieldChoice {
  readonly fields: WantedFields;
  /** Addresses that the Service asks for when the fields are written; empty for any. */
  readonly asked: string;
  readonly refusal?: Refusal;
  /** Nothing is written in this pass: another Service is on its way to the same address. */
  readonly waits?: boolean;
}

/**
 * Chooses what is written to a Service. Its own wish comes first; an address kept from before yields to what is stated; and a Service that holds an
 * address never gets a request that the load balancer would refuse, since MetalLB drops the working address before it looks at the new one (A101).
 */
export function chooseFields(question: FieldQuestion, model: AddressModel): FieldChoice {
  const { wanted, actual } = question;
  if (wanted.mode === 'adopt' && (!wanted.external || actual?.type !== 'LoadBalancer'))
    return { fields: {}, asked: '' };
  if (!wanted.external) return { fields: internalFields(question), asked: '' };
  const asks = possibleAsks(question, model);
  const choices = asks.map((ask): FieldChoice => ({ fields: withAsk(question, ask), asked: ask.ips }));
  const accepted = firstAccepted(question, choices, model);
  if (accepted !== undefined) return accepted;
  const last = choices.at(-1) ?? { fields: wanted.fields, asked: '' };
  if (actual !== undefined && actual.ingress.length > 0)
    return keepAddress(question, actual, choices[0] ?? last, model);
  return { ...last, waits: verdictOf(question, last, model).contested };
}

/** What the Service's own wish looks like when it is written, whoever may be in its way. */
export function wishedFields(question: FieldQuestion, model: AddressModel): WantedFields {
  const [ask] = possibleAsks(question, model);
  return ask === undefined ? question.wanted.fields : withAsk(question, ask);
}

/** The wish could be granted, but at another address than the one that clients know. */
const MOVES: Refusal = {
  reason: 'SharingConflict',
  message: 'with this change the Service could not stay on the address that it shares.',
};

/** What can be written of a refused wish without touching the address that the Service holds. */
function keepAddress(
  question: FieldQuestion,
  actual: ClusterService,
  wish: FieldChoice,
  model: AddressModel,
): FieldChoice {
  const { wanted, style } = question;
  const { refusal = MOVES } = verdictOf(question, wish, model);
  const present = askOf(actual, style);
  const careful = { fields: withAsk(question, present, actual), asked: present.ips };
  const then = verdictOf(question, careful, model);
  if (then.refusal === undefined && then.loses.length === 0) return { ...careful, refusal };
  return { fields: withoutAddress(wanted.fields, present), asked: present.ips, refusal };
}

/** Without an address of its own, an internal Service of ours must not keep a request from before. */
function internalFields({ wanted, actual, style }: FieldQuestion): WantedFields {
  if (actual === undefined) return wanted.fields;
  return { ...wanted.fields, ...fieldsOf({ ips: '', pool: '', sharingKey: '' }, style) };
}

function possibleAsks(question: FieldQuestion, model: AddressModel): readonly AddressAsk[] {
  const { wanted, actual, style } = question;
  const now = actual === undefined ? { ips: '', pool: '', sharingKey: '' } : askOf(actual, style);
  const rest = { pool: wanted.pool ?? now.pool, sharingKey: wanted.sharingKey ?? now.sharingKey };
  if (wanted.address !== '') return [{ ips: wanted.address, ...rest }];
  const kept = changesPool(question, model) ? [] : keptAddresses(question, now.ips);
  return [...kept, ''].map((ips) => ({ ips, ...rest }));
}

/**
 * Addresses worth asking for again, best first. A Service made anew under the same name goes back to the address its name had; a Service that was moved
 * by the load balancer stays where it is.
 */
function keptAddresses(
  { actual, pin, pinAddresses, managed, wanted }: FieldQuestion,
  asked: string,
): readonly string[] {
  if (!pinAddresses || !managed) return wanted.mode === 'adopt' && asked !== '' ? [asked] : [];
  const holds = (actual?.ingress ?? []).join(',');
  const before = holds === '' || isMadeAnew(pin, actual, asked) ? (pin?.ips ?? '') : '';
  const candidates = [before, holds === '' ? asked : holds];
  return [...new Set(candidates)].filter((ips) => ips !== '');
}

/** Another object of the same name; where its uid is not known, an object that asks for another address is taken as the same. */
function isMadeAnew(pin: Pin | undefined, actual: ClusterService | undefined, asked: string): boolean {
  if (pin === undefined || actual?.uid === pin.uid) return false;
  return pin.uid !== '' || asked === '' || asked === pin.ips;
}

function withAsk(question: FieldQuestion, ask: AddressAsk, base?: ClusterService): WantedFields {
  const { wanted, actual, managed } = question;
  if (!managed && wanted.address === '') return wanted.fields;
  const style = styleFor(actual, question.style);
  const fields = { ...wanted.fields, ...fieldsOf(ask, style) };
  if (base === undefined || wanted.mode === 'adopt') return fields;
  const policy = base.externalTrafficPolicy === 'Local' ? 'Local' : 'Cluster';
  return { ...fields, externalTrafficPolicy: policy };
}

/** What can change without the load balancer looking at the address: of a shared address, ports and selector are part of the sharing rules. */
function withoutAddress({ labels, ports, selector }: WantedFields, present: AddressAsk): WantedFields {
  return present.sharingKey === '' ? { labels, ports, selector } : { labels };
}

function firstAccepted(
  question: FieldQuestion,
  choices: readonly FieldChoice[],
  model: AddressModel,
): FieldChoice | undefined {
  return choices.find((choice) => {
    const { refusal, loses } = verdictOf(question, choice, model);
    // An address is given up only for a stated one, for one that the name had before, or for a stated pool.
    return refusal === undefined && (loses.length === 0 || choice.asked !== '' || changesPool(question, model));
  });
}

/** Whether the Service holds an address of another pool than the stated one. */
function changesPool({ wanted: { pool = '' }, actual }: FieldQuestion, model: AddressModel): boolean {
  return pool !== '' && actual !== undefined && actual.ingress.length > 0 && model.poolOf(actual) !== pool;
}

function verdictOf({ wanted, actual }: FieldQuestion, { fields }: FieldChoice, model: AddressModel): AddressVerdict {
  const base = actual ?? unmade(wanted);
  const edit = editService(base, fields);
  if (edit === undefined && base.ingress.length > 0) return { loses: [] };
  return model.verdict(applyServiceEdit(base, edit ?? {}));
}

/** A Service that does not exist yet, as far as the model has to know it: its cluster IP stands for the family that it will have. */
export function unmade({ namespace, name, fields, address }: WantedService): ClusterService {
  const clusterIps = [address.includes(':') ? '::1' : '127.0.0.1'];
  return {
    namespace,
    name,
    uid: '',
    labels: {},
    annotations: {},
    type: fields.type ?? 'LoadBalancer',
    clusterIps,
    ports: [],
    loadBalancerIp: '',
    ingress: [],
    deleting: false,
  };
}
