import { MODULE_LABEL, sanitizeName } from '@iotedge-networking/edge-agent';
import type { ObjectClient } from '../cluster/object-client.ts';
import { dataPathAddress } from '../node/data-path-address.ts';
import { pods } from '../node/pod.ts';
import type { Pod } from '../node/pod.ts';

/** The pods of a device's modules, as they are now. */
export interface DevicePods {
  /** The newest pod of a module that is not on its way out, else the newest one. */
  podOf(moduleId: string): Pod | undefined;
  /** The sanitised name of the module whose pod is carried at this address of the machine. */
  moduleAt(address: string): string | undefined;
  close(): void;
}

/** Watches the module pods of a namespace; `onChange` is called after each change. */
export function devicePods(client: ObjectClient, namespace: string, onChange: () => void): DevicePods {
  const known = new Map<string, Pod>();
  const end = client.watch(pods, ({ type, object }) => {
    const { metadata } = object;
    if (metadata.namespace !== namespace || metadata.labels?.[MODULE_LABEL] === undefined) return;
    if (type === 'DELETED') known.delete(metadata.name);
    else known.set(metadata.name, object as Pod);
    onChange();
  });
  return {
    podOf(moduleId) {
      const label = sanitizeName(moduleId);
      const own = [...known.values()].filter((pod) => pod.metadata.labels?.[MODULE_LABEL] === label);
      return own.sort(byRank).at(-1);
    },
    moduleAt(address) {
      const pod = [...known.values()].find(
        ({ status }) => status?.podIP !== undefined && dataPathAddress(status.podIP) === address,
      );
      return pod?.metadata.labels?.[MODULE_LABEL];
    },
    close: end,
  };
}

function byRank(a: Pod, b: Pod): number {
  const rank = (pod: Pod): string =>
    `${pod.metadata.deletionTimestamp === undefined ? 1 : 0} ${pod.metadata.creationTimestamp ?? ''}`;
  return rank(a) < rank(b) ? -1 : 1;
}
