import { made, mapFailure } from './agent-failure.ts';
import type { Attempt } from './agent-failure.ts';
import { OPTIONS_PATH } from './create-options.ts';
import type { CreateOptions, Mount } from './create-options.ts';
import { isAtLeast } from './device-settings.ts';
import type { AgentVersion } from './device-settings.ts';
import type { ExperimentalOptions, ExtraVolume } from './experimental-fields.ts';
import type { PathStep } from './finding.ts';
import { sanitizeDnsLabel } from './kubernetes-names.ts';
import { isRecord } from './module-input.ts';

/** A volume of the pod in Kubernetes' own form. */
export type Volume = Readonly<Record<string, unknown>>;

/** A claim that the agent makes for a Mount of type volume when a storage class is set. */
export interface ClaimOutline {
  readonly name: string;
  readonly readOnly: boolean;
}

/** The volumes of a module's pod, the mounts of its container, and the claims behind them. */
export interface ModuleVolumes {
  readonly volumes: readonly Volume[];
  readonly volumeMounts: readonly Volume[];
  readonly claims: readonly ClaimOutline[];
}

interface Piece {
  readonly volume: Volume;
  readonly mount: Volume;
  readonly claim?: ClaimOutline;
}

const HOST: readonly PathStep[] = [...OPTIONS_PATH, 'HostConfig'];

/**
 * Collects binds, mounts and the volumes of k8s-experimental. The agent makes a volume of a name once and prefers a writable claim;
 * volumes of k8s-experimental stay as they are and come first. A failure has stage map.
 */
export function collectVolumes(
  options: CreateOptions,
  experimental: ExperimentalOptions,
  version: AgentVersion,
): Attempt<ModuleVolumes> {
  const binds = collect(options.binds, (bind, index) => bindPiece(bind, [...HOST, 'Binds', index], version));
  if (!binds.ok) return binds;
  const mounts = collect(options.mounts, (mount, index) => mountPiece(mount, [...HOST, 'Mounts', index], version));
  if (!mounts.ok) return mounts;
  const pieces = [...binds.value, ...mounts.value.filter(isBind), ...mounts.value.filter((piece) => !isBind(piece))];
  const extra = experimental.volumes.filter((item): item is NonNullable<ExtraVolume> => item !== null);
  if (extra.length < experimental.volumes.length) {
    const at = [...OPTIONS_PATH, 'k8s-experimental', 'volumes'];
    return mapFailure('Deployment', 'volume-null', at, 'The list of volumes holds null.');
  }
  return made({
    volumes: [...extra.map(({ volume }) => volume).filter(isRecord), ...oncePerName(pieces)],
    volumeMounts: [
      ...pieces.map(({ mount }) => mount),
      ...extra.flatMap(({ volumeMounts }) => volumeMounts.filter(isRecord)),
    ],
    claims: pieces.flatMap(({ claim }) => (claim === undefined ? [] : [claim])),
  });
}

function collect<T>(
  items: readonly T[],
  make: (item: T, index: number) => Attempt<Piece | undefined>,
): Attempt<readonly Piece[]> {
  const pieces: Piece[] = [];
  for (const [index, item] of items.entries()) {
    const piece = make(item, index);
    if (!piece.ok) return piece;
    if (piece.value !== undefined) pieces.push(piece.value);
  }
  return made(pieces);
}

function isBind(piece: Piece): boolean {
  return piece.claim === undefined;
}

function bindPiece(bind: string | null, at: readonly PathStep[], version: AgentVersion): Attempt<Piece | undefined> {
  if (bind === null) return mapFailure('Deployment', 'bind-null', at, 'The list of binds holds null.');
  const [source = '', target, mode] = bind.split(':');
  if (target === undefined) return made(undefined);
  const name = volumeName(source, version);
  if (name === undefined) return badName(source, at);
  return made(hostPathPiece(name, { source, target, readOnly: mode?.includes('ro') === true }));
}

function mountPiece(mount: Mount | null, at: readonly PathStep[], version: AgentVersion): Attempt<Piece | undefined> {
  const { type, source, target, readOnly } = mount ?? { type: null, source: null, target: null, readOnly: false };
  if (type === null || source === null || (target === null && isAtLeast(version, 'beta14'))) {
    return mapFailure('Deployment', 'mount-incomplete', at, 'A mount lacks Type, Source or Target.');
  }
  const kind = type.toLowerCase();
  if (kind !== 'bind' && kind !== 'volume') return made(undefined);
  const name = volumeName(source, version);
  if (name === undefined) return badName(source, at);
  if (kind === 'bind') return made(hostPathPiece(name, { source, target, readOnly }));
  return made({
    volume: { name, persistentVolumeClaim: { claimName: name, readOnly } },
    mount: { mountPath: target, name, readOnly },
    claim: { name, readOnly },
  });
}

function volumeName(source: string, version: AgentVersion): string | undefined {
  return sanitizeDnsLabel(source, !isAtLeast(version, 'beta13'));
}

function badName(source: string, at: readonly PathStep[]): ReturnType<typeof mapFailure> {
  const message = `No volume name can be made of ${JSON.stringify(source)}.`;
  return mapFailure('Deployment', 'volume-name-invalid', at, message);
}

interface HostPath {
  readonly source: string;
  readonly target: string | null;
  readonly readOnly: boolean;
}

function hostPathPiece(name: string, path: HostPath): Piece {
  return {
    volume: { name, hostPath: { path: path.source, type: 'DirectoryOrCreate' } },
    mount: { mountPath: path.target, name, readOnly: path.readOnly },
  };
}

function oncePerName(pieces: readonly Piece[]): readonly Volume[] {
  const byName = new Map<unknown, Piece>();
  for (const piece of pieces) {
    const before = byName.get(piece.volume['name']);
    const writable = piece.claim?.readOnly === false && before?.claim?.readOnly !== false;
    if (before === undefined || writable) byName.set(piece.volume['name'], piece);
  }
  return [...byName.values()].map(({ volume }) => volume);
}
