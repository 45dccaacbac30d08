import { Allocator } from './allocator.ts';
import { poolAnnotationName, readRequest } from './address-request.ts';
import type { AddressRequest } from './address-request.ts';
import type { MetalLbConfig } from './config.ts';
import { converge } from './converge.ts';
import type { Assignment, Convergence } from './converge.ts';
import { asksForAnotherRound, isSameAssignment, wouldStay } from './reprocessing.ts';
import { nothingHappened } from './model-types.ts';
import type { ModelOptions, ModelOutcome, PoolCounters, ServiceChange, ServiceState } from './model-types.ts';
import { ipText, parseIp } from './ip-number.ts';
import { behaviourOf } from './metallb-version.ts';
import type { Behaviour, MetalLbVersion } from './metallb-version.ts';
import type { Choice } from './pool-choice.ts';
import { PoolTable } from './pool-table.ts';
import type { Namespace, Pool } from './pool-table.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import type { LoadBalancerService } from './service.ts';
import { serviceEvent } from './service-event.ts';
import type { ServiceEvent } from './service-event.ts';

interface Entry {
  service: LoadBalancerService;
  request: AddressRequest;
  assignment: Assignment;
  refusal?: Refusal;
  choices: readonly Choice[];
}

const noChoices: readonly Choice[] = [];

/**
 * MetalLB's controller: Services and configurations go in, addresses, events and counters come out. The same inputs always
 * give the same outputs; where MetalLB chooses at random the first pool written is taken and the others are told of.
 * Looking again at a Service that cannot change is left out, so that each input costs O(log n) plus what it changes.
 */
export class LoadBalancerModel {
  readonly #version: MetalLbVersion;
  readonly #behaviour: Behaviour;
  readonly #class: string | undefined;
  readonly #entries = new Map<string, Entry>();
  /** Services at which another look might show something. */
  readonly #restless = new Set<Entry>();
  #namespaces: readonly Namespace[];
  #config: MetalLbConfig | undefined;
  #waiting: MetalLbConfig | undefined;
  #allocator: Allocator | undefined;
  #events: ServiceEvent[] = [];
  #changed: Entry[] = [];

  constructor(options: ModelOptions = {}) {
    this.#version = options.version ?? 'main';
    this.#behaviour = behaviourOf(this.#version);
    this.#class = options.loadBalancerClass;
    this.#namespaces = options.namespaces ?? [];
    if (options.config !== undefined) this.setConfig(options.config);
  }

  /** A Service was created or edited. */
  apply(service: LoadBalancerService): ModelOutcome {
    const entry = this.#enter(service);
    if (!this.#handles(service)) {
      this.#restless.delete(entry);
      return nothingHappened;
    }
    return this.#outcome(this.#allocator !== undefined && this.#look(this.#allocator, entry));
  }

  /** A Service was deleted; `key` is `namespace/name`. */
  remove(key: string): ModelOutcome {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#restless.delete(entry);
    this.#entries.delete(key);
    const wasHeld = this.#allocator?.unassign(key) === true;
    return this.#outcome(wasHeld || this.#behaviour.reprocessesOnEveryDelete);
  }

  /** A valid configuration was read (R26, R27). Invalid ones never reach the controller: keep the last good one. */
  setConfig(config: MetalLbConfig, namespaces: readonly Namespace[] = this.#namespaces): ModelOutcome {
    const refused = this.#tryConfig(config, namespaces);
    if (refused === undefined) return this.#outcome(true);
    this.#waiting = config;
    return { ...nothingHappened, configRefused: refused };
  }

  /**
   * The controller starts again with what stands in the cluster: the Services' status, and this configuration (R32, R33).
   * `none` when what stands there is invalid: then the controller waits, for the last good configuration is forgotten.
   */
  restart(config: MetalLbConfig | 'none' = this.#waiting ?? this.#config ?? 'none'): ModelOutcome {
    this.#allocator = undefined;
    this.#config = undefined;
    this.#waiting = undefined;
    return config === 'none' ? nothingHappened : this.setConfig(config);
  }

  /** The configuration in force. */
  get config(): MetalLbConfig | undefined {
    return this.#config;
  }

  /** What this release of MetalLB does and does not do. */
  get behaviour(): Behaviour {
    return this.#behaviour;
  }

  /** The release this model behaves as. */
  get version(): MetalLbVersion {
    return this.#version;
  }

  /** Whether a newer configuration is being refused (the stale metric). */
  get isStale(): boolean {
    return this.#waiting !== undefined;
  }

  /** A Service by `namespace/name`. */
  service(key: string): ServiceState | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const { service, assignment, choices } = entry;
    const alternatives = choices.length > 0 ? choices.map(({ ips }) => ips.map(ipText)) : [assignment.ips];
    return {
      service,
      handled: this.#handles(service),
      addresses: assignment.ips,
      pool: assignment.pool,
      refusal: entry.refusal,
      alternatives,
    };
  }

  /** All Services, in the order they came. */
  services(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** The pools in force. */
  pools(): readonly Pool[] {
    return this.#allocator?.table.pools ?? [];
  }

  /** The counters of a pool, or undefined when there is no such pool. */
  counters(name: string): PoolCounters | undefined {
    const pool = this.#allocator?.table.named(name);
    if (pool === undefined || this.#allocator === undefined) return undefined;
    const used = this.#allocator.ledger.used(pool);
    return {
      assignedIPv4: used[4],
      assignedIPv6: used[6],
      availableIPv4: Number(pool.capacity.ipv4 - BigInt(used[4])),
      availableIPv6: Number(pool.capacity.ipv6 - BigInt(used[6])),
    };
  }

  /** The Services on an address, by name. */
  holders(address: string): readonly string[] {
    const ip = parseIp(address);
    return ip === undefined ? [] : (this.#allocator?.ledger.tenants(ip) ?? []).toSorted();
  }

  /** What one look at this Service would bring, without changing anything. */
  probe(service: LoadBalancerService): Convergence {
    const request = readRequest(service, this.#behaviour);
    const current = this.#assignmentOf(service, this.#entries.get(request.key));
    const blocked = this.whyUntouched(service);
    if (this.#allocator === undefined || blocked !== undefined) {
      return { assignment: current, events: [], choices: [], refusal: blocked };
    }
    const before = this.#allocator.held(request.key);
    const result = converge(this.#allocator, this.#behaviour, request, current);
    this.#allocator.restore(request.key, before);
    return result;
  }

  /** Why the controller does not look at this Service at all, or undefined when it does (R36). */
  whyUntouched(service: LoadBalancerService): Refusal | undefined {
    if (this.#allocator === undefined) return refusal('LoadBalancerMissing', 'no valid configuration has been read');
    if (this.#handles(service)) return undefined;
    const handled = this.#class === undefined ? 'only Services without a class' : `only class "${this.#class}"`;
    const asked = service.loadBalancerClass ?? '';
    return refusal('LoadBalancerMissing', `the controller handles ${handled}, the Service names "${asked}"`);
  }

  #handles({ loadBalancerClass }: LoadBalancerService): boolean {
    return (loadBalancerClass ?? '') === (this.#class ?? '');
  }

  #enter(service: LoadBalancerService): Entry {
    const request = readRequest(service, this.#behaviour);
    const known = this.#entries.get(request.key);
    const assignment = this.#assignmentOf(service, known);
    if (known === undefined) {
      const entry: Entry = { service, request, assignment, refusal: undefined, choices: noChoices };
      this.#entries.set(request.key, entry);
      return entry;
    }
    known.service = service;
    known.request = request;
    known.assignment = assignment;
    return known;
  }

  #assignmentOf(service: LoadBalancerService, known: Entry | undefined): Assignment {
    if (service.status === undefined) return known?.assignment ?? { ips: [] };
    return { ips: service.status, pool: service.annotations?.[poolAnnotationName(this.#behaviour)] };
  }

  #tryConfig(config: MetalLbConfig, namespaces: readonly Namespace[]): string | undefined {
    const table = new PoolTable(config, namespaces, this.#behaviour);
    const [homeless] = this.#behaviour.configurationWins ? [] : (this.#allocator?.homelessUnder(table) ?? []);
    if (homeless !== undefined) {
      const addresses = homeless.ips.map((ip) => `"${ipText(ip)}"`).join(' ');
      return `new config not compatible with assigned IPs: service "${homeless.key}" cannot own [${addresses}] under new config`;
    }
    this.#allocator ??= new Allocator(table, this.#behaviour);
    this.#allocator.setTable(table);
    this.#config = config;
    this.#namespaces = namespaces;
    this.#waiting = undefined;
    for (const entry of this.#entries.values()) if (this.#handles(entry.service)) this.#restless.add(entry);
    return undefined;
  }

  /** Looks again at every restless Service until no look asks for another round, then hands over what happened. */
  #outcome(reprocess: boolean): ModelOutcome {
    let again = reprocess;
    while (this.#allocator !== undefined && (again || this.#retryConfig())) {
      again = false;
      for (const entry of this.#inProcessingOrder()) again = this.#look(this.#allocator, entry) || again;
    }
    const changed = this.#changed.length > 1 ? [...new Set(this.#changed)] : this.#changed;
    const outcome = { events: this.#events, changes: changed.map((entry) => this.#changeOf(entry)) };
    this.#events = [];
    this.#changed = [];
    return outcome;
  }

  /** A refused configuration is tried again until it fits. */
  #retryConfig(): boolean {
    return this.#waiting !== undefined && this.#tryConfig(this.#waiting, this.#namespaces) === undefined;
  }

  /** Services with addresses first (R33), then by name; MetalLB leaves the order among equals to chance. */
  #inProcessingOrder(): Entry[] {
    const served = ({ assignment }: Entry): number => (this.#behaviour.servedFirst ? assignment.ips.length : 0);
    return [...this.#restless].sort((a, b) => served(b) - served(a) || (a.request.key < b.request.key ? -1 : 1));
  }

  /** One look at one Service; true when MetalLB looks at all Services again because of it. Source: controller/main.go. */
  #look(allocator: Allocator, entry: Entry): boolean {
    const { request, assignment } = entry;
    const before = allocator.held(request.key);
    const result = converge(allocator, this.#behaviour, request, assignment);
    const after = allocator.held(request.key);
    const isChanged = !isSameAssignment(assignment, result.assignment);
    this.#events.push(...result.events);
    if (isChanged) this.#recordChange(entry, request);
    entry.assignment = result.assignment;
    entry.refusal = result.refusal;
    if (isChanged) entry.choices = result.choices.length > 1 ? result.choices : noChoices;
    const isSteady = !isChanged && result.events.length === 0 && before === after;
    if (isSteady || wouldStay(request, result)) this.#restless.delete(entry);
    else this.#restless.add(entry);
    return asksForAnotherRound(this.#behaviour, allocator.table, { before, after, isChanged });
  }

  #recordChange(entry: Entry, { key, deprecatedAnnotations }: AddressRequest): void {
    this.#changed.push(entry);
    if (!this.#behaviour.warnsOfOldPrefix) return;
    for (const name of deprecatedAnnotations) {
      const message = `Service uses deprecated annotation ${name}`;
      this.#events.push(serviceEvent('Warning', 'deprecatedAnnotation', key, message));
    }
  }

  #changeOf({ request, assignment }: Entry): ServiceChange {
    const { pool } = assignment;
    const name = poolAnnotationName(this.#behaviour);
    const isWritten = this.#behaviour.writesPoolAnnotation && pool !== undefined;
    return {
      service: request.key,
      addresses: assignment.ips,
      poolAnnotation: isWritten ? { name, value: pool } : undefined,
    };
  }
}
