import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { ObjectClient } from '../cluster/object-client.ts';
import type { Container, Pod, Volume } from './pod.ts';
import { readData } from './pod-environment.ts';

/** The files of the ServiceAccount that every pod gets. */
export interface ServiceAccountFiles {
  readonly token: string;
  readonly ca: string;
  readonly namespace: string;
}

/** Where a pod's read-only directories lie on this machine. */
export interface PodVolumes {
  /** Mount path and local directory for one container. */
  mounts(container: Container): readonly (readonly [string, string])[];
  /** The directory with `token`, `ca.crt` and `namespace`. */
  readonly serviceAccountDirectory: string;
  remove(): void;
}

/** Where a container finds its ServiceAccount's files. */
export const serviceAccountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Writes a pod's ServiceAccount files and its configMap and secret volumes below `directory`. Other volumes are not provided. */
export function podVolumes(
  pod: Pod,
  account: ServiceAccountFiles,
  at: { directory: string; client: ObjectClient },
): PodVolumes {
  const serviceAccountDirectory = join(at.directory, 'serviceaccount');
  writeAll(serviceAccountDirectory, { token: account.token, 'ca.crt': account.ca, namespace: account.namespace });
  const volumes = new Map<string, string>();
  for (const volume of pod.spec.volumes ?? []) {
    const files = volumeFiles(volume, pod.metadata.namespace ?? 'default', at.client);
    if (files === undefined) continue;
    const directory = join(at.directory, 'volumes', volume.name);
    writeAll(directory, files);
    volumes.set(volume.name, directory);
  }
  return {
    serviceAccountDirectory,
    mounts(container) {
      const mounted = (container.volumeMounts ?? []).flatMap(({ name, mountPath, subPath }) => {
        const directory = volumes.get(name);
        return directory === undefined
          ? []
          : [[mountPath, subPath === undefined ? directory : join(directory, subPath)] as const];
      });
      return pod.spec.automountServiceAccountToken === false
        ? mounted
        : [[serviceAccountPath, serviceAccountDirectory], ...mounted];
    },
    remove: () => rmSync(at.directory, { recursive: true, force: true }),
  };
}

function volumeFiles(volume: Volume, namespace: string, client: ObjectClient): Record<string, string> | undefined {
  const source = volume.secret ?? volume.configMap;
  const name = volume.secret?.secretName ?? volume.configMap?.name;
  if (source === undefined || name === undefined) return undefined;
  const data = readData(client, { namespace, name, secret: volume.secret !== undefined }) ?? {};
  if (source.items === undefined) return data;
  return Object.fromEntries(source.items.map(({ key, path }) => [path, data[key] ?? '']));
}

function writeAll(directory: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(files)) {
    const path = resolve(directory, name);
    if (!path.startsWith(directory + sep)) continue;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
  }
}
