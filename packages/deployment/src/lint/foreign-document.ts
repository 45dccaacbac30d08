import { isJsonObject } from '../generate/sorted-json.ts';
import { plainValue, type JsonReading } from './read-json.ts';

/** What a file is that lint has no business with, and who has. */
export interface ForeignDocument {
  readonly message: string;
  readonly fix: string;
}

/**
 * Tells a file that `generate` or a person may well lay beside manifests, but that is none: Kubernetes YAML or JSON, a network file, a Kustomization, a script.
 * Undefined for everything that is to be judged as a manifest.
 */
export function foreignDocument(file: string, text: string, reading: JsonReading): ForeignDocument | undefined {
  if (reading.ok) {
    const value = plainValue(reading.tree);
    const { apiVersion, kind } = isJsonObject(value) ? value : {};
    return typeof apiVersion === 'string' && typeof kind === 'string' ? kubernetes(file, apiVersion, kind) : undefined;
  }
  const plain = text.replace(/^\ufeff/, '');
  if (/^\s*[{[]/.test(plain)) return undefined;
  if (/^apiVersion: *["']?iotedge-networking\//m.test(plain)) return networkFile(file);
  const kind = /^kind: *["']?(\w+)/m.exec(plain)?.[1];
  const apiVersion = /^apiVersion: *["']?([^\s"']+)/m.exec(plain)?.[1];
  if (kind !== undefined && apiVersion !== undefined) return kubernetes(file, apiVersion, kind);
  return SCRIPTS.find(({ name }) => name.test(file))?.is;
}

function kubernetes(file: string, apiVersion: string, kind: string): ForeignDocument {
  const message = `This is for Kubernetes (${kind}), and lint checks deployments of IoT Edge.`;
  // Flux has a custom resource of the same kind, which is an object like any other.
  if (apiVersion.startsWith('kustomize.config.k8s.io/'))
    return { message, fix: `Check its folder with: kubectl apply --dry-run=server -k ${folderOf(file)}` };
  return { message, fix: `Check it with: kubectl apply --dry-run=server -f ${file}` };
}

function folderOf(file: string): string {
  const end = file.lastIndexOf('/');
  return end < 0 ? '.' : file.slice(0, end);
}

function networkFile(file: string): ForeignDocument {
  const message = 'This is a network file, of which deployments are generated.';
  return { message, fix: `Check it with: iotedge-net validate ${file}` };
}

const SCRIPTS = [
  {
    name: /\.(sh|ps1)$/i,
    is: { message: 'This is a script, and lint checks deployments of IoT Edge.', fix: 'Leave it out.' },
  },
  {
    name: /(^|\/)\.env[^/]*$/i,
    is: { message: 'This holds variables, and lint checks deployments of IoT Edge.', fix: 'Leave it out.' },
  },
];
