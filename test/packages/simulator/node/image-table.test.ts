import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import {
  imageMatches,
  imageTable,
  standInFor,
  unknownImage,
} from '../../../../packages/simulator/src/node/image-table.ts';

describe('[unit] image table', () => {
  const matches: [string, string, boolean][] = [
    ['iotedge-networking/webserver', 'registry.example:5000/iotedge-networking/webserver:1.2', true],
    ['iotedge-networking/webserver', 'iotedge-networking/webserver', true],
    ['iotedge-networking/webserver', 'other-iotedge-networking/webserver', false],
    ['iotedge-networking/webserver', 'registry.example/iotedge-networking/webserver@sha256:0123', true],
    ['*nginx*', 'mcr.microsoft.com/oss/nginx/nginx:1.15.5-alpine', true],
    ['*nginx*', 'docker.io/library/httpd:2', false],
    ['web:1', 'example.com/web:1', true],
    ['web:1', 'example.com/web:2', false],
    ['a.b/c', 'axb/c', false],
  ];
  for (const [pattern, image, expected] of matches) {
    it(`${pattern} ${expected ? 'fits' : 'does not fit'} ${image}`, () =>
      assert.equal(imageMatches(pattern, image), expected));
  }

  it('takes the first row that fits, and the echo workload for the rest unless that is refused', () => {
    const own = { image: 'nginx', standIn: { kind: 'pause' }, note: '' } as const;
    assert.deepEqual(standInFor('nginx:1', [own, ...imageTable]), { kind: 'pause' });
    assert.deepEqual(standInFor('nginx:1', imageTable), { kind: 'echo', ports: [80] });
    assert.equal(standInFor('who/knows', imageTable), unknownImage);
    assert.equal(standInFor('who/knows', imageTable, true), undefined);
  });

  it('names programs that exist', () => {
    const programs = imageTable.flatMap(({ standIn }) => (standIn.kind === 'command' ? [standIn.argv[1] ?? ''] : []));
    assert.deepEqual(
      programs.filter((path) => !existsSync(path) && !path.includes('modules/networking')),
      [],
    );
  });
});
