import type { ProbeTarget } from '../decide/plan-probes.ts';
import type { ProbeFindings } from '../gather/snapshot.ts';
import type { ProbeState } from './probe-state.ts';

/** What is known of the way that probes take. */
export interface ProbePath {
  /** Something on the way to the Services has answered since the start. */
  readonly hasPath: boolean;
  /** The cluster DNS has been silent for long. */
  readonly dnsSilent: boolean;
}

interface Believed {
  readonly target: ProbeTarget;
  readonly state: ProbeState;
}

/**
 * What follows from the beliefs. A DNS server that is silent says nothing about a name, and as long as no address has ever answered, the module may just
 * have no path to them: that is said once, and no Service is blamed.
 */
export function probeFindings(believed: Iterable<Believed>, { hasPath, dnsSilent }: ProbePath): ProbeFindings {
  const all = [...believed];
  const failures = new Map<string, Believed[]>();
  for (const one of all.filter((each) => isBlamed(each, hasPath)))
    failures.set(one.target.service, [...(failures.get(one.target.service) ?? []), one]);
  const unanswered = hasPath ? undefined : all.find((one) => isSilentAddress(one))?.state.message;
  const server = all.map(({ target }) => target).find(({ kind }) => kind === 'dns');
  return {
    troubles: new Map([...failures].map(([service, failed]) => [service, troubleOf(failed)])),
    conditions: {
      ...(unanswered === undefined ? {} : { Unreachable: noPath(unanswered) }),
      ...(dnsSilent && server?.kind === 'dns' ? { DnsUnreachable: silentServer(server.server.address) } : {}),
    },
  };
}

function isBlamed(one: Believed, hasPath: boolean): boolean {
  return one.state.belief === 'wrong' || (hasPath && isSilentAddress(one));
}

function isSilentAddress({ target, state }: Believed): boolean {
  return state.belief === 'silent' && target.kind !== 'dns';
}

function troubleOf(failures: readonly Believed[]): { reason: 'Unreachable' | 'DnsMismatch'; message: string } {
  const addresses = failures.filter(({ target }) => target.kind !== 'dns');
  const shown = addresses.length > 0 ? addresses : failures;
  const message = shown[0]?.state.message ?? '';
  return {
    reason: addresses.length > 0 ? 'Unreachable' : 'DnsMismatch',
    message: shown.length === 1 ? message : `${message} ${shown.length - 1} more of its addresses and ports fail, too.`,
  };
}

function noPath(example: string): string {
  return `No external address has answered the module since it started (${example.replace(/\.$/, '')}); it may have no path to them, so no Service is blamed.`;
}

function silentServer(server: string): string {
  return `The cluster DNS at ${server} does not answer the module, so names are not checked.`;
}
