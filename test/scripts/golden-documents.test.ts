import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import { jsonSchemas, layeredDeploymentSchema } from '@iotedge-networking/contract';
import { lintManifest } from '@iotedge-networking/edge-agent';
import { parseAllDocuments } from 'yaml';
import { goldenFiles, type GoldenFile } from '../../scripts/update-golden.ts';
import { manifestComplaints, officialValidator } from '../packages/deployment/official-schemas.ts';
import { readEnvironment, resolveTemplate, type Tool } from '../packages/deployment/template-resolver.ts';

const ROOT = new URL('../../', import.meta.url);
const files = await goldenFiles();
const template = officialValidator('azure-iot-edge-deployment-template-4.0');
const layered = new Ajv2020.default({ strict: false }).compile(jsonSchemas()['layered-deployment']);

type Json = Readonly<Record<string, unknown>>;

interface ConfigurationFile {
  readonly content: { readonly modulesContent: Readonly<Record<string, Json>>; readonly moduleContent: Json };
  readonly targetCondition: string;
  readonly metrics: { readonly queries: Readonly<Record<string, string>> };
}

const of = (pattern: RegExp): readonly GoldenFile[] => files.filter(({ path }) => pattern.test(path));

/** The profile of each example; lint looks at a manifest with its eyes. */
const profileOf = (path: string): 'ase-k8s' | 'kubernetes' =>
  path.includes('adopt-existing') ? 'kubernetes' : 'ase-k8s';

function read(path: string): string | undefined {
  try {
    return readFileSync(new URL(path, ROOT), 'utf8');
  } catch {
    return undefined;
  }
}

function serious(manifest: unknown, path: string): readonly unknown[] {
  return lintManifest(manifest, { profile: profileOf(path) }).filter(({ severity }) => severity !== 'info');
}

describe('[unit] golden documents', () => {
  for (const { path, text } of of(/\/golden\/manifest\/.*\.json$/))
    it(`${path}: the official schemas and lint accept it`, () => {
      const manifest = JSON.parse(text) as { modulesContent: Json };
      assert.deepEqual([manifestComplaints(manifest), serious(manifest, path)], [[], []]);
    });

  for (const { path, text } of of(/\/golden\/at-scale\/.*\.json$/))
    it(`${path}: the official schemas and lint accept its content, and no twin of a user module is in it`, () => {
      const { content } = JSON.parse(text) as ConfigurationFile;
      assert.deepEqual([manifestComplaints(content), serious({ content }, path)], [[], []]);
      assert.deepEqual(Object.keys(content.modulesContent), ['$edgeAgent', '$edgeHub']);
    });

  for (const { path, text } of of(/\/golden\/layered\/.*\.json$/))
    it(`${path}: our own schema and lint accept it; the official ones, which know no layers, do not`, () => {
      const configuration = JSON.parse(text) as ConfigurationFile;
      assert.deepEqual(layeredDeploymentSchema.safeParse(configuration).error?.issues ?? [], []);
      assert.equal(layered(configuration), true, JSON.stringify(layered.errors));
      assert.deepEqual(serious(configuration, path), []);
      assert.notDeepEqual(
        manifestComplaints({
          modulesContent: {
            ...configuration.content.modulesContent,
            $edgeHub: { 'properties.desired': { schemaVersion: '1.1' } },
          },
        }),
        [],
      );
    });

  for (const { path, text } of of(/\/golden\/module-configuration\/.*\.json$/))
    it(`${path}: writes single paths of the networking module's twin`, () => {
      const { content, targetCondition } = JSON.parse(text) as ConfigurationFile;
      assert.match(targetCondition, /^from devices\.modules where moduleId = 'networking'/);
      for (const key of Object.keys(content.moduleContent)) assert.match(key, /^properties\.desired(\.[\w-]+)+$/);
    });

  for (const { path, text } of of(/\/golden\/(at-scale|layered|module-configuration)\/.*\.json$/))
    it(`${path}: has no more metrics than the hub takes`, () =>
      assert.ok(Object.keys((JSON.parse(text) as ConfigurationFile).metrics.queries).length <= 5));

  for (const { path, text } of of(/template\.json$|\/golden\/(at-scale|desired|module-configuration)\/.*\.json$/))
    it(`${path}: lint accepts it as it stands`, () => assert.deepEqual(serious(JSON.parse(text), path), []));

  for (const { path, text } of of(/template\.json$/))
    for (const tool of ['vscode', 'iotedgedev'] satisfies Tool[])
      it(`${path}: ${tool} resolves it to a manifest that the official schemas accept`, () => {
        assert.equal(template(JSON.parse(text)), '');
        const folder = posix.dirname(path);
        const environment = readEnvironment(read(`${folder}/.env.example`) ?? '');
        const secrets = Object.fromEntries(
          Object.entries(environment).map(([name, value]) => [name, value || 'secret']),
        );
        const { manifest, complaints } = resolveTemplate(text, {
          ...{ tool, platform: 'amd64', environment: { CONTAINER_REGISTRY_SERVER: 'localhost:5000', ...secrets } },
          read: (inner) => read(posix.join(folder, inner)),
        });
        assert.deepEqual([complaints, manifestComplaints(manifest)], [[], []]);
        assert.doesNotMatch(JSON.stringify(manifest), /\$(?!edge|upstream)|MODULE/);
      });

  for (const { path, text } of of(/\/commands\.sh$/))
    it(`${path}: names files that are there`, () => {
      const named = [...text.matchAll(/(?:--content|--metrics|--desired|-f) (\S+)/g)].map(([, name = '']) => name);
      const there = new Set(files.map((one) => one.path));
      assert.deepEqual(
        named.filter((name) => !there.has(posix.join(posix.dirname(path), name))),
        [],
      );
    });

  for (const { path, text } of of(/kustomization\.yaml$/))
    it(`${path}: its resources are there`, () => {
      const [document] = parseAllDocuments(text).map((one) => one.toJS() as { resources: readonly string[] });
      const there = files.map((one) => one.path);
      for (const resource of document?.resources ?? []) {
        const target = posix.join(posix.dirname(path), resource);
        assert.ok(
          there.some((one) => one === target || one.startsWith(`${target}/`)),
          target,
        );
      }
    });

  for (const { path, text } of of(/\/golden\/powershell\//))
    it(`${path}: is nothing but comments`, () => {
      for (const line of text.trimEnd().split('\n')) assert.match(line, /^#/);
    });

  it('hold no secret', () => {
    for (const { path, text } of files) assert.doesNotMatch(text, /"password": "[^$]|SharedAccessKey=/, path);
  });
});
