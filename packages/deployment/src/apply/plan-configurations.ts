import type { ConfigurationInput, HubConfiguration } from '../commands/hub-gateway.ts';
import { isDeepStrictEqual } from 'node:util';
import { CONFIGURATION_LABELS, CONFIGURATION_MAKER } from './wanted-configurations.ts';

/** One write of an automatic deployment. */
export type ConfigurationStep =
  | { readonly kind: 'create-configuration'; readonly configuration: ConfigurationInput }
  | {
      readonly kind: 'update-configuration';
      readonly configuration: HubConfiguration;
      /** What changes, in a few words each. */
      readonly changes: readonly string[];
    }
  | { readonly kind: 'delete-configuration'; readonly id: string; readonly why: string };

/** What has to be written of automatic deployments, in order, and what cannot be taken away yet. */
export interface ConfigurationPlan {
  readonly steps: readonly ConfigurationStep[];
  /** Superseded configurations that stay until the new ones apply; a later run takes them away. */
  readonly kept: readonly { readonly id: string; readonly why: string }[];
}

/**
 * Decides about automatic deployments. Only those that this network made are touched. A changed content makes a new configuration, which on equal priority wins over the
 * older one; the old one is deleted only when the hub says that the new one applies to every device it targets. Where an old content comes back whose configuration is still there,
 * the newer one is made to target nothing, which is the documented way back.
 */
export function planConfigurations(
  network: string,
  wanted: readonly ConfigurationInput[],
  found: readonly HubConfiguration[],
): ConfigurationPlan {
  const own = found.filter((one) => isOwn(one, network));
  const present = new Map(own.map((one) => [one.id, one]));
  const wantedIds = new Set(wanted.map(({ id }) => id));
  const families = new Map(wanted.map((one) => [familyOf(one), present.get(one.id)]));
  const writes = wanted.flatMap((one) => writeOf(one, present.get(one.id)));
  const removals = own.filter(({ id }) => !wantedIds.has(id)).map((old) => removalOf(old, families));
  return {
    steps: [...writes, ...removals.flatMap(({ step }) => step ?? [])],
    kept: removals.flatMap(({ kept }) => kept ?? []),
  };
}

/** Whether a configuration was made for this network. */
export function isOwn({ labels }: HubConfiguration, network: string): boolean {
  return labels[CONFIGURATION_LABELS.maker] === CONFIGURATION_MAKER && labels[CONFIGURATION_LABELS.network] === network;
}

function familyOf({ labels }: ConfigurationInput): string {
  return labels[CONFIGURATION_LABELS.family] ?? '';
}

function writeOf(wanted: ConfigurationInput, found: HubConfiguration | undefined): readonly ConfigurationStep[] {
  if (found === undefined) return [{ kind: 'create-configuration', configuration: wanted }];
  const { priority, targetCondition, labels, metrics } = wanted;
  const changes = [
    ...(found.priority === priority ? [] : [`priority ${found.priority} → ${priority}`]),
    ...(found.targetCondition === targetCondition ? [] : [`target ${found.targetCondition} → ${targetCondition}`]),
    ...(isDeepStrictEqual(found.labels, labels) ? [] : ['labels']),
    ...(isDeepStrictEqual(found.metrics, metrics) ? [] : ['metrics']),
  ];
  if (changes.length === 0) return [];
  const configuration = { ...found, priority, targetCondition, labels, metrics };
  return [{ kind: 'update-configuration', configuration, changes }];
}

interface Removal {
  readonly step?: ConfigurationStep;
  readonly kept?: { readonly id: string; readonly why: string };
}

function removalOf(old: HubConfiguration, families: ReadonlyMap<string, HubConfiguration | undefined>): Removal {
  const { id } = old;
  if (!families.has(familyOf(old)))
    return { step: { kind: 'delete-configuration', id, why: 'the file has no such deployment any more' } };
  const successor = families.get(familyOf(old));
  if (successor === undefined) return { kept: { id, why: 'its successor is only about to be made' } };
  if (isNewer(old, successor) && old.targetCondition !== '') {
    const changes = [`target ${old.targetCondition} → nothing, so that ${successor.id} applies again`];
    return { step: { kind: 'update-configuration', configuration: { ...old, targetCondition: '' }, changes } };
  }
  if (applies(successor) || targetsNothing(old, successor))
    return { step: { kind: 'delete-configuration', id, why: `${successor.id} has taken over` } };
  const { appliedCount = 0, targetedCount = 0 } = successor.counts;
  return { kept: { id, why: `${successor.id} applies to ${appliedCount} of ${targetedCount} targets so far` } };
}

function isNewer(one: HubConfiguration, other: HubConfiguration): boolean {
  return (one.createdAt ?? '') > (other.createdAt ?? '');
}

function applies({ counts: { appliedCount = 0, targetedCount = 0 } }: HubConfiguration): boolean {
  return targetedCount > 0 && appliedCount >= targetedCount;
}

/** Neither reaches anything, so nothing can be lost. Counts of zero may also mean that the hub has not counted yet, hence both. */
function targetsNothing(old: HubConfiguration, successor: HubConfiguration): boolean {
  return old.counts.targetedCount === 0 && old.targetCondition !== '' && successor.counts.targetedCount === 0;
}

/** Prints a write of an automatic deployment as one line. */
export function formatConfigurationStep(step: ConfigurationStep): string {
  switch (step.kind) {
    case 'create-configuration': {
      const { id, priority, targetCondition } = step.configuration;
      return `configuration ${id}: create with priority ${priority} for ${targetCondition}`;
    }
    case 'update-configuration':
      return `configuration ${step.configuration.id}: change ${step.changes.join(', ')}`;
    case 'delete-configuration':
      return `configuration ${step.id}: delete, ${step.why}`;
  }
}
