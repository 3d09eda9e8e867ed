// Runs in the browser, beside the `adaptivecards` package: draws a card in one of the themes of themes.ts.
/* global AdaptiveCards, document */

/** Puts the card into `host`. `opened` also shows what a click would unfold, so that nothing is left out of a check. */
globalThis.drawCard = (host, card, { hostConfig, markdownToHtml, opened = false }) => {
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdownToHtml(text);
    result.didProcess = true;
  };
  // The package's own pattern is global, so that it would refuse every second language.
  AdaptiveCards.CardElement.langProperty.regEx.lastIndex = 0;
  const drawing = new AdaptiveCards.AdaptiveCard();
  drawing.hostConfig = new AdaptiveCards.HostConfig(hostConfig);
  drawing.parse(opened ? unfolded(card) : card);
  host.replaceChildren(drawing.render());
};

/** Whatever stands out of the card's sides, or is cut by its own box: what a person with a narrow window would not see. */
globalThis.cutElements = (host) => {
  const edge = host.getBoundingClientRect();
  const cut = [host, ...host.querySelectorAll('*')].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    const isOutside = width > 0 && (right > edge.right + 1 || left < edge.left - 1);
    return isOutside || (element.clientWidth > 0 && element.tagName !== 'INPUT' && element.scrollWidth > element.clientWidth + 1);
  });
  return cut
    .filter((element) => !cut.some((other) => other !== element && element.contains(other)))
    .map((element) => `${element.tagName.toLowerCase()}.${element.className}: ${element.textContent.slice(0, 80)}`);
};

globalThis.drawGallery = (exhibits, themes, markdownToHtml) => {
  for (const { id, card, theme } of exhibits) {
    const host = document.querySelector(`[id="${id}"]`);
    globalThis.drawCard(host, card, { hostConfig: themes[theme].hostConfig, markdownToHtml });
  }
};

function unfolded(value) {
  if (Array.isArray(value)) return value.map(unfolded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'isVisible').map(([name, each]) => [name, unfolded(each)]));
}

const together = 32;

/** What `cutElements` and axe find in these cards. */
globalThis.checkCards = async ({ cards, hostConfig, options }, markdownToHtml) => {
  const findings = { cut: [], violations: [] };
  for (let first = 0; first < cards.length; first += together) {
    const hosts = cards.slice(first, first + together).map(({ name, card }) => {
      const host = document.createElement('section');
      host.dataset.name = name;
      globalThis.drawCard(host, card, { hostConfig, markdownToHtml, opened: true });
      return host;
    });
    document.querySelector('main').replaceChildren(...hosts);
    for (const host of hosts) findings.cut.push(...globalThis.cutElements(host).map((element) => `${host.dataset.name}: ${element}`));
    const { violations } = await globalThis.axe.run(document.querySelector('main'), options);
    findings.violations.push(...violations.flatMap(({ id, nodes }) => nodes.map((node) => describeViolation(id, node))));
  }
  return findings;
};

function describeViolation(rule, { target, html, any }) {
  const element = document.querySelector(target[0]);
  const card = element.closest('[data-name]')?.dataset.name;
  return { card, rule, html: html.slice(0, 300), text: element.textContent.trim().slice(0, 80), contrast: any[0]?.data?.contrastRatio };
}
