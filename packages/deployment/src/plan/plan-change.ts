import type { Reason } from '@iotedge-networking/contract';
import type { PlannedAnnouncer } from './device-plan.ts';
import { announcerText } from './planned-announcer.ts';

/** A value that changes; `from` or `to` is absent where there is none. */
interface ValueChange {
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
  /** The values may be secret and are left out. */
  readonly hidden?: true;
}

/** A change of what an address is good for. `rule` names the rule of the address plan that it concerns. */
interface AddressChange {
  /** `namespace/name`. */
  readonly service: string;
}

/**
 * One thing that applying a network file changes on a device, on the hub or for a client. The first six kinds are what is sent; the others are what follows.
 */
export type PlanChange =
  | { readonly kind: 'device-added' }
  | ({ readonly kind: 'tag-changed' } & ValueChange)
  | { readonly kind: 'module-added'; readonly module: string; readonly image: string }
  | { readonly kind: 'module-removed'; readonly module: string }
  | ({ readonly kind: 'module-changed'; readonly module: string } & ValueChange)
  | ({ readonly kind: 'desired-changed'; readonly twin: string } & ValueChange)
  | {
      readonly kind: 'pool-changed';
      readonly pool: string;
      readonly from: readonly string[];
      readonly to: readonly string[];
      /** Who changes it: the networking module, or a person on the device's page. */
      readonly by: 'module' | 'operator';
    }
  /** MetalLB before 0.14 goes on with the old ranges while a Service holds an address outside the new ones (R27). */
  | { readonly kind: 'pool-held'; readonly message: string }
  | ({
      readonly kind: 'address-assigned';
      readonly to: readonly string[];
      readonly pool?: string;
      readonly announcer?: PlannedAnnouncer;
    } & AddressChange)
  | ({
      readonly kind: 'address-changed';
      readonly from: readonly string[];
      readonly to: readonly string[];
      readonly rule?: 'N10';
      readonly message: string;
      readonly announcer?: PlannedAnnouncer;
    } & AddressChange)
  | ({
      readonly kind: 'address-lost';
      readonly from: readonly string[];
      readonly rule?: 'N10';
      readonly reason: Reason;
      readonly message: string;
    } & AddressChange)
  /** The Service is removed or becomes internal, as network.yaml says. */
  | ({
      readonly kind: 'address-released';
      readonly from: readonly string[];
      readonly why: 'removed' | 'internal';
    } & AddressChange)
  /** The Service does not get what it asks for; what it has it keeps. */
  | ({
      readonly kind: 'address-refused';
      readonly keeps: readonly string[];
      readonly reason: Reason;
      readonly message: string;
    } & AddressChange);

/** Whether something would not work after this change. */
export function isFailure({ kind }: PlanChange): boolean {
  return kind === 'address-lost' || kind === 'address-refused';
}

/** Prints a change as one line: `+` new, `-` gone, `~` other than before, `!` to be thought about. */
export function formatChange(change: PlanChange): string {
  switch (change.kind) {
    case 'device-added':
      return '+ IoT Edge device';
    case 'module-added':
      return `+ module ${change.module} (${change.image})`;
    case 'module-removed':
      return `- module ${change.module}`;
    case 'tag-changed':
      return valueLine('tag', change);
    case 'module-changed':
      return valueLine(`module ${change.module}`, change);
    case 'desired-changed':
      return valueLine(`desired ${change.twin}`, change);
    default:
      return formatConsequence(change);
  }
}

type Consequence = Extract<PlanChange, { readonly kind: `pool-${string}` | `address-${string}` }>;

function formatConsequence(change: Consequence): string {
  switch (change.kind) {
    case 'pool-changed':
      return poolLine(change);
    case 'pool-held':
      return `! pool: ${change.message}`;
    case 'address-assigned':
      return `+ address ${change.service}: ${list(change.to)}${poolText(change.pool)}${announcedText(change.announcer)}`;
    case 'address-changed':
      return `! address ${change.service}: ${list(change.from)} → ${list(change.to)}${announcedText(change.announcer)} — ${ruleText(change.rule)}${change.message}`;
    case 'address-lost':
      return `! address ${change.service}: ${list(change.from)} → none — ${ruleText(change.rule)}${change.reason}: ${change.message}`;
    case 'address-released':
      return `- address ${change.service}: ${list(change.from)} (the Service ${change.why === 'removed' ? 'is removed' : 'becomes internal'})`;
    case 'address-refused':
      return `! address ${change.service}: ${keepsText(change.keeps)} — ${change.reason}: ${change.message}`;
  }
}

function valueLine(what: string, { path, from, to, hidden }: ValueChange): string {
  if (hidden === true) return `~ ${what} ${path} (not shown)`;
  if (from === undefined) return `+ ${what} ${path}: ${JSON.stringify(to)}`;
  if (to === undefined) return `- ${what} ${path}: ${JSON.stringify(from)}`;
  return `~ ${what} ${path}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`;
}

function poolLine({ pool, from, to, by }: Extract<PlanChange, { readonly kind: 'pool-changed' }>): string {
  const who =
    by === 'module' ? 'the networking module writes it' : 'to be set on the page "Compute network" of the device';
  return `~ pool ${pool}: ${list(from)} → ${list(to)} (${who})`;
}

function list(texts: readonly string[]): string {
  return texts.length === 0 ? 'none' : texts.join(',');
}

function keepsText(keeps: readonly string[]): string {
  return keeps.length === 0 ? 'none' : `keeps ${list(keeps)}`;
}

function poolText(pool: string | undefined): string {
  return pool === undefined ? '' : ` from pool ${pool}`;
}

function announcedText(announcer: PlannedAnnouncer | undefined): string {
  return announcer === undefined ? '' : `, announced by ${announcerText(announcer)}`;
}

function ruleText(rule: string | undefined): string {
  return rule === undefined ? '' : `${rule} `;
}
