import { fileURLToPath } from 'node:url';

/**
 * What stands in for a container image on this machine.
 * - `command`: a local program, argv with the program first. Container `args` are appended.
 * - `echo`: the echo workload. It listens on every declared container port, or on `ports` when none is declared.
 * - `pause`: no process; the container counts as running and ready.
 * - `forward`: no process; ports of the pod lead to addresses of this machine, for system containers that the simulator itself plays. With
 *   `local`, they are ports on the pod's own localhost, for all its containers (a sidecar).
 */
export type ImageStandIn =
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'echo'; readonly ports: readonly number[] }
  | { readonly kind: 'pause' }
  | { readonly kind: 'forward'; readonly ports: ForwardedPorts; readonly local?: boolean };

/** Where ports of a pod lead on this machine, by port number. */
export type ForwardedPorts = Readonly<Record<number, { readonly host: string; readonly port: number }>>;

/**
 * One row of the image table. `image` is matched against the reference without tag and digest, from the end at a `/`: `*` stands for any
 * characters, and a pattern without a registry fits every registry. A pattern with a `:` is matched against the whole reference.
 */
export interface ImageTableEntry {
  readonly image: string;
  readonly standIn: ImageStandIn;
  readonly note: string;
}

const repository = new URL('../../../../', import.meta.url);

function nodeProgram(path: string): ImageStandIn {
  return { kind: 'command', argv: [process.execPath, fileURLToPath(new URL(path, repository))] };
}

/** The images that the simulator knows. The first row that fits decides; rows given by the caller come before these. */
export const imageTable: readonly ImageTableEntry[] = [
  {
    image: 'iotedge-networking/webserver',
    standIn: nodeProgram('modules/webserver/src/main.ts'),
    note: 'the sample web server of this repository, as is',
  },
  {
    image: 'iotedge-networking/database',
    standIn: nodeProgram('modules/database/src/main.ts'),
    note: 'the sample database of this repository, as is',
  },
  {
    image: 'iotedge-networking/networking',
    standIn: nodeProgram('modules/networking/src/main.ts'),
    note: 'the networking module of this repository, as is',
  },
  {
    image: 'azureiotedge-proxy',
    standIn: { kind: 'pause' },
    note: "edgeAgent's sidecar; modules reach the workload API directly",
  },
  {
    image: 'azureiotedge-agent',
    standIn: { kind: 'pause' },
    note: 'edgeAgent; the IoT Edge runtime of the simulator plays it',
  },
  { image: 'azureiotedge-hub', standIn: { kind: 'pause' }, note: 'edgeHub; the hub of the simulator plays it' },
  {
    image: 'azureiotedge-iotedged',
    standIn: { kind: 'pause' },
    note: 'the security daemon; the workload API of the simulator plays it',
  },
  { image: 'pause', standIn: { kind: 'pause' }, note: "Kubernetes' own do-nothing image" },
  { image: '*nginx*', standIn: { kind: 'echo', ports: [80] }, note: 'echo workload on the declared ports, else 80' },
  { image: '*httpd*', standIn: { kind: 'echo', ports: [80] }, note: 'echo workload on the declared ports, else 80' },
];

/** What an image outside the table runs, unless unknown images are refused. */
export const unknownImage: ImageStandIn = { kind: 'echo', ports: [80, 8080] };

/** The stand-in for an image: the first entry that fits, else the echo workload, or undefined with `strict`. */
export function standInFor(
  image: string,
  entries: readonly ImageTableEntry[],
  strict = false,
): ImageStandIn | undefined {
  const known = entries.find((entry) => imageMatches(entry.image, image));
  if (known !== undefined) return known.standIn;
  return strict ? undefined : unknownImage;
}

/** Whether an image reference fits a pattern of the table. */
export function imageMatches(pattern: string, image: string): boolean {
  const subject = pattern.includes(':') ? image : image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^(?:.*/)?${escaped}$`, 'i').test(subject);
}
