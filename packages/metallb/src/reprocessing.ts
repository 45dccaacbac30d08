import type { AddressRequest } from './address-request.ts';
import type { Assignment, Convergence } from './converge.ts';
import type { Behaviour } from './metallb-version.ts';
import type { PoolTable } from './pool-table.ts';
import type { Allocation } from './tenancy.ts';

/** What one look at a Service moved. */
export interface Move {
  readonly before: Allocation | undefined;
  readonly after: Allocation | undefined;
  /** Whether the Service object is written. */
  readonly isChanged: boolean;
}

/** Whether MetalLB looks at every Service again because of this look (R20, R31). Source: controller/main.go SetBalancer. */
export function asksForAnotherRound(
  behaviour: Behaviour,
  table: PoolTable,
  { before, after, isChanged }: Move,
): boolean {
  if (behaviour.reprocessesOnKeyChange && sharingText(before) !== sharingText(after)) return true;
  if (before === undefined || after !== undefined) return false;
  if (behaviour.reprocessesOnRelease !== 'when-still-pooled') return behaviour.reprocessesOnRelease === 'always';
  return isChanged && table.poolOf(before.ips) !== undefined;
}

/** Whether the next look at a Service that was just given addresses surely shows nothing new, which saves that look. */
export function wouldStay(request: AddressRequest, { choices, assignment }: Convergence): boolean {
  const { desired, ports, policy, pool } = request;
  const isPlain = desired.ok && desired.addresses.length < 2 && ports.length > 0 && policy !== 'PreferDualStack';
  return isPlain && choices.length > 0 && (pool === '' || pool === assignment.pool);
}

/** Whether a Service object would be left as it is. */
export function isSameAssignment(a: Assignment, b: Assignment): boolean {
  return a.pool === b.pool && a.ips.length === b.ips.length && a.ips.every((ip, index) => ip === b.ips[index]);
}

function sharingText(allocation: Allocation | undefined): string {
  return allocation === undefined ? '' : allocation.backendKey + allocation.sharingKey;
}
