/**
 * The Markdown that Teams reads in a TextBlock, as HTML: bold, italics, links, lists, signs by their number, and backslashes that take a sign for what it is.
 * It is sent to the browser as its own source, so it must stand alone.
 */
export function markdownToHtml(markdown: string): string {
  const html: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  const literals: string[] = [];
  const keep = (text: string) => `\ue000${literals.push(text.replaceAll(/[&<>"]/gu, (sign) => html[sign] ?? sign)) - 1}\ue001`;
  const inline = (text: string): string =>
    text
      .replaceAll(/\[([^\]]*)\]\((https?:\/\/[^\s)]*)\)/gu, (_whole, title: string, url: string) => `${keep('')}<a href="${keep(url)}">${title}</a>`)
      .replaceAll(/\*\*(.+?)\*\*/gu, '<strong>$1</strong>')
      .replaceAll(/\*(.+?)\*/gu, '<em>$1</em>')
      .replaceAll(/(?<![\p{L}\p{N}])_(.+?)_(?![\p{L}\p{N}])/gu, '<em>$1</em>')
      .replaceAll(/`(.+?)`/gu, '<code>$1</code>');
  const escaped = markdown.replaceAll(/\\([!-/:-@[-`{-~])/gu, (_whole, sign: string) => keep(sign)).replaceAll(/&#(\d{1,5});/gu, (_whole, code: string) => keep(String.fromCodePoint(Number(code)))).replaceAll(/[&<>"]/gu, (sign) => keep(sign));
  const list = /^(?<sign>[-+*]|\d+[.)]) (?<text>.*)$/u.exec(escaped)?.groups;
  const body = list ? `<li>${inline(list['text'] ?? '')}</li>` : inline(escaped.replace(/^#+ (.*)$/u, '<strong>$1</strong>'));
  const ordered = /^\d/u.test(list?.['sign'] ?? '') ? 'ol' : 'ul';
  const whole = list ? `<${ordered}>${body}</${ordered}>` : `<p>${body}</p>`;
  return whole.replaceAll(/\ue000(\d+)\ue001/gu, (_whole, index: string) => literals[Number(index)] ?? '');
}
