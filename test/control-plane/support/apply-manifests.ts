import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { PATCH, type ApiSession } from '../../behaviour/api-session.ts';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

interface Resources {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

/** Applies every object of a YAML file on the server's side, as `kubectl apply --server-side -f` does. */
export async function applyManifests(api: ApiSession, file: string): Promise<void> {
  const documents = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as Manifest | null);
  for (const manifest of documents) {
    if (manifest === null) continue;
    const path = await pathOf(api, manifest);
    await api.ask({
      method: 'PATCH',
      path: `${path}?fieldManager=test&force=true`,
      contentType: PATCH.apply,
      body: manifest,
    });
  }
}

async function pathOf(api: ApiSession, { apiVersion, kind, metadata }: Manifest): Promise<string> {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { resources } = await api.ask<Resources>({ path: root });
  const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
  if (found === undefined) throw new Error(`the server has no ${kind} in ${apiVersion}`);
  const place = found.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
  return `${root}${place}/${found.name}/${metadata.name}`;
}
