/** How much a finding matters: errors lose or break something, warnings surprise, infos explain. */
export type Severity = 'error' | 'warning' | 'info';

/** What the agent says about something it drops: nothing at all, or one warning in its log. */
export type Drop = 'silent' | 'logged-warning';

/** What a code always means. */
export interface FindingRule {
  readonly severity: Severity;
  readonly fix: string;
  readonly drop?: Drop;
}
