import { XMLParser, XMLValidator } from 'fast-xml-parser';

import { SetupError } from '../../setup/errors.ts';
import { unusableFile } from './unusable.ts';

const mostBytes = 8 * 1024 * 1024;
const deepest = 60;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  ignoreDeclaration: true,
  maxNestedTags: deepest,
  processEntities: true,
  htmlEntities: false,
});

/**
 * XML as a tree of plain values, attributes under `@name`. Declares nothing, so there is nothing to expand or to fetch: a document type is refused
 * before anything is parsed, and the five predefined entities are all that are known. Throws `E-SOL-UNREADABLE`, nothing else.
 */
export function readXml(name: string, bytes: Uint8Array): unknown {
  if (bytes.length > mostBytes) throw unusableFile('xmlTooLarge', { name });
  const text = decoded(name, bytes);
  if (/<!(?:doctype|entity)/iu.test(text)) throw unusableFile('doctype', { name });
  if (hasInstruction(text)) throw unusableFile('instruction', { name });
  if (!isWellFormed(text) || hasOtherEncoding(text) || hasUnknownEntity(text)) throw unusableFile('xml', { name });
  return parsed(name, text);
}

function isWellFormed(text: string): boolean {
  try {
    return XMLValidator.validate(text) === true;
  } catch {
    return false;
  }
}

function parsed(name: string, text: string): unknown {
  try {
    return parser.parse(text);
  } catch (error) {
    throw error instanceof SetupError ? error : unusableFile('xml', { name });
  }
}

/** What XML 1.0 allows nowhere, section 2.2: control characters but tabs, line ends and the second set, and two that are none. */
const nowhereAllowed = /(?![\t\n\r\u007f-\u009f])\p{Cc}|[\ufffe\uffff]/u;

/** UTF-8 only: what is another encoding to another reader could say something else there. */
function decoded(name: string, bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!nowhereAllowed.test(text)) return text;
  } catch {
    // Said below.
  }
  throw unusableFile('notUtf8', { name });
}

/** Beside the declaration at its beginning: readers do not agree on where such an instruction ends, and what one skips another reads. */
function hasInstruction(text: string): boolean {
  return text.replace(/^<\?xml\s[^?<>]*\?>/u, '').includes('<?');
}

function hasOtherEncoding(text: string): boolean {
  const declared = /^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)["']/iu.exec(text)?.[1];
  return declared !== undefined && declared.toLowerCase() !== 'utf-8';
}

/** Only after the text was found well-formed: what is never closed would be searched for again and again. Outside of CDATA and comments, an ampersand begins one of the five or a character's number. */
function hasUnknownEntity(text: string): boolean {
  return /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-f]{1,6});)/iu.test(text.replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/gu, ''));
}
