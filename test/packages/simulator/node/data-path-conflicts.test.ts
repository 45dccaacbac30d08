import assert from 'node:assert/strict';
import { dataPathConflicts } from '../../../../packages/simulator/src/node/data-path-conflicts.ts';

describe('[unit] data path conflicts', () => {
  const cases: { title: string; ranges: [string, string][]; problems: RegExp[] }[] = [
    {
      title: 'the defaults of a device stand side by side',
      ranges: [
        ['pod subnet', '172.27.0.0/16'],
        ['cluster IPs', '172.28.0.0/16'],
        ['node IPs', '10.126.75.200-10.126.75.201'],
        ['external service IPs', '10.126.75.206-10.126.75.215'],
      ],
      problems: [],
    },
    {
      title: 'different addresses must not fall on one',
      ranges: [
        ['pod subnet', '172.27.0.0/16'],
        ['external service IPs', '10.27.1.1-10.27.1.9'],
      ],
      problems: [/pod subnet \(172\.27\.0\.0\/16\) and external service IPs .* both be carried at 127\.27\.1\.1 /],
    },
    {
      title: 'the same addresses may be declared twice',
      ranges: [
        ['pool a', '10.1.2.0/24'],
        ['pool b', '10.1.2.7'],
      ],
      problems: [],
    },
    { title: "this machine's own address is taken", ranges: [['node IPs', '10.0.0.0/28']], problems: [/127\.0\.0\.1/] },
    { title: 'loopback ranges may hold it', ranges: [['node IPs', '127.0.0.0/28']], problems: [] },
    {
      title: 'a range over several first numbers cannot be told apart',
      ranges: [['all', '10.0.0.0-11.0.0.0']],
      problems: [/wider than a \/8/],
    },
    { title: 'what is no range is said to be none', ranges: [['pool', '10.1.2']], problems: [/^pool \(10\.1\.2\): /] },
    { title: 'IPv6 is not carried', ranges: [['pool', 'fd00::/120']], problems: [] },
  ];
  for (const { title, ranges, problems } of cases) {
    it(title, () => {
      const found = dataPathConflicts(ranges.map(([name, range]) => ({ name, range })));
      assert.equal(found.length, problems.length, found.join('\n'));
      for (const [index, problem] of problems.entries()) assert.match(found[index] ?? '', problem);
    });
  }
});
