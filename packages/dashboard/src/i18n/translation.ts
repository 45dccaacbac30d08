import { REASONS, type Reason } from '@iotedge-networking/contract';
import { en } from './en.ts';

/** Key of a text of the page. */
export type MessageKey = keyof typeof en;

/** All texts of the page in one language. */
export type Messages = Readonly<Record<MessageKey, string>>;

/** What each token of the reason catalogue means and what mends it. */
export type ReasonTexts = Readonly<Record<Reason, { readonly means: string; readonly mend: string }>>;

/** One language. */
export interface Translation {
  readonly messages: Messages;
  readonly reasons: ReasonTexts;
}

/** English, whose sentences about reasons are those of the catalogue itself. */
export const english: Translation = { messages: en, reasons: REASONS };
