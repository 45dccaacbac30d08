import assert from 'node:assert/strict';
import { modelWith, service } from './builders.ts';

/** Whether a pool pinned by the selector serves a Service with the labels. */
function matches(selector: object, labels: Record<string, string>): boolean {
  const model = modelWith({ p: { addresses: ['10.0.0.1/32'], serviceAllocation: { serviceSelectors: [selector] } } });
  model.apply(service('d/a', { labels }));
  return model.service('d/a')?.pool === 'p';
}

const expression = (operator: string, values?: string[]): object => ({
  matchExpressions: [{ key: 'team', operator, values }],
});

describe('[unit] label selector', () => {
  const cases: [title: string, selector: object, labels: Record<string, string>, expected: boolean][] = [
    ['the empty selector', {}, {}, true],
    ['a label that is there', { matchLabels: { team: 'x' } }, { team: 'x', app: 'a' }, true],
    ['a label of another value', { matchLabels: { team: 'x' } }, { team: 'y' }, false],
    ['one of two labels', { matchLabels: { team: 'x', app: 'a' } }, { team: 'x' }, false],
    ['In with the value', expression('In', ['x', 'y']), { team: 'y' }, true],
    ['In without the label', expression('In', ['x']), {}, false],
    ['NotIn with the value', expression('NotIn', ['x']), { team: 'x' }, false],
    ['NotIn without the label', expression('NotIn', ['x']), {}, true],
    ['Exists', expression('Exists'), { team: '' }, true],
    ['Exists without the label', expression('Exists'), {}, false],
    ['DoesNotExist', expression('DoesNotExist'), {}, true],
    ['DoesNotExist with the label', expression('DoesNotExist'), { team: 'x' }, false],
  ];
  for (const [title, selector, labels, expected] of cases) {
    it(`${expected ? 'matches' : 'does not match'} ${title}`, () => assert.equal(matches(selector, labels), expected));
  }
});
