import { Allocator } from './allocator.ts';
import { goList, poolAnnotationName, readRequest } from './address-request.ts';
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
import { PoolTable } from './pool-table.ts';
import type { Namespace, Pool } from './pool-table.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { serviceKey } from './service.ts';
import type { LoadBalancerService } from './service.ts';
import { ServiceEntry } from './service-entry.ts';
import { serviceEvent } from './service-event.ts';
import type { ServiceEvent } from './service-event.ts';

/**
 * MetalLB's controller: Services and configurations go in, addresses, events and counters come out. The same inputs always
 * give the same outputs; where MetalLB chooses at random the first pool written is taken and the others are told of.
 * Looking again at a Service that cannot change is left out, so that each input costs O(log n) plus what it changes.
 */
export class LoadBalancerModel {
  readonly #version: MetalLbVersion;
  readonly #behaviour: Behaviour;
  readonly #class: string | undefined;
  readonly #entries = new Map<string, ServiceEntry>();
  /** Services at which another look might show something. */
  readonly #restless = new Set<ServiceEntry>();
  #namespaces: readonly Namespace[];
  #config: MetalLbConfig | undefined;
  #waiting: MetalLbConfig | undefined;
  #allocator: Allocator | undefined;
  #events: ServiceEvent[] = [];
  #changed: ServiceEntry[] = [];

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
    const wasHeld = entry?.held !== undefined;
    if (entry !== undefined) {
      if (this.#restless.size > 0) this.#restless.delete(entry);
      this.#entries.delete(key);
      this.#allocator?.unassign(entry);
    }
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
    for (const entry of this.#entries.values()) entry.held = undefined;
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
    const key = serviceKey(service);
    const known = this.#entries.get(key);
    const current = this.#assignmentOf(service, known);
    const blocked = this.whyUntouched(service);
    if (this.#allocator === undefined || blocked !== undefined) {
      return { assignment: current, events: [], choices: [], refusal: blocked };
    }
    const holder = known ?? { held: undefined };
    const before = holder.held;
    const result = converge(
      this.#allocator,
      this.#behaviour,
      readRequest(key, service, this.#behaviour, holder),
      current,
    );
    this.#allocator.restore(holder, before);
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

  #enter(service: LoadBalancerService): ServiceEntry {
    const key = serviceKey(service);
    const known = this.#entries.get(key);
    known?.edit(service);
    const entry = known ?? new ServiceEntry(key, service);
    entry.assignment = this.#assignmentOf(service, known);
    if (known === undefined) this.#entries.set(key, entry);
    return entry;
  }

  #assignmentOf(service: LoadBalancerService, known: ServiceEntry | undefined): Assignment {
    if (service.status === undefined) return known?.assignment ?? { ips: [] };
    return { ips: service.status, pool: service.annotations?.[poolAnnotationName(this.#behaviour)] };
  }

  #tryConfig(config: MetalLbConfig, namespaces: readonly Namespace[]): string | undefined {
    const table = new PoolTable(config, namespaces, this.#behaviour);
    const homeless = this.#behaviour.configurationWins ? undefined : this.#homelessUnder(table);
    if (homeless !== undefined) return homeless;
    this.#allocator ??= new Allocator(table, this.#behaviour);
    this.#allocator.setTable(table, this.#entries.values());
    this.#config = config;
    this.#namespaces = namespaces;
    this.#waiting = undefined;
    for (const entry of this.#entries.values()) if (this.#handles(entry.service)) this.#restless.add(entry);
    return undefined;
  }

  #homelessUnder(table: PoolTable): string | undefined {
    for (const { held, key } of this.#entries.values()) {
      if (held === undefined || table.poolOf(held.ips) !== undefined) continue;
      const addresses = goList(held.ips.map(ipText));
      return `new config not compatible with assigned IPs: service "${key}" cannot own ${addresses} under new config`;
    }
    return undefined;
  }

  /** Looks again at every restless Service until no look asks for another round, then hands over what happened. */
  #outcome(reprocess: boolean): ModelOutcome {
    let again = reprocess;
    while (this.#allocator !== undefined && (again || this.#retryConfig())) {
      again = false;
      for (const entry of this.#inProcessingOrder()) again = this.#look(this.#allocator, entry) || again;
    }
    if (this.#changed.length + this.#events.length === 0) return nothingHappened;
    const outcome = { events: this.#events, changes: this.#changed.map((entry) => this.#changeOf(entry)) };
    for (const entry of this.#changed) entry.isChanged = false;
    this.#events = [];
    this.#changed = [];
    return outcome;
  }

  /** A refused configuration is tried again until it fits. */
  #retryConfig(): boolean {
    return this.#waiting !== undefined && this.#tryConfig(this.#waiting, this.#namespaces) === undefined;
  }

  /** Services with addresses first (R33), then by name; MetalLB leaves the order among equals to chance. */
  #inProcessingOrder(): ServiceEntry[] {
    if (this.#restless.size < 2) return [...this.#restless];
    if (!this.#behaviour.servedFirst) return this.#byKey([...this.#restless]);
    const byCount: ServiceEntry[][] = [];
    for (const entry of this.#restless) (byCount[entry.assignment.ips.length] ??= []).push(entry);
    return byCount.reverse().flatMap((entries) => this.#byKey(entries));
  }

  /** Sorts the names by themselves: comparing entries would fetch each from memory many times. */
  #byKey(entries: readonly ServiceEntry[]): ServiceEntry[] {
    const keys = entries.map(({ key }) => key).sort();
    return keys.map((key) => this.#entries.get(key)).filter((entry) => entry !== undefined);
  }

  /** One look at one Service; true when MetalLB looks at all Services again because of it. Source: controller/main.go. */
  #look(allocator: Allocator, entry: ServiceEntry): boolean {
    const { assignment } = entry;
    const request = entry.request(this.#behaviour);
    const before = entry.held;
    const result = converge(allocator, this.#behaviour, request, assignment);
    const after = entry.held;
    const isChanged = !isSameAssignment(assignment, result.assignment);
    for (const event of result.events) this.#recordEvent(event);
    if (isChanged) this.#recordChange(entry, request);
    if (isChanged) entry.assign(result.assignment, result.choices);
    entry.refusal = result.refusal;
    const isSteady = !isChanged && result.events.length === 0 && before === after;
    if (isSteady || wouldStay(request, result)) this.#settle(entry);
    else this.#restless.add(entry);
    return asksForAnotherRound(this.#behaviour, allocator.table, { before, after, isChanged });
  }

  #settle(entry: ServiceEntry): void {
    this.#restless.delete(entry);
    entry.rest();
  }

  #recordChange(entry: ServiceEntry, { key, deprecatedAnnotations }: AddressRequest): void {
    if (this.#changed.length === 0) this.#changed = [entry];
    else if (!entry.isChanged) this.#changed.push(entry);
    entry.isChanged = true;
    if (!this.#behaviour.warnsOfOldPrefix) return;
    for (const name of deprecatedAnnotations) {
      const message = `Service uses deprecated annotation ${name}`;
      this.#recordEvent(serviceEvent('Warning', 'deprecatedAnnotation', key, message));
    }
  }

  /** Most inputs cause one event: a list of one is made to measure. */
  #recordEvent(event: ServiceEvent): void {
    if (this.#events.length === 0) this.#events = [event];
    else this.#events.push(event);
  }

  #changeOf({ key, assignment }: ServiceEntry): ServiceChange {
    const { pool } = assignment;
    const name = poolAnnotationName(this.#behaviour);
    const isWritten = this.#behaviour.writesPoolAnnotation && pool !== undefined;
    return {
      service: key,
      addresses: assignment.ips,
      poolAnnotation: isWritten ? { name, value: pool } : undefined,
    };
  }
}
