/** How much a finding matters, worst first: errors lose or break something, warnings surprise, infos explain. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What the agent says about something it drops: nothing at all, or one warning in its log. */
export type Drop = 'silent' | 'logged-warning';

/** What a code always means. */
export interface FindingRule {
  readonly severity: Severity;
  readonly fix: string;
  readonly drop?: Drop;
}
