import { type Activity, TurnContext } from 'botbuilder';

import type { People } from '../storage/people.ts';
import { admit, isGroup, tenantOf } from './admission.ts';
import { isRemoval } from './installation.ts';

export interface AcquaintanceParts {
  readonly people: Pick<People, 'find' | 'remember' | 'forgetChat'>;
  readonly tenantId: string;
}

/** Keeps who has the bot in a personal chat, for whoever will ask for them; whoever removes it is forgotten. */
export function getToKnow({ people, tenantId }: AcquaintanceParts, activity: Activity): void {
  if (isGroup(activity) || tenantOf(activity)?.toLowerCase() !== tenantId.toLowerCase()) return;
  if (isRemoval(activity)) return people.forgetChat(activity.conversation.id);
  const admission = admit(activity, tenantId);
  if (admission.kind === 'refused') return;
  const { person } = admission;
  // An installation comes without a name at times; the known one is better than none.
  const name = activity.from.name || people.find(person.tenantId, person.objectId)?.person.name || person.name;
  const reference = { ...TurnContext.getConversationReference(activity), localTimezone: activity.localTimezone };
  people.remember({ person: { ...person, name }, conversationId: activity.conversation.id, reference });
}
