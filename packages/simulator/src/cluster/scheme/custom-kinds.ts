import { customResourceStrategy } from '../admission/custom-resource-strategy.ts';
import { listAt, objectAt, objectsAt, textAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import { customResourceSchema } from '../schema/crd-schema.ts';
import type { TypeErrorStyle } from '../schema/check-custom-value.ts';
import type { FieldSchema } from '../schema/field-schema.ts';
import type { PrinterColumn, ResourceKind, Subresource } from './resource-kind.ts';

/** What all custom kinds have in common. */
export interface CustomKindOptions {
  /** The schema of `metadata`. */
  readonly metadata: FieldSchema;
  readonly style: TypeErrorStyle;
}

/** The kinds that a CustomResourceDefinition makes: one per served version. */
export function customKinds(definition: KubeObject, surroundings: CustomKindOptions): readonly ResourceKind[] {
  const spec = objectAt(definition, 'spec') ?? {};
  const versions = objectsAt(spec, 'versions');
  const storage = versions.find((version) => version['storage'] === true);
  return versions
    .filter((version) => version['served'] === true)
    .map((version) => customKind(spec, version, textAt(storage, 'name'), surroundings));
}

function customKind(
  spec: JsonObject,
  version: JsonObject,
  storageVersion: string,
  { metadata, style }: CustomKindOptions,
): ResourceKind {
  const group = textAt(spec, 'group');
  const names = objectAt(spec, 'names') ?? {};
  const [kind, plural] = [textAt(names, 'kind'), textAt(names, 'plural')];
  const openApi = objectAt(version, 'schema', 'openAPIV3Schema');
  const subresources = (['scale', 'status'] as const).filter(
    (name): name is Subresource & ('scale' | 'status') => objectAt(version, 'subresources', name) !== undefined,
  );
  const storedAs = `${group}/${storageVersion}`;
  const servedAs = `${group}/${textAt(version, 'name')}`;
  return {
    group,
    version: textAt(version, 'name'),
    kind,
    plural,
    singular: textAt(names, 'singular'),
    shortNames: listAt(names, 'shortNames').map(String),
    categories: listAt(names, 'categories').map(String),
    namespaced: textAt(spec, 'scope') === 'Namespaced',
    served: true,
    subresources,
    collection: `${plural}.${group}`,
    schema: customResourceSchema(kind, openApi, metadata),
    strategy: customResourceStrategy(openApi, subresources.includes('status'), style),
    custom: { columns: columnsOf(version), storageVersion },
    // Conversion `None`: only the apiVersion differs. A conversion webhook is not called.
    toStorage: (object) => ({ ...object, apiVersion: storedAs }),
    fromStorage: (object) => ({ ...object, apiVersion: servedAs }),
  };
}

function columnsOf(version: JsonObject): PrinterColumn[] {
  const declared = objectsAt(version, 'additionalPrinterColumns').map((column) => column as unknown as PrinterColumn);
  if (declared.length > 0) return declared;
  return [{ name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }];
}
