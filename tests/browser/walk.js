// What a walk asks of the page it is on: tests/browser/walk.py loads this beside axe.
window.walk = (() => {
  const everything = () => [...document.querySelectorAll('body, body *')];
  const short = (it) => it.outerHTML.slice(0, 120);
  const LOOK = ['color', 'backgroundColor', 'backgroundImage', 'opacity', 'fontSize', 'fontWeight',
    'position', 'textShadow', 'display', 'visibility', 'clipPath'];
  const mix = (hash, text) => [...text].reduce(
    (sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, hash);

  // The same on every page, and half of its elements.
  const FRAME = ['.site-header', '.site-nav', '.site-footer'];

  // Marks one text of each kind that has not been looked at: same ancestors, same colours and size.
  // What has been is one long word, which takes a fraction of the time of a list of numbers.
  function markUnseen(before, knowsFrame) {
    const seen = new Set(before.split(' ')), known = seen.size, chains = new Map();
    for (const it of everything()) {
      const style = getComputedStyle(it);
      const own = `${it.tagName}.${it.getAttribute('class')}${LOOK.map((name) => style[name])}`;
      const chain = mix(chains.get(it.parentElement) ?? 7, own);
      chains.set(it, chain);
      it.removeAttribute('data-unseen');
      if (knowsFrame && it.closest(FRAME.join())) continue;
      const speaks = it.matches('input, select, textarea')
        || [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      const kind = chain.toString(36);
      if (speaks && it.checkVisibility() && !seen.has(kind)) {
        seen.add(kind);
        it.dataset.unseen = '';
      }
    }
    return [[...seen].join(' '), seen.size > known];
  }

  const EVERY_RULE = {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    rules: { 'target-size': { enabled: true } },
    resultTypes: ['violations'],
    preload: false, // no rule of these needs every style sheet once more
  };
  const OF_COLOURS = { runOnly: ['color-contrast'], resultTypes: ['violations'], preload: false };

  async function violations(before, coloursOnly, knowsFrame) {
    const [seen, isNew] = markUnseen(before, knowsFrame);
    if (coloursOnly && !isNew) return [seen, []];
    axe.configure({ rules: [{ id: 'color-contrast', selector: '[data-unseen]' }] });
    const where = knowsFrame ? { exclude: FRAME.map((it) => [it]) } : document;
    const found = await axe.run(where, coloursOnly ? OF_COLOURS : EVERY_RULE);
    const faults = found.violations.flatMap((rule) => rule.nodes.slice(0, 2).map(
      (node) => `${rule.id}: ${node.html.slice(0, 150)} ${node.failureSummary}`));
    return [seen, faults];
  }

  // Whatever begins or ends outside the page and that no ancestor hides or scrolls.
  function sideways() {
    const page = document.documentElement, within = page.clientWidth + 1;
    if (page.scrollWidth <= within) return [];
    const free = (it) => !it
      || (getComputedStyle(it).overflowX === 'visible' && free(it.parentElement));
    return ['scrolls sideways', ...everything()
      .filter((it) => it.getBoundingClientRect().right > within && free(it.parentElement))
      .slice(0, 3).map(short)];
  }

  const clipped = () => [...document.querySelectorAll('button, a, label, h1, h2, h3')]
    .filter((it) => {
      const style = getComputedStyle(it);
      return style.overflow === 'hidden' && style.textOverflow !== 'ellipsis'
        && it.clientWidth > 2 && it.scrollWidth > it.clientWidth + 2;
    }).map((it) => `cut off: ${short(it)}`);

  // Text of twice the size, then WCAG 1.4.12 by a style sheet of the page's own, because the
  // policy refuses <style>.
  function stretched() {
    const root = document.documentElement, sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; '
      + 'word-spacing: .16em !important } p { margin-bottom: 2em !important }');
    root.style.fontSize = '200%';
    const large = sideways().map((fault) => `200 % text: ${fault}`);
    root.style.fontSize = '';
    document.adoptedStyleSheets = [sheet];
    const spaced = [...sideways(), ...clipped()].map((fault) => `spaced text: ${fault}`);
    document.adoptedStyleSheets = [];
    return [...large, ...spaced];
  }

  // What only a colour draws: controls, and shapes without words in them.
  let painted = [];
  const isClear = (colour) => /^rgba\(.*, 0\)$/.test(colour);
  const behind = (it) => {
    const colour = it && getComputedStyle(it).backgroundColor;
    return it && isClear(colour) ? behind(it.parentElement) : colour;
  };
  const LINES = ['outline', 'borderTop', 'borderRight', 'borderBottom', 'borderLeft'];
  const outlined = (it) => {
    const style = getComputedStyle(it);
    return LINES.some((line) => style[`${line}Style`] !== 'none'
      && parseFloat(style[`${line}Width`]) > 0 && !isClear(style[`${line}Color`]));
  };
  const drawn = (it) => outlined(it) || behind(it) !== behind(it.parentElement);

  function rememberShapes() {
    painted = everything().filter((it) => it.checkVisibility({ visibilityProperty: true })
      && it.offsetWidth > 2 && it.offsetHeight > 2 && drawn(it)
      && (it.matches('button, .button, input, select, textarea, summary, [role=button]')
        || (!it.textContent.trim() && !it.matches('a, img, svg, svg *, picture, video, dialog')
          && !it.querySelector('*'))));
  }
  const lostShapes = () => painted.filter((it) => it.isConnected && !drawn(it))
    .slice(0, 5).map((it) => `not drawn: ${short(it)}`);

  return { violations, sideways, stretched, rememberShapes, lostShapes };
})();
