import { createHash } from 'node:crypto';
import { decodeTwinKey, type Problem, type Reason, type Reported } from '@iotedge-networking/contract';
import type { DesiredView, DeviceView, NodeView, PoolView } from '../view/device-view.ts';
import { addressUses } from './address-uses.ts';
import type { DeviceFacts } from './device-facts.ts';
import { effectiveNetwork, splitRanges } from './effective-network.ts';
import { fieldRules } from './field-rules.ts';
import { scalarTags } from './scalar-tags.ts';
import { serviceViews } from './service-views.ts';

/** Puts together what the page shows of a device. Equal facts give equal views with one revision. */
export function deviceViewOf(facts: DeviceFacts): DeviceView {
  const { id, profile, reported } = facts;
  const network = effectiveNetwork(facts);
  const nodes = reported === undefined ? [] : nodeViews(reported);
  const services = reported === undefined ? [] : serviceViews(reported, network.claims);
  const view: Omit<DeviceView, 'revision'> = {
    id,
    tags: scalarTags(facts.tags ?? {}),
    profile,
    hasCluster: nodes.length > 0,
    module: { name: facts.module, ...(reported === undefined ? {} : reported.module) },
    connected: facts.connected,
    lastSeen: facts.lastSeen,
    ...network,
    fields: fieldRules(profile, network.computeNetwork),
    desired: desiredView(facts),
    loadBalancer: reported?.loadBalancer,
    pools: reported === undefined ? [] : poolViews(reported),
    nodes,
    services,
    addresses: addressUses({ ...network, nodes, services }),
    conditions: conditionsOf(reported),
    truncated: reported?.summary.truncated,
  };
  return { ...view, revision: createHash('sha256').update(JSON.stringify(view)).digest('hex').slice(0, 16) };
}

function desiredView({ desiredVersion, reported }: DeviceFacts): DesiredView {
  if (reported === undefined) return { version: desiredVersion, state: 'unknown', problems: [] };
  const { version, state, inForce, problems } = reported.desired;
  return {
    version: desiredVersion,
    state,
    reportedVersion: version,
    inForce,
    problems: Object.entries(problems).map(([path, message]): Problem => ({
      code: 'refused',
      path: decodeTwinKey(path),
      message,
    })),
  };
}

function nodeViews({ nodes }: Reported): readonly NodeView[] {
  return Object.entries(nodes).map(([name, node]) => ({ name: decodeTwinKey(name), ...node }));
}

function poolViews({ pools }: Reported): readonly PoolView[] {
  return Object.entries(pools).map(([name, { ranges, total, used }]) => ({
    name: decodeTwinKey(name),
    ranges: splitRanges(ranges),
    total,
    used,
  }));
}

function conditionsOf(reported: Reported | undefined): DeviceView['conditions'] {
  return Object.entries(reported?.conditions ?? {}).map(([reason, message]) => ({ reason: reason as Reason, message }));
}
