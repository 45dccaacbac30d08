import type { PoolConfig, PoolSelection } from './config.ts';
import { anySelectorMatches } from './label-selector.ts';
import type { LabelSelector, Labels } from './label-selector.ts';

/** A node of the cluster with its labels. */
export interface Node {
  readonly name: string;
  readonly labels?: Labels;
}

/** Whether an advertisement speaks for a pool: named, selected by label, or nothing was selected at all. */
export function selectsPool({ ipAddressPools, ipAddressPoolSelectors }: PoolSelection, pool: PoolConfig): boolean {
  if (ipAddressPools.length === 0 && ipAddressPoolSelectors.length === 0) return true;
  return ipAddressPools.includes(pool.name) || anySelectorMatches(ipAddressPoolSelectors, pool.labels);
}

/** Whether node selectors admit a node; none admit every node. */
export function selectsNode(selectors: readonly LabelSelector[], { labels = {} }: Node): boolean {
  return selectors.length === 0 || anySelectorMatches(selectors, labels);
}
