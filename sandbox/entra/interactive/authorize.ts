import { z } from 'zod';
import { personaNames, personas, type Persona } from '../../personas.ts';
import type { SandboxAnswer, SandboxRequest } from '../../service.ts';
import { type AuthorizeRequest, readAuthorizeRequest } from './authorizeRequest.ts';
import type { Grants } from './grants.ts';
import { type Choice, choicesForm, escapeHtml, page, redirect } from './pages.ts';

export interface AuthorizeTools {
  readonly grants: Grants;
  /** Registered on the sign-in application. */
  readonly redirectUris: readonly string[];
}

const accountSchema = z.object({ account: z.enum([...personaNames, 'cancel']) });

/** `/oauth2/v2.0/authorize`: GET shows the accounts of the tenant, POST is a click on one of them. */
export function answerAuthorize({ grants, redirectUris }: AuthorizeTools, { method, query, body }: SandboxRequest): SandboxAnswer {
  const request = readAuthorizeRequest(query, redirectUris);
  if (method === 'GET') return page(200, 'Sign in', accountsPage(request));
  const chosen = accountSchema.safeParse(body);
  if (!chosen.success) return page(400, 'Sign in', '<p>Choose one of the accounts.</p>');
  const { redirectUri, state } = request;
  if (chosen.data.account === 'cancel') {
    return redirect(redirectUri, { error: 'access_denied', error_description: 'AADSTS65004: User declined to consent to access the app.', state });
  }
  return redirect(redirectUri, { code: grants.code(request, personas[chosen.data.account]), state, session_state: '00000000-0000-4000-8000-00000000c0de' });
}

function accountsPage({ loginHint, wantsProof }: AuthorizeRequest): string {
  const people = Object.values(personas).toSorted((a, b) => Number(isMeant(b, loginHint)) - Number(isMeant(a, loginHint)));
  const choices: Choice[] = people.map((person) => ({ value: person.name, label: `${person.displayName} (${person.userPrincipalName})` }));
  const why = wantsProof ? 'Your organization asks for a second factor: here, the click itself.' : 'Choose an account.';
  return `<p>${escapeHtml(why)}</p>\n${choicesForm([...choices, { value: 'cancel', label: 'Cancel' }])}`;
}

function isMeant({ userPrincipalName }: Persona, hint: string | undefined): boolean {
  return userPrincipalName.toLowerCase() === hint?.toLowerCase();
}
