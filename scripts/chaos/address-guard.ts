import { parseAddress, parseRange, rangeContains } from '@iotedge-networking/addressing';
import type { KubeObject, ObjectClient } from '../../packages/simulator/src/cluster/object-client.ts';
import type { GoodDocuments } from './good-documents.ts';
import { REFS } from './refs.ts';
import type { Wish } from './wish.ts';

/** Addresses of one Service object. */
interface Held {
  readonly key: string;
  readonly ips: string;
}

const HISTORY = 60;

/** Watches every Service of the cluster, at every moment, for an address that it loses without anybody having taken it. */
export class AddressGuard {
  /** What was lost, as sentences. */
  readonly losses: string[] = [];
  /** The newest changes of addresses and of what asks for them, for whoever has to explain a loss. */
  readonly history: string[] = [];
  readonly #wish: Wish;
  readonly #documents: GoodDocuments;
  readonly #held = new Map<string, Held>();
  /** The last address that an earlier object of the same name had. */
  readonly #former = new Map<string, string>();
  readonly #taken = new Set<string>();
  #isShuffled = false;
  readonly #end: () => void;

  constructor(client: ObjectClient, wish: Wish, documents: GoodDocuments) {
    this.#wish = wish;
    this.#documents = documents;
    this.#end = client.watch(REFS.services, ({ type, object }) => {
      if (type === 'DELETED') this.#forget(object.metadata.uid ?? '');
      else this.#look(object);
    });
  }

  close(): void {
    this.#end();
  }

  /** From now on, and until {@link AddressGuard.nextStep}, this Service may lose its address: the step itself takes it. */
  takes(service: string): void {
    this.#taken.add(service);
  }

  /**
   * MetalLB starts. Where a Service holds an address that is in no pool any more, MetalLB replaces it at once, before it has looked at all who hold one, and so may
   * give it the address of another (rules R26, R32 and R33 together): until {@link AddressGuard.nextStep} losses are not the module's.
   */
  metalLbStarts(): void {
    this.#isShuffled ||= [...this.#held.values()].some(({ ips }) => ips !== '' && !this.#isInPool(ips));
  }

  /** The next step answers for itself only. */
  nextStep(): void {
    this.#taken.clear();
    this.#isShuffled = false;
  }

  #forget(uid: string): void {
    const held = this.#held.get(uid);
    this.#held.delete(uid);
    if (held !== undefined && held.ips !== '') this.#former.set(held.key, held.ips);
  }

  #look(object: KubeObject): void {
    const { uid = '', namespace = '', name } = object.metadata;
    const key = `${namespace}/${name}`;
    const ips = addressesOf(object);
    const before = this.#held.get(uid);
    this.#held.set(uid, { key, ips });
    this.#note(`${key} ${ips || 'no address'} ${asksOf(object)}`);
    if (before === undefined || before.ips === '' || before.ips === ips) return;
    // Made anew while there was no MetalLB, a Service is given any address at first, and goes back to the one that clients know.
    if (ips === this.#former.get(key)) return;
    if (object.metadata.deletionTimestamp !== undefined || this.#isTaken(key, before.ips, object)) return;
    this.losses.push(`I1 Service ${key} lost ${before.ips} and has ${ips || 'no address'}`);
  }

  #note(line: string): void {
    if (this.history.at(-1) === line) return;
    this.history.push(line);
    if (this.history.length > HISTORY) this.history.shift();
  }

  #isTaken(key: string, ips: string, object: KubeObject): boolean {
    const [, name = ''] = key.split('/');
    const entry = key.startsWith('iotedge/') ? this.#wish.services.get(name) : undefined;
    const isInternal = (object['spec'] as { readonly type?: string }).type !== 'LoadBalancer';
    // While the newest documents are refused, the last good one is what the module has to do.
    const inForce = key.startsWith('iotedge/') ? this.#documents.latest?.services.iotedge?.[name] : undefined;
    const asksForAnother = [entry, inForce].some((one) => one?.address !== undefined && one.address !== ips);
    const isExcused = this.#isShuffled || this.#taken.has(key);
    return isExcused || isInternal || asksForAnother || !this.#isInPool(ips, entry?.pool);
  }

  #isInPool(ips: string, wanted?: string): boolean {
    return [...this.#wish.pools].some(([pool, ranges]) => {
      return (wanted ?? pool) === pool && ranges.split(',').some((range) => holds(range, ips));
    });
  }
}

/** Everything of a Service that MetalLB reads as a request. */
function asksOf({ metadata: { annotations = {} }, spec }: KubeObject): string {
  const { loadBalancerIP, externalTrafficPolicy } = spec as Readonly<Record<string, unknown>>;
  const asks = Object.entries(annotations).filter(([key]) => key.startsWith('metallb.'));
  return JSON.stringify({ loadBalancerIP, externalTrafficPolicy, ...Object.fromEntries(asks) });
}

/** External addresses of a Service, comma-separated. */
export function addressesOf(service: KubeObject): string {
  const { loadBalancer } = (service['status'] ?? {}) as {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] | null };
  };
  return (loadBalancer?.ingress ?? []).map(({ ip = '' }) => ip).join(',');
}

function holds(range: string, ip: string): boolean {
  const parsed = parseRange(range);
  const address = parseAddress(ip);
  return parsed.ok && address !== undefined && rangeContains(parsed.range, address);
}
