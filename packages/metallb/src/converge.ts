import type { Allocator, Grant } from './allocator.ts';
import { familyOf, goList } from './address-request.ts';
import type { AddressRequest, DesiredAddresses, RequestFamily } from './address-request.ts';
import { ipText, parseIps } from './ip-number.ts';
import type { Ip } from './ip-number.ts';
import type { Behaviour } from './metallb-version.ts';
import type { Choice } from './pool-choice.ts';
import type { Pool } from './pool-table.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { serviceEvent } from './service-event.ts';
import type { ServiceEvent } from './service-event.ts';

/** What MetalLB keeps in a Service object: the addresses in its status, and the pool annotation beside them. */
export interface Assignment {
  readonly ips: readonly string[];
  readonly pool?: string;
}

/** How far one look at a Service got. */
export interface Convergence {
  readonly assignment: Assignment;
  readonly events: readonly ServiceEvent[];
  /** Why the Service does not have what it asks for. */
  readonly refusal?: Refusal;
  /** What MetalLB might have chosen instead, when it chose at random just now. */
  readonly choices: readonly Choice[];
}

const nothing: Assignment = { ips: [] };
const noChoices: readonly Choice[] = [];
const noEvents: readonly ServiceEvent[] = [];

/**
 * One look of the controller at one Service. Changes the allocator for this Service only.
 * Source: MetalLB controller/service.go convergeBalancer, tags v0.12.1 to main.
 */
export function converge(
  allocator: Allocator,
  behaviour: Behaviour,
  request: AddressRequest,
  current: Assignment,
): Convergence {
  const look = new Look(allocator, behaviour, request, current);
  return look.run();
}

class Look {
  readonly #allocator: Allocator;
  readonly #behaviour: Behaviour;
  readonly #request: AddressRequest;
  #events: readonly ServiceEvent[] = noEvents;
  #assignment: Assignment;
  #ips: readonly Ip[] = [];
  #pool: Pool | undefined;
  #choices: readonly Choice[] = noChoices;

  constructor(allocator: Allocator, behaviour: Behaviour, request: AddressRequest, current: Assignment) {
    this.#allocator = allocator;
    this.#behaviour = behaviour;
    this.#request = request;
    this.#assignment = current;
  }

  run(): Convergence {
    const refusal = (this.#cannotServe() ?? this.#keepCurrent() ?? this.#addFamily() ?? this.#findNew())?.refusal;
    return { assignment: this.#assignment, events: this.#events, choices: this.#choices, refusal };
  }

  /** Services that get nothing, whatever they ask for. */
  #cannotServe(): Stop | undefined {
    const { isLoadBalancer, clusterIPs, policy } = this.#request;
    const noPools = this.#behaviour.emptyPoolsClear && this.#allocator.table.pools.length === 0;
    if (!isLoadBalancer) return this.#clearAndStop();
    if (noPools) return this.#clearAndStop(refusal('PoolExhausted', 'there are no pools'));
    if (clusterIPs.length === 0) return this.#clearAndStop(refusal('FamilyMismatch', 'the Service has no cluster IP'));
    if (this.#behaviour.checksDualStackClusterIps && policy === 'RequireDualStack' && clusterIPs.length < 2) {
      const message = `Service requires dual stack but not enough clusterips [${clusterIPs.join(' ')}]`;
      this.#event('Warning', 'not enough clusterips', message);
      return this.#clearAndStop(refusal('FamilyMismatch', message));
    }
    return undefined;
  }

  /** Takes the addresses in the status over, unless configuration or request speak against them (R10, R12, R32). */
  #keepCurrent(): Stop | undefined {
    if (this.#assignment.ips.length === 0) {
      this.#clear();
      return undefined;
    }
    return this.#checkFamilies() ?? this.#checkAssignment();
  }

  #checkFamilies(): Stop | undefined {
    const { ips } = this.#assignment;
    const { clusterIPs, family } = this.#request;
    const statusFamily = familyOf(ips);
    if (typeof statusFamily === 'object') {
      const message = `Failed to retrieve LBIPs IPFamily for ${goList(ips)}: ${statusFamily.problem}`;
      this.#event('Warning', 'nolbIPsIPFamily', message);
      if (!this.#behaviour.malformedStatusIsCleared) return { refusal: refusal('FamilyMismatch', message) };
    }
    if (typeof family === 'object') {
      const message = `Failed to retrieve ClusterIPs IPFamily for ${goList(clusterIPs)}: ${family.problem}`;
      this.#event('Warning', 'noclusterIPsIPFamily', message);
      return { refusal: refusal('FamilyMismatch', message) };
    }
    if (typeof statusFamily === 'object' || this.#familyChanged(statusFamily, family)) this.#clear();
    else this.#ips = parseIps(ips);
    return undefined;
  }

  #familyChanged(statusFamily: RequestFamily, family: RequestFamily): boolean {
    if (statusFamily === family) return false;
    const mayDiffer = this.#behaviour.prefersDualStack && this.#request.policy === 'PreferDualStack';
    return !(mayDiffer && family === 'dual');
  }

  #checkAssignment(): Stop | undefined {
    if (this.#ips.length === 0) return undefined;
    const granted = this.#allocator.assign(this.#request, this.#ips);
    const stop = granted.ok ? undefined : this.#dropDisallowed(granted.refusal);
    if (stop !== undefined) return stop;
    this.#pool = granted.ok ? granted.choices[0].pool : undefined;
    const { pool, desired } = this.#request;
    if (pool !== '' && this.#pool !== undefined && this.#pool.name !== pool) this.#clear();
    if (!desired.ok) {
      this.#event('Warning', 'LoadBalancerFailed', `invalid requested loadbalancer IPs: ${desired.problem}`);
      return { refusal: badRequest(desired) };
    }
    if (desired.addresses.length > 0) this.#keepIfDesired(desired.addresses);
    return undefined;
  }

  #dropDisallowed(refused: Refusal): Stop | undefined {
    const { key } = this.#request;
    if (this.#behaviour.failsOnSharingConflict && refused.message.startsWith(`can't change sharing key`)) {
      this.#allocator.unassign(this.#request.holder);
      const message = `current IP not allowed by config:${refused.message}: services can't share key`;
      this.#event('Warning', 'svcCannotShareKey', message);
      return { refusal: refused };
    }
    if (this.#behaviour.announcesClearing) {
      const message = `current IP for "${key}" not allowed by config, will attempt for new IP assignment: ${refused.message}`;
      this.#event('Normal', 'ClearAssignment', message);
    }
    this.#clear();
    return undefined;
  }

  /** Both sides are compared in the order of their text, and the status keeps that order. */
  #keepIfDesired(desired: readonly Ip[]): void {
    const texts = this.#ips.map(ipText).sort();
    if (texts.join() === desired.map(ipText).sort().join()) this.#ips = parseIps(texts);
    else this.#clear();
  }

  /** A Service that would like two families and has one gets the other from the same pool (R25). */
  #addFamily(): Stop | undefined {
    const [existing, second] = this.#ips;
    const pool = this.#pool;
    const wantsMore = this.#behaviour.prefersDualStack && this.#request.policy === 'PreferDualStack';
    if (!wantsMore || existing === undefined || second !== undefined || pool === undefined) return undefined;
    const granted = this.#allocator.allocateAdditional(this.#request, existing, pool);
    if (granted.ok) {
      this.#ips = granted.choices[0].ips;
      const added = this.#ips.slice(1).map(ipText).join();
      this.#event('Normal', 'IPAllocated', `Assigned additional IP "${added}"`);
    } else {
      const message = `cannot assign additional IP in PreferDualStack: ${granted.refusal.message}`;
      this.#event('Normal', 'AdditionalAssignFailed', message);
    }
    return undefined;
  }

  #findNew(): Stop | undefined {
    if (this.#ips.length > 0) {
      this.#assignment = { ips: this.#ips.map(ipText), pool: this.#pool?.name };
      return undefined;
    }
    const granted = this.#grant();
    if (!granted.ok) {
      const message = `Failed to allocate IP for "${this.#request.key}": ${granted.refusal.message}`;
      this.#event('Warning', 'AllocationFailed', message);
      return { refusal: granted.refusal };
    }
    this.#choices = granted.choices;
    const { ips, pool } = granted.choices[0];
    this.#assignment = { ips: ips.map(ipText), pool: pool.name };
    this.#event('Normal', 'IPAllocated', `Assigned IP ${goList(this.#assignment.ips)}`);
    return undefined;
  }

  #grant(): Grant {
    const { desired, pool, family } = this.#request;
    if (typeof family === 'object') return { ok: false, refusal: refusal('FamilyMismatch', family.problem) };
    if (!desired.ok) return { ok: false, refusal: badRequest(desired) };
    if (desired.addresses.length > 0) return this.#grantDesired(desired.addresses, desired.family === family);
    return pool === ''
      ? this.#allocator.allocate(this.#request, family)
      : this.#allocator.allocateFromPool(this.#request, family, pool);
  }

  #grantDesired(ips: readonly Ip[], isOfFamily: boolean): Grant {
    const request = this.#request;
    const asked = `requested loadBalancer IP(s) ${goList(ips.map(ipText))}`;
    if (!isOfFamily) {
      return { ok: false, refusal: refusal('FamilyMismatch', `${asked} does not match the ipFamily of the service`) };
    }
    const granted = this.#allocator.assign(request, ips);
    const checked = this.#behaviour.checksPoolOfAddress && request.pool !== '';
    if (!granted.ok || !checked || granted.choices[0].pool.name === request.pool) return granted;
    this.#allocator.unassign(request.holder);
    const message = `${asked} is not compatible with requested address pool ${request.pool}`;
    return { ok: false, refusal: refusal('RequestConflict', message) };
  }

  #event(type: ServiceEvent['type'], reason: string, message: string): void {
    this.#events = [...this.#events, serviceEvent(type, reason, this.#request.key, message)];
  }

  #clear(): void {
    this.#allocator.unassign(this.#request.holder);
    this.#assignment = nothing;
    this.#ips = [];
    this.#pool = undefined;
  }

  #clearAndStop(why?: Refusal): Stop {
    this.#clear();
    return { refusal: why };
  }
}

interface Stop {
  readonly refusal?: Refusal;
}

/** An address that cannot be read lies in no pool. */
function badRequest({ kind, problem }: Extract<DesiredAddresses, { ok: false }>): Refusal {
  return refusal(kind === 'conflict' ? 'RequestConflict' : 'AddressOutsidePools', problem);
}
