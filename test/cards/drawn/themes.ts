/**
 * What cards are drawn with so that they look like those in Microsoft Teams: sizes and spaces of the host config that Microsoft published for
 * Teams (github.com/microsoft/AdaptiveCards, samples/HostConfig/microsoft-teams-*.json), and the colours of Fluent UI's Teams themes, since
 * that host config is older than today's Teams.
 */
export const themeNames = ['light', 'dark'] as const;
export type ThemeName = (typeof themeNames)[number];

interface Palette {
  readonly page: string;
  readonly card: string;
  readonly border: string;
  readonly text: string;
  readonly subtle: string;
  readonly link: string;
  readonly brand: string;
  readonly onBrand: string;
  readonly emphasis: string;
  readonly accent: string;
  readonly good: string;
  readonly warning: string;
  readonly attention: string;
  readonly tints: Readonly<Record<'accent' | 'good' | 'warning' | 'attention', string>>;
}

const palettes: Readonly<Record<ThemeName, Palette>> = {
  light: {
    page: '#f5f5f5', card: '#ffffff', border: '#d1d1d1', text: '#242424', subtle: '#616161', link: '#4f52b2', brand: '#5b5fc7', onBrand: '#ffffff', emphasis: '#f5f5f5',
    accent: '#5b5fc7', good: '#0e700e', warning: '#bc4b09', attention: '#b10e1c',
    tints: { accent: '#e8ebfa', good: '#f1faf1', warning: '#fff9f5', attention: '#fdf3f4' },
  },
  dark: {
    page: '#141414', card: '#292929', border: '#666666', text: '#ffffff', subtle: '#adadad', link: '#9299f7', brand: '#4f52b2', onBrand: '#ffffff', emphasis: '#1f1f1f',
    accent: '#7f85f5', good: '#54b054', warning: '#faa06b', attention: '#dc626d',
    tints: { accent: '#2f2f4a', good: '#052505', warning: '#4a1e04', attention: '#3b0509' },
  },
};

export interface Theme {
  /** For `new AdaptiveCards.HostConfig(…)`. */
  readonly hostConfig: object;
  /** For what the renderer leaves to the page: buttons, inputs, links. Every rule is below `.theme-<name>`. */
  readonly css: string;
}

export const themes: Readonly<Record<ThemeName, Theme>> = { light: themeOf('light'), dark: themeOf('dark') };

function themeOf(name: ThemeName): Theme {
  const palette = palettes[name];
  return { hostConfig: hostConfigOf(palette), css: cssOf(name, palette) };
}

function hostConfigOf(palette: Palette): object {
  const fontSizes = { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 };
  const fontWeights = { lighter: 200, default: 400, bolder: 600 };
  return {
    supportsInteractivity: true,
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: palette.border },
    fontTypes: {
      default: { fontFamily: "'Segoe UI', 'Liberation Sans', sans-serif", fontSizes, fontWeights },
      monospace: { fontFamily: "'Courier New', Courier, monospace", fontSizes, fontWeights },
    },
    containerStyles: {
      default: containerStyle(palette, palette.card),
      emphasis: containerStyle(palette, palette.emphasis),
      accent: containerStyle(palette, palette.tints.accent),
      good: containerStyle(palette, palette.tints.good),
      warning: containerStyle(palette, palette.tints.warning),
      attention: containerStyle(palette, palette.tints.attention),
    },
    actions: { maxActions: 6, spacing: 'default', buttonSpacing: 8, actionsOrientation: 'horizontal', actionAlignment: 'left', allowTitleToWrap: true },
    inputs: { label: { inputSpacing: 'small', requiredInputs: { weight: 'bolder' }, optionalInputs: { weight: 'bolder' } }, errorMessage: { color: 'attention' } },
    textBlock: { headingLevel: 2 },
    factSet: { title: { weight: 'bolder', wrap: true, maxWidth: 150 }, value: { wrap: true }, spacing: 16 },
  };
}

function containerStyle({ text, subtle, accent, good, warning, attention }: Palette, backgroundColor: string): object {
  const both = (color: string) => ({ default: color, subtle: color });
  const foregroundColors = { default: { default: text, subtle }, accent: both(accent), good: both(good), warning: both(warning), attention: both(attention) };
  return { backgroundColor, foregroundColors };
}

function cssOf(name: ThemeName, palette: Palette): string {
  const at = `.theme-${name}`;
  // The last lines: what the renderer leaves to a table and to a row of buttons runs out of a narrow card; Teams wraps both.
  return `
${at} { background: ${palette.page}; color: ${palette.text}; }
${at} .ac-adaptiveCard { border: 1px solid ${palette.border}; border-radius: 4px; box-sizing: border-box; }
${at} .ac-anchor { color: ${palette.link}; }
${at} .ac-pushButton { background: ${palette.card}; color: ${palette.text}; border: 1px solid ${palette.border}; border-radius: 4px; font: 600 14px 'Segoe UI', 'Liberation Sans', sans-serif; padding: 5px 12px; min-height: 32px; }
${at} .ac-pushButton.style-positive { background: ${palette.brand}; color: ${palette.onBrand}; border-color: ${palette.brand}; }
${at} .ac-pushButton.style-destructive { border-color: ${palette.attention}; }
${at} .ac-input.ac-textInput, ${at} .ac-input.ac-multichoiceInput { background: ${palette.emphasis}; color: ${palette.text}; border: 1px solid ${palette.subtle}; border-radius: 4px; font-size: 14px; padding: 6px 8px; }
${at} input[type=radio], ${at} input[type=checkbox] { width: 24px; height: 24px; }
${at} :focus-visible { outline: 2px solid ${palette.text}; outline-offset: 2px; }
${at} .ac-actionSet { flex-wrap: wrap; gap: 8px; }
${at} .ac-actionSet > div:empty { display: none; }
${at} .ac-fact-value .ac-textBlock { overflow-wrap: anywhere !important; }`;
}
