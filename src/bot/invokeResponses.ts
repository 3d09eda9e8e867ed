import type { Activity, InvokeResponse, TaskModuleResponse } from 'botbuilder';

import type { AdaptiveCard } from '../cards/card.ts';

/** What a click can be answered with. The client shows a handled refusal only when both statuses are 200. */
export function cardResponse(card: AdaptiveCard): InvokeResponse {
  return answered('application/vnd.microsoft.card.adaptive', card);
}

export function messageResponse(text: string): InvokeResponse {
  return answered('application/vnd.microsoft.activity.message', text);
}

export function taskMessage(text: string): TaskModuleResponse {
  return { task: { type: 'message', value: text } };
}

/** An invoke that broke down, in the form that its kind of invoke understands. */
export function failureResponse({ name }: Pick<Activity, 'name'>, text: string): InvokeResponse {
  if (name === 'task/fetch') return { status: 200, body: taskMessage(text) };
  if (name !== 'adaptiveCard/action') return { status: 500 };
  const type = 'application/vnd.microsoft.error';
  return { status: 200, body: { statusCode: 500, type, value: { code: 'InternalError', message: text } } };
}

function answered(type: string, value: unknown): InvokeResponse {
  return { status: 200, body: { statusCode: 200, type, value } };
}
