import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { REASON_TOKENS } from '@iotedge-networking/contract';
import { en } from '../../../../packages/dashboard/src/i18n/en.ts';
import { spanish } from '../../../../packages/dashboard/src/i18n/es-es.ts';
import { french } from '../../../../packages/dashboard/src/i18n/fr-fr.ts';
import { portuguese } from '../../../../packages/dashboard/src/i18n/pt-br.ts';
import { swedish } from '../../../../packages/dashboard/src/i18n/sv-se.ts';
import { english } from '../../../../packages/dashboard/src/i18n/translation.ts';
import { chinese } from '../../../../packages/dashboard/src/i18n/zh-tw.ts';

const translations = { english, portuguese, swedish, spanish, french, chinese };
const keys = Object.keys(en) as (keyof typeof en)[];
const names = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();

for (const [name, { messages, reasons }] of Object.entries(translations))
  describe(`[unit] translation: ${name}`, () => {
    it('has every text and no other, none of them empty', () => {
      assert.deepEqual(Object.keys(messages), keys);
      assert.deepEqual(
        keys.filter((key) => messages[key].trim() === ''),
        [],
      );
    });
    it('has the same values in every text', () =>
      assert.deepEqual(
        keys.filter((key) => names(messages[key]).join() !== names(en[key]).join()),
        [],
      ));
    it('says of every reason what it means and what mends it', () => {
      assert.deepEqual(Object.keys(reasons), REASON_TOKENS);
      for (const { means, mend } of Object.values(reasons)) assert.ok(means.trim() !== '' && mend.trim() !== '');
    });
  });

describe('[unit] translations use the terms of the device’s documentation', () => {
  const terms: readonly [keyof typeof translations, string, RegExp, RegExp][] = [
    ['english', 'Compute network', /^Kubernetes node IPs$/, /^Kubernetes external service IPs$/],
    ['portuguese', 'Rede de computação', /^IPs do nó Kubernetes$/, /^IPs de serviço externo Kubernetes$/],
    ['swedish', 'Compute Network', /^Kubernetes Node IP-adresser$/, /^Kubernetes external service IP-adresser$/],
    ['spanish', 'Red de proceso', /IP del nodo de Kubernetes$/, /IP del servicio externo de Kubernetes$/],
    [
      'french',
      'Réseau de calcul',
      /^Adresses IP des nœuds Kubernetes$/,
      /^Adresses IP des services externes Kubernetes$/,
    ],
    ['chinese', '計算網路', /^Kubernetes 節點 IP$/, /^Kubernetes 外部服務 IP$/],
  ];
  for (const [name, page, nodes, services] of terms)
    it(name, () => {
      const { messages } = translations[name];
      assert.equal(messages['page.compute-network'], page);
      assert.match(messages['compute.nodeIps'], nodes);
      assert.match(messages['compute.externalServiceIps'], services);
    });
});

describe('[unit] texts of the page', () => {
  const web = new URL('../../../../packages/dashboard/src/web/', import.meta.url);
  const sources = readdirSync(web, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => readFileSync(new URL(path, web), 'utf8'))
    .join('\n');
  /** `t(\`state.${…}\`)` uses every key of that form. */
  const patterns = [...sources.matchAll(/`([a-zA-Z-]+\.[^`\s]*\$\{[^`]*)`/g)].map(
    ([, text = '']) =>
      new RegExp(
        `^${text
          .replace(/\$\{[^}]*(?:\{[^}]*\}[^}]*)*\}/g, '\u0000')
          .replace(/[.]/g, '\\.')
          .replaceAll('\u0000', '[\\w-]+')}$`,
      ),
  );

  it('are all used', () =>
    assert.deepEqual(
      keys.filter((key) => !sources.includes(`'${key}'`) && !patterns.some((pattern) => pattern.test(key))),
      [],
    ));
});
