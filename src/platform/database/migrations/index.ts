/** In the order in which they run; a name is never changed once it has landed. */
import type { Knex } from 'knex'
import * as facts from './001-facts.ts'
import * as access from './002-access.ts'
import * as directory from './003-directory.ts'
import * as history from './004-history.ts'
import * as outbound from './020-outbound.ts'
import * as bans from './021-bans.ts'
import * as entryPointOptions from './022-entry-point-options.ts'
import * as nodes from './030-nodes.ts'
import * as callbacks from './035-callbacks.ts'
import * as waitAnnouncements from './036-wait-announcements.ts'
import * as voicemailWork from './037-voicemail-work.ts'
import * as oneCustomer from './040-one-customer.ts'
import * as customerWork from './041-customer-work.ts'
import * as search from './042-search.ts'
import * as searchBeginnings from './043-search-beginnings.ts'
import * as knowledge from './044-knowledge.ts'
import * as integration from './045-integration.ts'
import * as messages from './050-messages.ts'
import * as chat from './051-chat.ts'
import * as signIn from './060-sign-in.ts'
import * as wordsOfACustomer from './080-words-of-a-customer.ts'
import * as letters from './081-letters.ts'
import * as busyCustomers from './082-busy-customers.ts'
import * as cardByIndex from './083-card-by-index.ts'
import * as flowDrafts from './065-flow-drafts.ts'
import * as interruptible from './084-interruptible.ts'
import * as invitations from './085-invitations.ts'
import * as toldByLetter from './086-told-by-letter.ts'
import * as oneTimePasswords from './098-one-time-passwords.ts'
import * as previewLists from './097-preview-lists.ts'
import * as previewHands from './099-preview-hands.ts'
import * as goals from './095-goals.ts'

export const migrations: Readonly<Record<string, Knex.Migration>> = {
  '001-facts': facts,
  '002-access': access,
  '003-directory': directory,
  '004-history': history,
  '020-outbound': outbound,
  '021-bans': bans,
  '022-entry-point-options': entryPointOptions,
  '030-nodes': nodes,
  '035-callbacks': callbacks,
  '036-wait-announcements': waitAnnouncements,
  '037-voicemail-work': voicemailWork,
  '040-one-customer': oneCustomer,
  '041-customer-work': customerWork,
  '042-search': search,
  '043-search-beginnings': searchBeginnings,
  '044-knowledge': knowledge,
  '045-integration': integration,
  '050-messages': messages,
  '051-chat': chat,
  '060-sign-in': signIn,
  '080-words-of-a-customer': wordsOfACustomer,
  '081-letters': letters,
  '082-busy-customers': busyCustomers,
  '083-card-by-index': cardByIndex,
  '065-flow-drafts': flowDrafts,
  '084-interruptible': interruptible,
  '085-invitations': invitations,
  '086-told-by-letter': toldByLetter,
  '097-preview-lists': previewLists,
  '098-one-time-passwords': oneTimePasswords,
  '099-preview-hands': previewHands,
  '095-goals': goals,
}
