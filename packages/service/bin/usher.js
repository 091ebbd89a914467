#!/usr/bin/env node
import { main } from '../dist/cli/node/main.js';

await main();
