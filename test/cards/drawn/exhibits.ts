/** Runs as a worker of the gallery server: a fresh thread reads cards, templates and sentences anew, so that a reload shows what was changed. */
import { parentPort, workerData } from 'node:worker_threads';

import { gallery } from '../gallery.ts';
import { allTexts } from '../runs.ts';
import type { Wanted } from './page.ts';

const { language, texts } = workerData as Wanted;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage(gallery(allTexts[texts], language));
