import type { Configuration } from './configuration.ts';
import {
  desiredAfter,
  readConfigurationContent,
  stackContent,
  stackModules,
  type ConfigurationContent,
  type ModulesContent,
  type SectionContent,
} from './configuration-content.ts';
import { applyModules } from './apply-content.ts';
import { HubError } from './hub-error.ts';
import type { HubStore } from './hub-store.ts';
import type { ConfigurationStatus, Identity } from './identity.ts';
import { selectTargets } from './query-rows.ts';
import { readTarget } from './read-query.ts';
import { addressName, type TwinAddress } from './twin-address.ts';
import { replaceDesired } from './twins.ts';

/** A configuration with its content read. */
interface Candidate {
  readonly configuration: Configuration;
  readonly content: ConfigurationContent;
}

/** What reaches one twin: everything that targets it, and what is to be written. */
interface Outcome {
  readonly statuses: Readonly<Record<string, ConfigurationStatus>>;
  /** The configurations in force, lowest first. */
  readonly inForce: readonly Candidate[];
}

/**
 * Writes onto every device and module what the configurations that target it ask for. Idempotent: a twin is written only when the set of
 * configurations in force for it changed, or after a hand-made deployment. Where none is left, nothing is taken away.
 */
export function evaluateConfigurations(store: HubStore): void {
  const reached = collectTargets(store);
  for (const identity of [...store.devices(), ...store.allModules()]) {
    const candidates = reached.get(addressName(identity)) ?? [];
    if (candidates.length === 0 && identity.deployment === undefined && noStatus(identity)) continue;
    settle(store, identity, candidates);
  }
}

function noStatus({ moduleId, configurations }: Identity): boolean {
  // The agent module mirrors the status of its device and is settled with it.
  return moduleId === '$edgeAgent' || Object.keys(configurations).length === 0;
}

function collectTargets(store: HubStore): ReadonlyMap<string, readonly Candidate[]> {
  const reached = new Map<string, Candidate[]>();
  for (const configuration of store.configurations.values()) {
    if (configuration.targetCondition === '') continue;
    const content = readConfigurationContent(configuration.content);
    const targets = selectTargets(store, readTarget(configuration.targetCondition));
    for (const identity of targets.filter((target) => fits(content, target))) {
      const name = addressName(identity);
      reached.set(name, [...(reached.get(name) ?? []), { configuration, content }]);
    }
  }
  return reached;
}

function fits(content: ConfigurationContent, { moduleId, capabilities }: Identity): boolean {
  if (content.kind === 'module') return moduleId !== undefined;
  return moduleId === undefined && (content.kind === 'device' || capabilities.iotEdge);
}

function settle(store: HubStore, identity: Identity, candidates: readonly Candidate[]): void {
  const { statuses, inForce } = decide(candidates);
  const signature = inForce.map(({ configuration }) => `${configuration.id}@${configuration.createdTimeUtc}`).join(' ');
  if (signature !== '' && signature !== identity.deployment) write(store, identity, inForce);
  const deployment = signature === '' ? undefined : signature;
  const after = store.find(identity);
  if (after === undefined) return;
  store.put({ ...after, configurations: statuses, deployment });
  const agent = store.find({ deviceId: identity.deviceId, moduleId: '$edgeAgent' });
  if (identity.moduleId === undefined && agent !== undefined) store.put({ ...agent, configurations: statuses });
}

function decide(candidates: readonly Candidate[]): Outcome {
  const rising = candidates.toSorted(byPriority);
  const base = rising.findLast(({ content }) => content.kind === 'edge' && !content.layered);
  const inForce = rising.filter((candidate) => {
    if (candidate.content.kind !== 'edge') return true;
    if (candidate === base) return true;
    // A layer needs a base below it; two layers of one priority both apply, the newer on top.
    return (
      candidate.content.layered && base !== undefined && candidate.configuration.priority > base.configuration.priority
    );
  });
  const statuses = candidates.map((candidate): [string, ConfigurationStatus] => [
    candidate.configuration.id,
    inForce.includes(candidate) ? 'Applied' : 'Targeted',
  ]);
  return { inForce, statuses: Object.fromEntries(statuses) };
}

// On a tie the newer one wins, so it comes later.
function byPriority({ configuration: a }: Candidate, { configuration: b }: Candidate): number {
  return a.priority - b.priority || a.createdTimeUtc.localeCompare(b.createdTimeUtc);
}

function write(store: HubStore, identity: TwinAddress, inForce: readonly Candidate[]): void {
  let modules: ModulesContent = new Map();
  let section: SectionContent | undefined;
  for (const { content } of inForce) {
    if (content.kind === 'edge') modules = stackModules(modules, content.modules);
    else section = stackContent(section, content.section);
  }
  try {
    if (modules.size > 0) applyModules(store, identity.deviceId, modules);
    if (section !== undefined)
      replaceDesired(store, identity, desiredAfter(store.get(identity).twin.desired.values, section));
  } catch (error) {
    // The service has no one to tell: a deployment that does not fit simply never shows as applied by the agent.
    if (!(error instanceof HubError)) throw error;
  }
}
