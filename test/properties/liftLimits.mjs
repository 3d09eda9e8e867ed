// Loaded into the bot's process by a test: without limits, what is thrown at the bot gets past them to what it is meant for.
import { limits } from '../../src/bot/turnLimits.ts';

for (const limit of Object.values(limits)) limit.points = Number.MAX_SAFE_INTEGER;
