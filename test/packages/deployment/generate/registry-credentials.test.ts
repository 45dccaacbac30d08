import assert from 'node:assert/strict';
import {
  fillRegistryCredentials,
  readDotEnv,
} from '../../../../packages/deployment/src/generate/registry-credentials.ts';

const document = (password: string): object => ({
  modules: { web: { env: { OTHER: { value: '$PULL' } } } },
  runtime: {
    settings: { registryCredentials: { contoso: { address: 'contoso.azurecr.io', username: '$USER_1', password } } },
  },
});

describe('[unit] registry credentials', () => {
  it('are filled in where they stand, and nowhere else', () => {
    const { document: filled, missing } = fillRegistryCredentials(document('$PULL'), { PULL: 'secret', USER_1: 'me' });
    assert.deepEqual(missing, []);
    assert.deepEqual(filled, {
      modules: { web: { env: { OTHER: { value: '$PULL' } } } },
      runtime: {
        settings: {
          registryCredentials: { contoso: { address: 'contoso.azurecr.io', username: 'me', password: 'secret' } },
        },
      },
    });
  });

  it('are missed by name, also when empty', () => {
    const { missing } = fillRegistryCredentials(document('$PULL'), { PULL: '' });
    assert.deepEqual(missing, ['USER_1', 'PULL']);
  });

  it('that are odd stay as they are', () => {
    const odd = { registryCredentials: { contoso: 'text' }, list: [{ registryCredentials: 1 }] };
    assert.deepEqual(fillRegistryCredentials(odd, {}), { document: odd, missing: [] });
  });

  it('come from a file .env', () => {
    const text = '# comment\nA=1\n  export B = two words \r\nC="quoted # text"\nD=\'single\'\nE=\nnonsense\nF="open\n';
    assert.deepEqual(readDotEnv(text), { A: '1', B: 'two words', C: 'quoted # text', D: 'single', E: '', F: '"open' });
  });
});
