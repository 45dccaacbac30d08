/** A release of MetalLB as `major.minor.patch`; `main` is the newest code that was studied (2026-07). */
export type MetalLbVersion = string;

/** What differs between releases, each named after what the release does. Source: MetalLB's tags, read one by one. */
export interface Behaviour {
  readonly readsNewPrefix: boolean;
  readonly writesPoolAnnotation: boolean;
  readonly warnsOfOldPrefix: boolean;
  readonly announcesClearing: boolean;
  readonly checksPoolOfAddress: boolean;
  readonly configurationWins: boolean;
  readonly emptyPoolsClear: boolean;
  readonly malformedStatusIsCleared: boolean;
  readonly failsOnSharingConflict: boolean;
  readonly reprocessesOnRelease: 'never' | 'always' | 'when-still-pooled';
  readonly reprocessesOnEveryDelete: boolean;
  readonly reprocessesOnKeyChange: boolean;
  readonly checksDualStackClusterIps: boolean;
  readonly alignsWithClusterIps: boolean;
  readonly prefersDualStack: boolean;
  readonly namesFullPool: boolean;
  readonly emptyAllocationMatchesAll: boolean;
  readonly servedFirst: boolean;
  readonly honoursExcludeLabel: boolean;
  readonly refusesSharingWithServiceSelectors: boolean;
  readonly prefersNodes: boolean;
}

/** Compares releases: negative when `a` is older. A missing patch is 0, `main` is newest, a leading `v` is allowed. */
export function compareVersions(a: MetalLbVersion, b: MetalLbVersion): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  return left.major - right.major || left.minor - right.minor || left.patch - right.patch;
}

function numbersOf(version: MetalLbVersion): { major: number; minor: number; patch: number } {
  if (version === 'main') return { major: Number.MAX_SAFE_INTEGER, minor: 0, patch: 0 };
  const [major = 0, minor = 0, patch = 0] = (/\d+(\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);
  return { major, minor, patch };
}

// A model is made for every device of a fleet, and all of them have one of a few releases.
const known = new Map<MetalLbVersion, Behaviour>();
const KNOWN_RELEASES = 64;

/** What this release does. */
export function behaviourOf(version: MetalLbVersion): Behaviour {
  const behaviour = known.get(version) ?? workOut(version);
  if (known.size >= KNOWN_RELEASES) known.clear();
  known.set(version, behaviour);
  return behaviour;
}

function workOut(version: MetalLbVersion): Behaviour {
  const since = (release: MetalLbVersion): boolean => compareVersions(version, release) >= 0;
  return {
    readsNewPrefix: since('0.14.9'),
    writesPoolAnnotation: since('0.13.8'),
    warnsOfOldPrefix: since('0.14.9'),
    announcesClearing: since('0.13.10'),
    checksPoolOfAddress: since('0.13.10'),
    configurationWins: since('0.14.0'),
    emptyPoolsClear: since('0.14.0'),
    malformedStatusIsCleared: since('0.13.8'),
    failsOnSharingConflict: since('0.13.0') && !since('0.13.8'),
    reprocessesOnRelease: releaseRule(since),
    reprocessesOnEveryDelete: !since('0.13.10'),
    reprocessesOnKeyChange: since('0.15.0'),
    checksDualStackClusterIps: since('0.15.0'),
    alignsWithClusterIps: since('0.15.0'),
    prefersDualStack: since('0.14.9'),
    namesFullPool: since('0.16.0'),
    emptyAllocationMatchesAll: since('0.15.0'),
    servedFirst: since('0.14.0') || !since('0.13.0'),
    honoursExcludeLabel: since('0.14.0'),
    refusesSharingWithServiceSelectors: since('0.16.0'),
    prefersNodes: version === 'main' || compareVersions(version, '0.16.1') > 0,
  };
}

function releaseRule(since: (release: MetalLbVersion) => boolean): Behaviour['reprocessesOnRelease'] {
  if (since('0.14.0')) return 'when-still-pooled';
  return since('0.13.8') ? 'always' : 'never';
}
