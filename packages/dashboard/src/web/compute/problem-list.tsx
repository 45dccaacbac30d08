import type { JSX } from 'preact';
import type { Problem } from '@iotedge-networking/contract';
import { offendingParts } from '../draft/field-problems.ts';
import { proposeFix, type Fix } from '../draft/propose-fix.ts';
import { Icon } from '../shell/icon.tsx';
import { language, t } from '../words.ts';
import type { DraftState } from './draft-state.ts';
import { ruleText } from './rule-texts.ts';

interface ProblemListProps {
  readonly id?: string;
  readonly problems: readonly Problem[];
  /** With it, problems that can be mended here have a button. */
  readonly draft?: DraftState;
}

/** What the rules say about a field: which rule, what is wrong, the offending part marked, and a button that mends it. */
export function ProblemList({ id, problems, draft }: ProblemListProps): JSX.Element {
  return (
    <ul class="problems" id={id}>
      {problems.map((problem) => (
        <li
          key={`${problem.code} ${problem.path} ${problem.message}`}
          class={`problem ${problem.level === 'warning' ? 'warning' : ''}`}
          data-code={problem.code}
        >
          <Icon name={problem.level === 'warning' ? 'warning' : 'broken'} />
          <div>
            <span class="code">{problem.code}</span>
            <Sentence problem={problem} />
            {draft !== undefined && <FixButton problem={problem} draft={draft} />}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** English: the rule's own sentence. Other languages: what the rule says, and the parts that break it. */
function Sentence({ problem }: { readonly problem: Problem }): JSX.Element {
  const { code, message, fix } = problem;
  const rule = ruleText(code);
  if (language() === 'en' || rule === undefined)
    return (
      <>
        <Marked text={message} /> {fix !== undefined && <span class="muted">{fix}</span>}
      </>
    );
  return (
    <>
      {t(rule)}{' '}
      {offendingParts(message).map((part) => (
        <span key={part} class="part">
          {part}
        </span>
      ))}
    </>
  );
}

function Marked({ text }: { readonly text: string }): JSX.Element {
  const parts = offendingParts(text);
  if (parts.length === 0) return <>{text}</>;
  const pieces = text.split(new RegExp(`(${parts.map((part) => part.replace(/[.]/g, '\\.')).join('|')})`));
  return (
    <>
      {pieces.map((piece, index) =>
        parts.includes(piece) ? (
          <span key={index} class="part">
            {piece}
          </span>
        ) : (
          piece
        ),
      )}
    </>
  );
}

function FixButton({ problem, draft }: { readonly problem: Problem; readonly draft: DraftState }): JSX.Element | null {
  const fix = proposeFix(problem, {
    form: draft.form.value,
    base: draft.device.value.computeNetwork,
    balance: draft.balance.value,
  });
  if (fix === undefined) return null;
  return (
    <div>
      <button type="button" class="button small" onClick={() => draft.replace(fix.form)}>
        {fixLabel(fix)}
      </button>
    </div>
  );
}

function fixLabel({ kind, value }: Fix): string {
  if (kind === 'set') return t('compute.fix', { value });
  if (kind === 'back') return t('compute.fix.putBack', { value });
  return kind === 'bgp' ? t('compute.fix.bgp') : t('compute.fix.layer2');
}
