import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** Nobody in a chat reads these: SQL, and what whoever runs the bot is told. */
const notForPeople = /^src\/(?:storage\/sqlite\/|(?:configuration|sealingSettings|clientSettings)\.ts$|(?:index|listening)\.ts$|log\.ts$|bot\/(?:channelToken|refusals)\.ts$|(?:history|backup)\/command\.ts$|microsoft\/(?:cloud|hostPattern|outgoing|keyVault\/sealingKeys)\.ts$)/u;

/** What stands before a text that goes into the log or into an exception. */
const forTheLog = /(?:\bnew \w*(?:Error|TooLarge)\(|\bsuper\(|\blog(?:\??\.\w+|\[[^\]]+\])\([^;]*|\bunknown\.add\(|\bbecause: |\.addIssue\()$/u;

/** Texts that are no sentences: requests, filters of OData, and names. */
const technical = [/^(?:GET|POST|PATCH|DELETE|PUT) /u, / (?:eq|desc)\b/u, /^(?:Microsoft Entra|Microsoft Graph|Dynamics CRM|PowerApps Service|Azure Key Vault|Dynamics 365|Power Platform|Lead Setup|(?:Microsoft )?Marketplace Lead Writer)$/u];

/** Read elsewhere than in the chat. */
const elsewhere = [
  // What monitoring reads.
  /^not ready$/u,
  // Written into the tenant, where its administrators read it.
  /^Made by Lead Setup for /u,
  /^Written and removed by Lead Setup /u,
];

const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => !notForPeople.test(file));
const codeOf = (file: string) => withoutComments(readFileSync(join(root, file), 'utf8'));

describe('the code holds no sentence', () => {
  it.each(files)('%s', (file) => {
    const sentences = literals(codeOf(file)).filter(({ text, before }) => isSentence(text) && !forTheLog.test(before));
    expect(sentences.map(({ text }) => text)).toEqual([]);
  });

  it('and none is sent or shown from it', () => {
    const shown = /\b(?:sendActivity|messageResponse|taskMessage)\(\s*['"`]|\b(?:text|title|label|placeholder|errorMessage|tooltip|value|altText|fallbackText): (?:'[^']*|"[^"]*|`(?:[^`$]|\$\{[^}]*\})*)\p{L}{2,} \p{L}/u;
    expect(files.filter((file) => shown.test(codeOf(file).replaceAll('\n', ' ')))).toEqual([]);
  });

  it('which this test would notice', () => {
    const code = "await context.sendActivity('Please wait'); log.warn({ err }, 'Not for people'); say('bot.busy'); `It is ${name} now`; const text = \"Dear reader\"; isKnown ? 'yes' : \"It’s not known\";";
    expect(literals(withoutComments(code)).filter(({ text, before }) => isSentence(text) && !forTheLog.test(before)).map(({ text }) => text)).toEqual([
      'Please wait',
      'It is … now',
      'Dear reader',
      'It’s not known',
    ]);
  });
});

/** Two words side by side. */
function isSentence(text: string): boolean {
  return /\p{L}{2,} \p{L}/u.test(text) && ![...technical, ...elsewhere].some((pattern) => pattern.test(text));
}

function literals(code: string): { text: string; before: string }[] {
  return Array.from(code.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|(?<!\\)`((?:[^`\\]|\\.)*)`/gu), ({ 1: single, 2: double, 3: template, index }) => ({
    text: (single ?? double ?? template ?? '').replaceAll(/\$\{[^}]*\}/gu, '…'),
    before: code.slice(Math.max(0, index - 200), index),
  }));
}

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\//gu, '').replaceAll(/(^|\s)\/\/.*$/gmu, '$1');
}
