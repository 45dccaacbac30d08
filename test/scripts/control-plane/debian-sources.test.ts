import assert from 'node:assert/strict';
import { sourcePackageSources } from '../../../scripts/control-plane/debian-sources.ts';

const stanza = (...lines: string[]) => lines.join('\n');

describe('[unit] apt sources for the control plane build', () => {
  const lists: readonly (readonly [title: string, line: string, taken: string])[] = [
    [
      'a line of the release asks for source packages too',
      'deb http://mirror.example/debian bookworm main',
      'deb http://mirror.example/debian bookworm main\ndeb-src http://mirror.example/debian bookworm main\n',
    ],
    [
      'options are kept',
      'deb [signed-by=/k.gpg arch=amd64] http://m.example/debian bookworm-updates main contrib',
      'deb [signed-by=/k.gpg arch=amd64] http://m.example/debian bookworm-updates main contrib\n' +
        'deb-src [signed-by=/k.gpg arch=amd64] http://m.example/debian bookworm-updates main contrib\n',
    ],
    ['another repository is left out', 'deb http://tools.example/apt stable main', ''],
    ['another release is left out', 'deb http://mirror.example/debian trixie main', ''],
    ['a component other than main is left out', 'deb http://mirror.example/debian bookworm contrib # main', ''],
    ['a comment is left out', '# deb http://mirror.example/debian bookworm main', ''],
    [
      'source packages that are there already are asked for once',
      'deb-src http://mirror.example/debian bookworm main',
      '',
    ],
  ];
  for (const [title, line, taken] of lists) {
    it(`one-line: ${title}`, () => {
      assert.equal(sourcePackageSources({ list: [line], deb822: [] }, 'bookworm').list, taken);
    });
  }

  it('deb822: stanzas of the release ask for source packages too, with key and mirror as they are', () => {
    const debian = stanza(
      'Types: deb',
      '# where it comes from',
      'URIs: http://mirror.example/debian',
      'Suites: bookworm bookworm-updates',
      'Components: main',
      'Signed-By: /usr/share/keyrings/debian.gpg',
    );
    const other = stanza('Types: deb', 'URIs: http://tools.example', 'Suites: nodistro', 'Components: main');
    const disabled = stanza(
      'Enabled: no',
      'Types: deb',
      'URIs: http://x.example',
      'Suites: bookworm',
      'Components: main',
    );
    const { deb822 } = sourcePackageSources({ list: [], deb822: [`${debian}\n\n${other}\n`, disabled] }, 'bookworm');
    assert.equal(
      deb822,
      stanza(
        'Types: deb deb-src',
        'URIs: http://mirror.example/debian',
        'Suites: bookworm bookworm-updates',
        'Components: main',
        'Signed-By: /usr/share/keyrings/debian.gpg',
        '',
        '',
      ),
    );
  });

  it('deb822: field names in any case, an embedded key stays whole', () => {
    const text = stanza(
      'types: deb',
      'uris: http://m.example',
      'suites: bookworm-security',
      'components: main',
      'signed-by:',
      ' -----BEGIN',
      ' .',
      ' -----END',
    );
    const { deb822 } = sourcePackageSources({ list: [], deb822: [text] }, 'bookworm');
    assert.equal(deb822, `${text.replace('types: deb', 'Types: deb deb-src')}\n\n`);
  });

  it('several files are taken together', () => {
    const { list } = sourcePackageSources(
      { list: ['', 'deb http://a.example bookworm main', 'deb http://b.example bookworm-security main\n'], deb822: [] },
      'bookworm',
    );
    assert.equal(list.split('\n').filter((line) => line.startsWith('deb-src')).length, 2);
  });
});
