import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  createConfigurationLine,
  deviceTagsLines,
  moduleTwinLines,
  setModulesLine,
  shellWord,
} from '../../../../packages/deployment/src/generate/az-commands.ts';
import type { HubConfiguration } from '../../../../packages/deployment/src/generate/hub-configuration.ts';

const configuration: HubConfiguration = {
  id: 'stores',
  schemaVersion: '2.0',
  labels: { team: "o'hare" },
  content: { moduleContent: {} },
  targetCondition: "tags.role='store'",
  priority: 10,
  metrics: { queries: {} },
};

describe('[unit] lines for the Azure CLI', () => {
  for (const word of [
    'plain',
    "tags.role='store'",
    '$HOME',
    'a"b',
    '`date`',
    'back\\slash',
    "it's $5",
    '',
    'two words',
    'a!b',
  ])
    it(`a shell reads ${JSON.stringify(word)} as it is`, () => {
      const read = execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' });
      assert.equal(read, word);
    });

  const labels = `--labels '{"team":"o'\\''hare"}'`;
  const LINES: readonly (readonly [line: string | undefined, expected: string | undefined])[] = [
    [setModulesLine('d-1', 'd.json'), 'az iot edge set-modules --hub-name "$HUB" --device-id d-1 --content d.json'],
    [
      createConfigurationLine('at-scale', configuration, 'f.json'),
      `az iot edge deployment create --hub-name "$HUB" --deployment-id stores --content f.json --metrics f.json --target-condition "tags.role='store'" --priority 10 ${labels}`,
    ],
    [
      createConfigurationLine('layered', configuration, 'f.json'),
      `az iot edge deployment create --hub-name "$HUB" --deployment-id stores --content f.json --metrics f.json --target-condition "tags.role='store'" --priority 10 ${labels} --layered`,
    ],
    [
      createConfigurationLine('module-configuration', configuration, 'f.json'),
      `az iot hub configuration create --hub-name "$HUB" --config-id stores --content f.json --metrics f.json --target-condition "tags.role='store'" --priority 10 ${labels}`,
    ],
    [
      deviceTagsLines({ id: 'd-1', tags: { role: 'store' } })[0],
      `az iot hub device-twin update --hub-name "$HUB" --device-id d-1 --tags '{"role":"store"}'`,
    ],
    [deviceTagsLines({ id: 'd-1', tags: {} })[0], undefined],
    [
      moduleTwinLines({ device: 'd-1', module: 'networking' }, 'own.json', {})[0],
      'az iot hub module-twin update --hub-name "$HUB" --device-id d-1 --module-id networking --desired own.json',
    ],
    [
      moduleTwinLines({ device: 'd-1', module: 'networking' }, undefined, { a: 1 })[0],
      `az iot hub module-twin update --hub-name "$HUB" --device-id d-1 --module-id networking --tags '{"a":1}'`,
    ],
    [moduleTwinLines({ device: 'd-1', module: 'networking' }, undefined, {})[0], undefined],
  ];
  for (const [line, expected] of LINES)
    it(expected ?? 'no line without anything to say', () => assert.equal(line, expected));
});
